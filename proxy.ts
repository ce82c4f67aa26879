/** Tells the pages the address that was asked for, so that the log-in can lead back to it. Decides nothing. */
import { type NextRequest, NextResponse } from 'next/server';

/** Read by app/(desk)/layout.tsx; what a browser sends under this name is overwritten. */
const PATH_HEADER = 'x-lockstep-path';

export function proxy(request: NextRequest) {
  const headers = new Headers(request.headers);
  headers.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search);
  return NextResponse.next({ request: { headers } });
}

export const config = { matcher: ['/((?!_next/|api/).*)'] };
