/**
 * Log in with e-mail and password. The database counts the attempt before the password is looked at and locks out
 * after five failures; an unknown e-mail takes the same time as a wrong password.
 */
import { z } from 'zod';
import { decoyHash, isPasswordOf } from '#server/crypto.ts';
import { webPool } from '#server/web-db.ts';

interface Given {
  email: string;
  password: string;
  address: string | null;
  userAgent: string;
  /** SHA-256 of the new session's secret. */
  tokenHash: Buffer;
}

/** Why a log-in was refused; the page has the sentence. */
export type LoginRefusal = 'WRONG' | 'LOCKED' | 'SLOW_DOWN';

const begun = z.object({
  verdict: z.enum(['CHECK', 'LOCKED', 'SLOW_DOWN']),
  attempt: z.coerce.string().optional(),
  hash: z.string().nullish(),
});

/** Longer input is refused before it costs a hash. */
const LONGEST = 200;

/** Begins a session for the right password. Throws an Error whose message is a {@link LoginRefusal}. */
export async function logIn(given: Given): Promise<void> {
  if (given.email.length > LONGEST || given.password.length > LONGEST) throw new Error('WRONG');
  const pool = webPool();
  const { rows } = await pool.query<{ begun: unknown }>('select fn.login_begin($1, $2) as begun', [
    given.email,
    given.address,
  ]);
  const { verdict, attempt, hash: stored } = begun.parse(rows[0]?.begun);
  if (verdict !== 'CHECK') throw new Error(verdict);
  const right = await isPasswordOf(stored ?? (await decoyHash()), given.password);
  if (!right || !stored) throw new Error('WRONG');
  await pool.query('select fn.login_succeed($1, $2, $3, $4, $5)', [
    attempt,
    stored,
    given.tokenHash,
    given.userAgent,
    given.address,
  ]);
}
