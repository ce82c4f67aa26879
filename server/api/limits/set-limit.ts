/**
 * Set or clear a limit of one's own: on oneself, an account, a subscription. A looser one than a layer above is stored and
 * has no effect while that one stands: the answer says so.
 */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { columnsOf } from '#server/api/columns.ts';
import { limitValue } from '#server/api/limits/fields.ts';
import { boundsAt, holds, readLimits } from '#server/api/limits/holding.ts';
import { trader } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import type { Client } from '#server/db.ts';
import { asSelf } from '#server/web-db.ts';

const input = limitValue.extend({ layer: z.enum(['USER', 'ACCOUNT', 'SUBSCRIPTION']), placeId: z.uuid() });
type Input = z.output<typeof input>;

const answer = z.object({
  changed: z.boolean(),
  /** Null after clearing. False: a stricter one holds. */
  holds: z.boolean().nullable(),
});

const placeRow = z.object({ account_id: z.uuid(), currency: z.string() });
const SUBSCRIBED = `
  select b.id as account_id, b.currency from public.subscriptions s join public.user_brokers b on b.id = s.user_broker_id
  where s.id = $1 and s.user_id = fn.actor()`;
const OWNED = `select b.id as account_id, b.currency from public.user_brokers b where b.id = $1 and b.user_id = fn.actor()`;

/** Whether the limit just set is the one that holds at its own place. */
async function doesHold(client: Client, userId: string, given: Input): Promise<boolean | null> {
  if (given.value === null) return null;
  const [found] =
    given.layer === 'USER'
      ? []
      : await rowsOf(client, placeRow, given.layer === 'ACCOUNT' ? OWNED : SUBSCRIBED, [given.placeId]);
  const place = {
    userId,
    accountId: found?.account_id ?? '',
    subscriptionId: given.layer === 'SUBSCRIPTION' ? given.placeId : null,
    currency: given.currency ?? found?.currency ?? '',
  };
  const rows = await readLimits(client, userId);
  const mine = rows.find(
    (limit) =>
      limit.layer === given.layer &&
      limit.code === given.code &&
      limit.scope === given.scope &&
      limit.currency === given.currency &&
      limit.assetClass === given.assetClass &&
      (given.layer === 'USER' || (limit.accountId ?? limit.subscriptionId) === given.placeId),
  );
  return mine ? holds(mine, boundsAt(rows, place)) : null;
}

export const setLimit = trader
  .input(input)
  .output(answer)
  .mutation(({ ctx, input: given }) =>
    asSelf(ctx.actor, async (client) => {
      const { layer, placeId, ...limit } = given;
      const changed = await call(client, 'fn.limit_set', [layer, placeId, columnsOf(limit)]);
      return answer.parse({ changed, holds: await doesHold(client, ctx.actor.userId, given) });
    }),
  );
