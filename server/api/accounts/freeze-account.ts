/** Freeze an own account with a reason (no entries, resting ones withdrawn, exits go on), or take that back. */
import { z } from 'zod';
import { callAndEnqueue } from '#server/api/accounts/withdrawing.ts';
import { done, reason } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { asSelf } from '#server/web-db.ts';

export const freezeAccount = trader
  .input(z.object({ id: z.uuid(), /** Null unfreezes. */ reason: reason.nullable() }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    const queue = await ctx.queue();
    return asSelf(ctx.actor, (client) =>
      callAndEnqueue(client, queue, 'fn.account_freeze', [input.id, input.reason]),
    );
  });
