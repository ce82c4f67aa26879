/** The limits of an own account, or of one of its subscriptions: every layer's value, and which one holds. */
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { register } from '#server/api/limits/fields.ts';
import { boundsAt, holds, readLimits } from '#server/api/limits/holding.ts';
import { trader } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { whoSet } from '#server/pipeline/3-intent/limits.ts';
import { asSelf } from '#server/web-db.ts';

const accountRow = z.object({ id: z.uuid(), currency: z.string() });

const ACCOUNT = `
  select b.id, b.currency from public.user_brokers b
  where b.user_id = fn.actor() and b.id = $1 and ($2::uuid is null or exists (
    select from public.subscriptions s where s.id = $2 and s.user_broker_id = b.id))`;

export const listLimits = trader
  .input(z.object({ accountId: z.uuid(), subscriptionId: z.uuid().nullish() }))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const subscriptionId = input.subscriptionId ?? null;
      const [account] = await rowsOf(client, accountRow, ACCOUNT, [input.accountId, subscriptionId]);
      if (!account) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such account.' });
      const place = {
        userId: ctx.actor.userId,
        accountId: account.id,
        subscriptionId,
        currency: account.currency,
      };
      const rows = (await readLimits(client, ctx.actor.userId)).filter(
        (limit) =>
          (limit.accountId === null || limit.accountId === account.id) &&
          (limit.subscriptionId === null || limit.subscriptionId === subscriptionId) &&
          (limit.currency === null || limit.currency === account.currency),
      );
      const bounds = boundsAt(rows, place);
      return {
        register,
        currency: account.currency,
        limits: rows.map((limit) => ({
          layer: limit.layer,
          code: limit.code,
          scope: limit.scope,
          currency: limit.currency,
          assetClass: limit.assetClass,
          value: limit.value.toFixed(),
          who: limit.byAdmin ? 'admin' : whoSet(limit.layer),
          /** False: a stricter one of another layer holds in its place. */
          holds: holds(limit, bounds),
          byAdmin: limit.byAdmin,
          updatedAt: limit.updatedAt,
        })),
      };
    }),
  );
