/** A new password; every other session of the person ends. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { password } from '#server/api/fields.ts';
import { provePassword } from '#server/api/profile/prove-password.ts';
import { member } from '#server/api/trpc.ts';
import { hashPassword } from '#server/crypto.ts';
import { asSelf } from '#server/web-db.ts';

const answer = z.object({ sessionsEnded: z.number() });

export const changePassword = member
  .input(z.object({ current: z.string().min(1).max(200), next: password }))
  .output(answer)
  .mutation(async ({ ctx, input }) => {
    const { attempt, hash } = await provePassword(ctx.actor, input.current);
    const next = await hashPassword(input.next);
    return asSelf(ctx.actor, async (client) =>
      answer.parse({
        sessionsEnded: await call(client, 'fn.password_change', [attempt, hash, next, ctx.actor.sessionId]),
      }),
    );
  });
