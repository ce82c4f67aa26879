/**
 * A person gives his password once more. It goes the way of the log-in, so that guessing it in a stolen session counts and locks
 * like guessing it at the door: the attempt is counted in a transaction of its own, before the password is looked at.
 */
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { isPasswordOf } from '#server/crypto.ts';
import { type Actor, webPool } from '#server/web-db.ts';

const begun = z.object({
  verdict: z.enum(['CHECK', 'LOCKED', 'SLOW_DOWN']),
  attempt: z.coerce.string().optional(),
  hash: z.string().nullish(),
});

/** The attempt with the stored hash: the proof that SQL takes. Throws FORBIDDEN or TOO_MANY_REQUESTS. */
export async function provePassword(
  actor: Pick<Actor, 'email'>,
  password: string,
): Promise<{ attempt: string; hash: string }> {
  const { verdict, attempt, hash } = begun.parse(
    await call(webPool(), 'fn.login_begin', [actor.email, null]),
  );
  if (verdict !== 'CHECK') {
    throw new TRPCError({
      code: 'TOO_MANY_REQUESTS',
      message: 'Too many wrong passwords: try again in 15 minutes.',
    });
  }
  if (!attempt || !hash || !(await isPasswordOf(hash, password))) {
    throw new TRPCError({ code: 'FORBIDDEN', message: 'That is not your password.' });
  }
  return { attempt, hash };
}
