/** Change sizing, direction, rebuys or the order's policy of an own subscription; what is not named stays. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { columnsOf } from '#server/api/columns.ts';
import { DONE, done } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { subscriptionSettings } from '#server/api/subscriptions/fields.ts';
import { asSelf } from '#server/web-db.ts';

export const updateSubscription = trader
  .input(z.object({ id: z.uuid(), ...subscriptionSettings.shape }))
  .output(done)
  .mutation(async ({ ctx, input: { id, ...change } }) => {
    await asSelf(ctx.actor, (client) => call(client, 'fn.subscription_update', [id, columnsOf(change)]));
    return DONE;
  });
