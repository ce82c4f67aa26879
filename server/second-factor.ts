/**
 * The second step of a log-in, between the right password and fn.login_succeed (which refuses without it where a second
 * factor is on). Entry point: passSecondFactor. Invariant: a code counts once; a wrong one leaves the attempt a failure, so that
 * guessing codes locks like guessing passwords.
 */
import { z } from 'zod';
import type { Queryable } from '#server/db.ts';
import { matchingStep, recoveryHash } from '#server/totp.ts';

export type FactorOutcome =
  /** Nothing to ask, or asked and right. */
  | 'PASSED'
  /** There is a second factor and no code was given. */
  | 'CODE_NEEDED'
  | 'WRONG_CODE';

const factor = z.object({ secret: z.string(), step: z.number(), at_ms: z.number() }).nullable();

const REFUSED = 'LK403';

/**
 * @param login the attempt of fn.login_begin with the stored hash that proved the password
 * @param code  what was typed: six digits, or a recovery code; null or '' when nothing was
 */
export async function passSecondFactor(
  db: Queryable,
  login: { attempt: string | undefined; passwordHash: string },
  code: string | null,
): Promise<FactorOutcome> {
  const proof = [login.attempt, login.passwordHash];
  const { rows } = await db.query('select fn.login_factor($1, $2) as factor', proof);
  const found = factor.parse(rows[0]?.factor ?? null);
  if (!found) return 'PASSED';
  const given = code?.trim() ?? '';
  if (given === '') return 'CODE_NEEDED';
  const step = matchingStep(found.secret, given, found.at_ms, found.step);
  const recovery = step === null ? recoveryHash(given) : null;
  try {
    await db.query('select fn.login_factor_pass($1, $2, $3, $4)', [...proof, step, recovery]);
    return 'PASSED';
  } catch (error) {
    if ((error as { code?: string }).code === REFUSED) return 'WRONG_CODE';
    throw error;
  }
}
