/**
 * Disable somebody (sessions end, no entries, resting ones withdrawn, exits go on), or let him back in. Not oneself, and never
 * the last admin. For admins.
 */
import { z } from 'zod';
import { callAndEnqueue } from '#server/api/accounts/withdrawing.ts';
import { assertConfirmed } from '#server/api/confirmed.ts';
import { done, reason } from '#server/api/fields.ts';
import { admin } from '#server/api/roles.ts';
import { asActor } from '#server/web-db.ts';

const change = z.discriminatedUnion('status', [
  z.object({ id: z.uuid(), status: z.literal('ACTIVE') }),
  z.object({ id: z.uuid(), status: z.literal('DISABLED'), reason }),
]);

export const setUserStatus = admin
  .input(change)
  .output(done)
  .mutation(async ({ ctx, input }) => {
    const queue = await ctx.queue();
    const why = input.status === 'DISABLED' ? input.reason : null;
    return asActor(ctx.actor, async (client) => {
      await assertConfirmed(client, ctx.actor);
      return callAndEnqueue(client, queue, 'fn.user_status_set', [input.id, input.status, why]);
    });
  });
