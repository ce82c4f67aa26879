/** Pause an own subscription (its open trades go on to their exits), or resume it. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { DONE, done } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { asSelf } from '#server/web-db.ts';

export const setSubscriptionStatus = trader
  .input(z.object({ id: z.uuid(), status: z.enum(['ACTIVE', 'PAUSED']) }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await asSelf(ctx.actor, (client) => call(client, 'fn.subscription_status_set', [input.id, input.status]));
    return DONE;
  });
