import type { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { authOptions, isHttps } from '#server/auth.ts';

// the address that the person used is the address that next-auth answers for: localhost, the LAN, a domain
process.env.AUTH_TRUST_HOST ??= '1';

const handle = (request: NextRequest, context: { params: Promise<{ nextauth: string[] }> }) =>
  NextAuth(request as never, context as never, authOptions(isHttps(request.headers)));

export { handle as GET, handle as POST };
