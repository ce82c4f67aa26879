/** Disable an own account (no entries, resting ones withdrawn, exits go on), or enable it. */
import { z } from 'zod';
import { callAndEnqueue } from '#server/api/accounts/withdrawing.ts';
import { done } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { asSelf } from '#server/web-db.ts';

export const setAccountStatus = trader
  .input(z.object({ id: z.uuid(), status: z.enum(['ACTIVE', 'DISABLED']) }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    const queue = await ctx.queue();
    return asSelf(ctx.actor, (client) =>
      callAndEnqueue(client, queue, 'fn.account_status_set', [input.id, input.status]),
    );
  });
