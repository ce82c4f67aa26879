/** Trades of the reader's accounts, live ones first by their opening, closed ones by their close. */
import { z } from 'zod';
import { momentCursor, symbolInput } from '#server/api/list-input.ts';
import { pageOf, pageSize } from '#server/api/list-page.ts';
import { rowsOf } from '#server/api/rows.ts';
import { tradeStatusText, tradeSteps } from '#server/api/trades/steps.ts';
import { member } from '#server/api/trpc.ts';
import { exitReasonText } from '#server/api/words.ts';
import { asSelf } from '#server/web-db.ts';

const PAGE = 50;

const text = z.string();
const date = z.date().nullable();

export const tradeRow = z.object({
  id: z.uuid(),
  symbol: text,
  tick_size: text,
  currency: text,
  account: text,
  strategy: text.nullable(),
  direction: text,
  trade_type: text,
  status: text,
  wanted_qty: text,
  entry_qty: text,
  open_qty: text,
  entry_average: text.nullable(),
  exit_average: text.nullable(),
  pnl: text,
  pnl_percent: text.nullable(),
  exit_reason: text.nullable(),
  exit_wish_reason: text.nullable(),
  unprotected_reason: text.nullable(),
  created_at: z.date(),
  opened_at: date,
  closed_at: date,
  /** What the list is sorted by, to the microsecond. */
  cursor_at: text,
  order_status: text.nullable(),
});
type TradeRow = z.output<typeof tradeRow>;

/**
 * Live trades sort by when they were made, closed ones by when they closed: what changed last is on top. The page is
 * cut from the index first, and only its rows are joined.
 */
const QUERY = `
  with page as (
    select t.*, coalesce(t.closed_at, t.created_at) as sort_at
    from public.trades t
    where t.user_id = (select fn.actor()) and t.status = any ($1)
      and ($2::text is null or t.instrument_id = (select i.id from public.instruments i where i.symbol = $2))
      and ($3::timestamptz is null or (coalesce(t.closed_at, t.created_at), t.id) < ($3, $4))
    order by coalesce(t.closed_at, t.created_at) desc, t.id desc limit $5
  )
  select t.id, i.symbol, i.tick_size, t.currency, b.name as account, v.name as strategy, t.direction, t.trade_type,
    t.status, t.wanted_qty, t.entry_qty, t.open_qty,
    round(t.entry_value / nullif(t.entry_qty * t.multiplier, 0), 8) as entry_average,
    round(t.exit_value / nullif(t.exit_qty * t.multiplier, 0), 8) as exit_average,
    t.realized_pnl as pnl, round(t.realized_pnl / nullif(t.entry_value, 0) * 100, 4) as pnl_percent,
    t.exit_reason, t.exit_wish_reason, t.unprotected_reason, t.created_at, t.opened_at, t.closed_at,
    t.sort_at::text as cursor_at, o.status as order_status
  from page t
  join public.instruments i on i.id = t.instrument_id
  join public.user_brokers b on b.id = t.user_broker_id
  left join fn.strategies_visible() v on v.strategy_id = t.strategy_id
  left join lateral (select o.status from public.orders o where o.trade_id = t.id order by o.created_at desc limit 1) o on true
  order by t.sort_at desc, t.id desc`;

const LIVE = ['CREATED', 'ENTERING', 'OPEN', 'EXITING'];
const ENDED = ['CLOSED', 'CANCELLED', 'REJECTED'];

const item = (row: TradeRow) => ({
  id: row.id,
  symbol: row.symbol,
  tickSize: row.tick_size,
  currency: row.currency,
  account: row.account,
  strategy: row.strategy,
  direction: row.direction,
  isRebuy: row.trade_type === 'REBUY',
  status: row.status,
  statusText: tradeStatusText(row.status, row.exit_wish_reason),
  qty: row.entry_qty === '0.000000000000' ? row.wanted_qty : row.entry_qty,
  openQty: row.open_qty,
  entryAverage: row.entry_average,
  exitAverage: row.exit_average,
  pnl: row.status === 'CLOSED' ? row.pnl : null,
  pnlPercent: row.status === 'CLOSED' ? row.pnl_percent : null,
  exitReason: row.exit_reason ? exitReasonText(row.exit_reason) : null,
  unprotected: row.unprotected_reason,
  createdAt: row.created_at,
  openedAt: row.opened_at,
  closedAt: row.closed_at,
  steps: tradeSteps({ status: row.status, orderStatus: row.order_status, filled: row.opened_at !== null }),
});
export type TradeItem = ReturnType<typeof item>;

export const tradeListInput = z.object({
  state: z.enum(['live', 'ended']),
  symbol: symbolInput,
  cursor: momentCursor.nullish(),
  limit: pageSize(PAGE),
});

export const listTrades = member.input(tradeListInput).query(({ ctx, input }) =>
  asSelf(ctx.actor, async (client) => {
    const states = input.state === 'live' ? LIVE : ENDED;
    const { at = null, id = null } = input.cursor ?? {};
    const rows = await rowsOf(client, tradeRow, QUERY, [states, input.symbol, at, id, input.limit + 1]);
    const page = pageOf(rows, input.limit, (last) => ({ at: last.cursor_at, id: last.id }));
    return { ...page, items: page.items.map(item) };
  }),
);
