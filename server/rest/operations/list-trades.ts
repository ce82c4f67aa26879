import { z } from 'zod';
import {
  account,
  cursor,
  decimal,
  id,
  limit,
  moment,
  operation,
  pageOf,
  symbol,
  word,
} from '#server/rest/operation.ts';
import { asSelf } from '#server/web-db.ts';

const STATES = {
  live: ['CREATED', 'ENTERING', 'OPEN', 'EXITING'],
  closed: ['CLOSED'],
  ended: ['CANCELLED', 'REJECTED'],
} as const;

/** The page is cut from the index first, and only its rows are joined. */
const QUERY = `
  with page as (
    select t.*, coalesce(t.closed_at, t.created_at) as sort_at from public.trades t
    where t.user_id = (select fn.actor()) and t.status = any ($1)
      and ($2::text is null or t.instrument_id = (select i.id from public.instruments i where i.symbol = $2))
      and ($3::uuid is null or t.user_broker_id = $3)
      and ($4::timestamptz is null or (coalesce(t.closed_at, t.created_at), t.id) < ($4, $5))
    order by coalesce(t.closed_at, t.created_at) desc, t.id desc limit $6
  )
  select t.id, t.user_broker_id as account_id, b.environment, i.symbol, t.currency, t.strategy_id, t.signal_id, t.direction,
    t.trade_type, t.status, t.entry_qty, t.open_qty, t.exit_qty,
    round(t.entry_value / nullif(t.entry_qty * t.multiplier, 0), 8) as entry_average,
    round(t.exit_value / nullif(t.exit_qty * t.multiplier, 0), 8) as exit_average,
    t.realized_pnl, t.entry_fees + t.exit_fees as fees, t.exit_reason, t.created_at, t.opened_at, t.closed_at,
    t.sort_at::text as cursor_at
  from page t
  join public.instruments i on i.id = t.instrument_id
  join public.user_brokers b on b.id = t.user_broker_id
  order by t.sort_at desc, t.id desc`;

const trade = z.object({
  id,
  account_id: id,
  environment: z.enum(['PAPER', 'LIVE']),
  symbol: word,
  currency: word,
  strategy_id: id.nullable(),
  signal_id: id.nullable(),
  direction: z.enum(['LONG', 'SHORT']),
  trade_type: word,
  status: word,
  entry_qty: decimal,
  open_qty: decimal,
  exit_qty: decimal,
  entry_average: decimal.nullable(),
  exit_average: decimal.nullable(),
  realized_pnl: decimal.describe('Booked so far, fees included.'),
  fees: decimal,
  exit_reason: word.nullable(),
  created_at: moment,
  opened_at: moment.nullable(),
  closed_at: moment.nullable(),
});

export const listTrades = operation({
  id: 'listTrades',
  method: 'GET',
  path: '/trades',
  scope: 'trades:read',
  summary: 'Trades',
  description:
    'Trades of your accounts: live ones by when they were made, closed ones by when they closed, newest first.',
  input: z.object({
    state: z.enum(['live', 'closed', 'ended']).default('live'),
    symbol,
    account,
    limit,
    cursor,
  }),
  output: z.object({ items: z.array(trade), next_cursor: word.nullable() }),
  run: ({ holder }, input) =>
    asSelf(holder, async (client) => {
      const { at = null, id: after = null } = input.cursor ?? {};
      const narrowed = [STATES[input.state], input.symbol ?? null, input.account ?? null];
      const { rows } = await client.query(QUERY, [...narrowed, at, after, input.limit + 1]);
      return pageOf(rows, input.limit);
    }),
});
