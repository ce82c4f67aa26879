/** An own account follows a strategy from now on: an own one, or one that is shared. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { columnsOf } from '#server/api/columns.ts';
import { idOnly } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { subscriptionSettings } from '#server/api/subscriptions/fields.ts';
import { asSelf } from '#server/web-db.ts';

export const createSubscription = trader
  .input(z.object({ accountId: z.uuid(), strategyId: z.uuid(), ...subscriptionSettings.shape }))
  .output(idOnly)
  .mutation(({ ctx, input: { accountId, ...rest } }) =>
    asSelf(ctx.actor, async (client) => {
      const columns = columnsOf({ userBrokerId: accountId, ...rest });
      return idOnly.parse({ id: await call(client, 'fn.subscription_create', [columns]) });
    }),
  );
