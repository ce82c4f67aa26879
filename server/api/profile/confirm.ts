/** Give one's password once more: for ten minutes this session may do what needs it. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { DONE, done } from '#server/api/fields.ts';
import { provePassword } from '#server/api/profile/prove-password.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

export const confirm = member
  .input(z.object({ password: z.string().min(1).max(200) }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    const { attempt, hash } = await provePassword(ctx.actor, input.password);
    await asSelf(ctx.actor, (client) =>
      call(client, 'fn.session_confirm', [attempt, hash, ctx.actor.sessionId]),
    );
    return DONE;
  });
