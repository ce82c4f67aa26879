/**
 * Today's result of every account at this moment's prices, and its sums per environment and currency. Paper and live,
 * and two currencies, are never added.
 */
import { z } from 'zod';
import { sumsOf } from '#server/api/overview/sums.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { whoSet } from '#server/pipeline/3-intent/limits.ts';
import { asSelf } from '#server/web-db.ts';

const text = z.string();

const row = z.object({
  user_broker_id: z.uuid(),
  account: text,
  broker: text,
  environment: text,
  currency: text,
  capital: text,
  status: text,
  day_pnl: text,
  realised: text,
  open_now: text,
  open_count: z.number(),
  exposure: text,
  loss_limit: text.nullable(),
  loss_layer: z.enum(['GLOBAL', 'USER', 'ACCOUNT', 'SUBSCRIPTION']).nullable(),
  loss_hit_at: z.date().nullable(),
  stale: z.array(text),
});

const account = z.object({
  id: z.uuid(),
  name: text,
  broker: text,
  environment: text,
  currency: text,
  capital: text,
  disabled: z.boolean(),
  pnl: text,
  realised: text,
  open: text,
  openCount: z.number(),
  exposure: text,
  /** The daily loss limit, who set it, and since when it is reached. */
  lossLimit: z.object({ amount: text, setBy: text, hitAt: z.date().nullable() }).nullable(),
  stale: z.array(text),
});
export type AccountToday = z.output<typeof account>;

const sums = z.object({
  environment: text,
  currency: text,
  accounts: z.number(),
  capital: text,
  pnl: text,
  pnlPercent: text,
  realised: text,
  open: text,
  openCount: z.number(),
  exposure: text,
  exposurePercent: text,
});

const accountOf = (found: z.output<typeof row>): AccountToday => ({
  id: found.user_broker_id,
  name: found.account,
  broker: found.broker,
  environment: found.environment,
  currency: found.currency,
  capital: found.capital,
  disabled: found.status !== 'ACTIVE',
  pnl: found.day_pnl,
  realised: found.realised,
  open: found.open_now,
  openCount: found.open_count,
  exposure: found.exposure,
  lossLimit:
    found.loss_limit !== null && found.loss_layer
      ? { amount: found.loss_limit, setBy: whoSet(found.loss_layer), hitAt: found.loss_hit_at }
      : null,
  stale: found.stale,
});

export const accountsToday = member
  .output(z.object({ accounts: z.array(account), books: z.array(sums) }))
  .query(({ ctx }) =>
    asSelf(ctx.actor, async (client) => {
      const accounts = (await rowsOf(client, row, 'select * from fn.accounts_today()')).map(accountOf);
      return { accounts, books: sumsOf(accounts) };
    }),
  );
