/**
 * Log in with e-mail and password and, for whoever has a second factor, a code of it. The database counts the attempt
 * before the password is looked at and locks out after five failures; an unknown e-mail takes the same time as a wrong
 * password. The second step sends the password again with the code: nothing half logged in is kept anywhere, and wrong
 * codes count and lock like wrong passwords.
 */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { decoyHash, isPasswordOf } from '#server/crypto.ts';
import { matchingStep, recoveryHash } from '#server/totp.ts';
import { webPool } from '#server/web-db.ts';

interface Given {
  email: string;
  password: string;
  /** A code of the authenticator app, or a recovery code; '' in the first step. */
  code: string;
  address: string | null;
  userAgent: string;
  /** SHA-256 of the new session's secret. */
  tokenHash: Buffer;
}

/** Why a log-in was refused; the page has the sentence. */
export type LoginRefusal = 'WRONG' | 'LOCKED' | 'SLOW_DOWN' | 'CODE_NEEDED' | 'CODE_WRONG';

const factor = z.object({ secret: z.string(), step: z.number(), at_ms: z.number() }).nullable();

const begun = z.object({
  verdict: z.enum(['CHECK', 'LOCKED', 'SLOW_DOWN']),
  attempt: z.coerce.string().optional(),
  hash: z.string().nullish(),
});

/** Longer input is refused before it costs a hash. */
const LONGEST = 200;

/** Begins a session for the right password. Throws an Error whose message is a {@link LoginRefusal}. */
export async function logIn(given: Given): Promise<void> {
  if ([given.email, given.password, given.code].some((text) => text.length > LONGEST))
    throw new Error('WRONG');
  const pool = webPool();
  const begin = await call(pool, 'fn.login_begin', [given.email, given.address]);
  const { verdict, attempt, hash: stored } = begun.parse(begin);
  if (verdict !== 'CHECK') throw new Error(verdict);
  const right = await isPasswordOf(stored ?? (await decoyHash()), given.password);
  if (!right || !stored || !attempt) throw new Error('WRONG');
  await passSecondFactor({ attempt, stored, code: given.code });
  await pool.query('select fn.login_succeed($1, $2, $3, $4, $5)', [
    attempt,
    stored,
    given.tokenHash,
    given.userAgent,
    given.address,
  ]);
}

/** The second step, where there is one. The database takes no code twice. */
async function passSecondFactor(step: { attempt: string; stored: string; code: string }): Promise<void> {
  const proof = [step.attempt, step.stored];
  const found = factor.parse(await call(webPool(), 'fn.login_factor', proof));
  if (!found) return;
  if (step.code.trim() === '') throw new Error('CODE_NEEDED');
  const matched = matchingStep(found.secret, step.code, found.at_ms, found.step);
  const recovery = matched === null ? recoveryHash(step.code) : null;
  await call(webPool(), 'fn.login_factor_pass', [...proof, matched, recovery]).catch((error: unknown) => {
    throw (error as { code?: string }).code === 'LK403' ? new Error('CODE_WRONG') : error;
  });
}
