/**
 * One trade's story as rows: the trade, its orders, what happened to them, its fills, its exits. Decimals are strings,
 * times are dates.
 *
 * Entry point: readTrade. Reads through the caller's connection, so that row-level security decides what is seen.
 */
import type { Queryable } from '#server/db.ts';

type Row = Record<string, unknown>;

export interface TradeStory {
  trade: Row;
  orders: Row[];
  orderEvents: Row[];
  fills: Row[];
  exits: Row[];
}

const TRADE = `
  select t.*, i.symbol, b.name as account
  from public.trades t
  join public.instruments i on i.id = t.instrument_id
  join public.user_brokers b on b.id = t.user_broker_id
  where t.id = $1`;
const ORDERS = 'select o.* from public.orders o where o.trade_id = $1 order by o.created_at, o.id';
const ORDER_EVENTS = `
  select e.* from public.order_events e join public.orders o on o.id = e.order_id
  where o.trade_id = $1 order by e.id`;
const FILLS = 'select f.* from public.trade_fills f where f.trade_id = $1 order by f.fill_seq';
const EXITS = `
  select x.*, s.trigger_price, s.market_price, s.also_satisfied, s.detected_by, s.occurred_at
  from public.exit_intents x join public.exit_signals s on s.id = x.exit_signal_id
  where x.trade_id = $1 order by x.created_at, x.id`;

/** The story of a trade, or null when the caller may not see it or there is none. */
export async function readTrade(db: Queryable, tradeId: string): Promise<TradeStory | null> {
  const rowsOf = async (text: string) => (await db.query<Row>(text, [tradeId])).rows;
  const [trade] = await rowsOf(TRADE);
  if (trade === undefined) return null;
  return {
    trade,
    orders: await rowsOf(ORDERS),
    orderEvents: await rowsOf(ORDER_EVENTS),
    fills: await rowsOf(FILLS),
    exits: await rowsOf(EXITS),
  };
}
