import { z } from 'zod';
import { account, decimal, id, moment, operation, symbol, word } from '#server/rest/operation.ts';
import { asSelf } from '#server/web-db.ts';

const QUERY = `
  select p.id, p.user_broker_id as account_id, p.account, p.environment, p.symbol, p.currency, p.strategy_id, p.direction,
    p.status, p.open_qty, p.entry_average, p.opened_at, p.mark, p.age_ms::int as mark_age_ms, p.is_good as mark_is_good,
    p.exposure, p.pnl, p.levels, p.unprotected_reason
  from fn.positions_open(null) p
  where ($1::text is null or p.symbol = $1) and ($2::uuid is null or p.user_broker_id = $2)
  order by p.opened_at desc nulls first, p.id desc limit $3`;

/** All of them fit in one answer: an account holds fewer open positions than this. */
const MOST = 5000;

const position = z.object({
  id,
  account_id: id,
  account: word,
  environment: z.enum(['PAPER', 'LIVE']),
  symbol: word,
  currency: word,
  strategy_id: id.nullable(),
  direction: z.enum(['LONG', 'SHORT']),
  status: z.enum(['OPEN', 'EXITING']),
  open_qty: decimal,
  entry_average: decimal.nullable(),
  opened_at: moment.nullable(),
  mark: decimal.nullable().describe('Price that it is valued at.'),
  mark_age_ms: z.number().nullable(),
  mark_is_good: z.boolean().describe('False: the price is stale or failed a check; it fires no exit.'),
  exposure: decimal.nullable(),
  pnl: decimal.nullable().describe('Of the whole trade by now, closed parts and fees included.'),
  levels: z.array(z.object({ kind: word, price: decimal, distance: decimal.nullable() })),
  unprotected_reason: word.nullable().describe('Why nothing would get it out; null when something would.'),
});

export const listPositions = operation({
  id: 'listPositions',
  method: 'GET',
  path: '/positions',
  scope: 'positions:read',
  summary: 'Open positions',
  description: 'Every open trade of your accounts with its live figures and the levels that would close it.',
  input: z.object({ symbol, account }),
  output: z.object({ items: z.array(position) }),
  run: ({ holder }, input) =>
    asSelf(holder, async (client) => {
      const values = [input.symbol ?? null, input.account ?? null, MOST];
      return { items: (await client.query(QUERY, values)).rows };
    }),
});
