/**
 * Who is asking. next-auth keeps a signed cookie that holds nothing but a random session secret; every request
 * looks its hash up in `user_sessions`, so a revoked, idle or disabled session ends with the next request.
 * Entry points: authOptions (for the route), readActor (for pages and the API).
 */
import { isIP } from 'node:net';
import type { AuthOptions } from 'next-auth';
import { decode } from 'next-auth/jwt';
import Credentials from 'next-auth/providers/credentials';
import { z } from 'zod';
import { logIn } from '#server/api/session/log-in.ts';
import { randomToken, sha256 } from '#server/crypto.ts';
import { type Actor, webPool } from '#server/web-db.ts';

/** Seconds after which a session ends whatever happens; the database holds the same limit. */
const ABSOLUTE_SECONDS = 12 * 60 * 60;

const COOKIE = { plain: 'lockstep.session', secure: '__Host-lockstep.session' } as const;

const actorRow = z.object({
  sessionId: z.uuid(),
  userId: z.uuid(),
  email: z.string(),
  name: z.string(),
  role: z.enum(['user', 'researcher', 'admin']),
  timeZone: z.string(),
});

function signingSecret(): string {
  const secret = process.env.NEXTAUTH_SECRET;
  if (!secret) throw new Error('NEXTAUTH_SECRET is not set: the pages sign their session cookie with it');
  return secret;
}

/** Cookies of next-auth under our names: over https with the `__Host-` prefix, which binds them to this very host. */
function cookiesFor(https: boolean): NonNullable<AuthOptions['cookies']> {
  const options = { httpOnly: true, sameSite: 'lax', path: '/', secure: https } as const;
  const named = (name: string) => ({ name: `${https ? '__Host-' : ''}${name}`, options });
  return {
    sessionToken: { name: https ? COOKIE.secure : COOKIE.plain, options },
    csrfToken: named('lockstep.csrf'),
    callbackUrl: named('lockstep.callback'),
  };
}

/** next-auth's settings. On plain http no cookie can be secure: a phone on the LAN logs in to a demo that way. */
export function authOptions(https: boolean): AuthOptions {
  return {
    secret: signingSecret(),
    session: { strategy: 'jwt', maxAge: ABSOLUTE_SECONDS, updateAge: 0 },
    useSecureCookies: https,
    pages: { signIn: '/login', error: '/login' },
    cookies: cookiesFor(https),
    providers: [
      Credentials({
        credentials: { email: { type: 'email' }, password: { type: 'password' }, code: { type: 'text' } },
        authorize: async (given, request) => {
          const headers = (request.headers ?? {}) as Record<string, string | undefined>;
          const secret = randomToken();
          await logIn({
            email: given?.email ?? '',
            password: given?.password ?? '',
            code: given?.code ?? '',
            address: addressOf(headers['x-forwarded-for']),
            userAgent: headers['user-agent'] ?? '',
            tokenHash: sha256(secret),
          });
          return { id: secret };
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => (user ? { secret: user.id } : token),
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      signOut: async ({ token }) => {
        if (typeof token?.secret === 'string') {
          await webPool().query('select fn.session_end($1)', [sha256(token.secret)]);
        }
      },
    },
  };
}

function addressOf(forwarded: string | undefined): string | null {
  const last =
    forwarded
      ?.split(',')
      .at(-1)
      ?.trim()
      .replace(/^::ffff:/, '') ?? '';
  return isIP(last) > 0 ? last : null;
}

/** Reads one cookie of a Cookie header. */
function cookieOf(header: string, name: string): string | null {
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (part.slice(0, at).trim() === name) return decodeURIComponent(part.slice(at + 1).trim());
  }
  return null;
}

/** Whether a request came over https: server/secure-request.ts has written this header, nobody else's word. */
export const isHttps = (headers: Pick<Headers, 'get'>): boolean =>
  headers.get('x-forwarded-proto') === 'https';

/**
 * The person behind a request's cookies, or null. `passive` marks what a page asks by itself: it does not keep an
 * idle session alive. Over https a plain cookie counts for nothing: anyone on the way could have set it.
 */
export async function readActor(
  headers: Pick<Headers, 'get'>,
  { passive = false } = {},
): Promise<Actor | null> {
  const cookies = headers.get('cookie');
  const cookie = cookies && cookieOf(cookies, isHttps(headers) ? COOKIE.secure : COOKIE.plain);
  if (!cookie) return null;
  const token = await decode({ token: cookie, secret: signingSecret() }).catch(() => null);
  if (typeof token?.secret !== 'string') return null;
  const { rows } = await webPool().query<{ actor: unknown }>('select fn.session_touch($1, $2) as actor', [
    sha256(token.secret),
    !passive,
  ]);
  return rows[0]?.actor ? actorRow.parse(rows[0].actor) : null;
}
