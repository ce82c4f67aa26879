/** The rows of one trade, read once for its page: the trade with its setting, then everything that happened to it. */
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import type { Client } from '#server/db.ts';

const text = z.string();
const date = z.date().nullable();
const json = z.record(text, z.unknown());

export const tradeDetailRow = z.object({
  id: z.uuid(),
  symbol: text,
  market: text,
  tick_size: text,
  lot_size: text,
  multiplier: text,
  currency: text,
  account: text,
  broker: text,
  strategy: text.nullable(),
  signal_id: text.nullable(),
  instrument_id: z.uuid(),
  direction: text,
  trade_type: text,
  origin: text,
  status: text,
  wanted_qty: text,
  entry_qty: text,
  exit_qty: text,
  open_qty: text,
  dust_qty: text,
  entry_average: text.nullable(),
  exit_average: text.nullable(),
  fees: text,
  pnl: text,
  pnl_percent: text.nullable(),
  entry_slippage: text.nullable(),
  exit_slippage: text.nullable(),
  exit_reason: text.nullable(),
  exit_trigger_price: text.nullable(),
  exit_wish_reason: text.nullable(),
  exit_wish_qty: text.nullable(),
  exit_wish_at: date,
  unprotected_reason: text.nullable(),
  unprotected_at: date,
  exit_rules: json,
  exit_layers: json,
  hard_stop_price: text.nullable(),
  stop_price: text.nullable(),
  stop_by: text.nullable(),
  target_price: text.nullable(),
  target_rung: z.number(),
  trail_activate_price: text.nullable(),
  trail_stop_price: text.nullable(),
  trail_armed_at: date,
  exit_due_at: date,
  signal_stop: text.nullable(),
  signal_target: text.nullable(),
  created_at: z.date(),
  opened_at: date,
  closed_at: date,
});
export type TradeDetailRow = z.output<typeof tradeDetailRow>;

/** Slippage per unit: positive is worse than what was expected at the decision, or than the trigger. */
const TRADE = `
  select t.*, i.symbol, i.market, i.tick_size, i.lot_size, b.name as account, b.broker, v.name as strategy,
    a.entry_average, a.exit_average, t.entry_fees + t.exit_fees as fees, t.realized_pnl as pnl,
    round(t.realized_pnl / nullif(t.entry_value, 0) * 100, 4) as pnl_percent,
    fn.direction_sign(t.direction) * (a.entry_average - n.price) as entry_slippage,
    fn.direction_sign(t.direction) * (t.exit_trigger_price - a.exit_average) as exit_slippage
  from public.trades t
  join public.instruments i on i.id = t.instrument_id
  join public.user_brokers b on b.id = t.user_broker_id
  left join public.trade_intents n on n.id = t.trade_intent_id
  left join fn.strategies_visible() v on v.strategy_id = t.strategy_id
  cross join lateral (select
    round(t.entry_value / nullif(t.entry_qty * t.multiplier, 0), 8) as entry_average,
    round(t.exit_value / nullif(t.exit_qty * t.multiplier, 0), 8) as exit_average) a
  where t.id = $1 and t.user_id = fn.actor()`;

export async function readTrade(client: Client, id: string): Promise<TradeDetailRow | null> {
  const [row] = await rowsOf(client, tradeDetailRow, TRADE, [id]);
  return row ?? null;
}

const signalPart = z.object({
  id: z.uuid(),
  symbol: text,
  action: text,
  direction: text.nullable(),
  timeframe: text.nullable(),
  price: text.nullable(),
  stop_price: text.nullable(),
  target_price: text.nullable(),
  strategy: text,
  recorded_at: z.date(),
  published_at: date,
});

/** The signal of a trade, whoever owns its strategy. */
export async function readSignalOf(client: Client, signalId: string | null) {
  if (!signalId) return null;
  const [row] = await rowsOf(
    client,
    signalPart,
    'select * from fn.signals_visible($1, null, null, null, null, 1)',
    [signalId],
  );
  return row ?? null;
}

const intentPart = z.object({
  delivered_at: z.date(),
  decided_at: date,
  status: text,
  qty: text.nullable(),
  price: text.nullable(),
  reason_code: text.nullable(),
  reasons: z.array(z.unknown()).catch([]),
  bound: z.unknown(),
});

const INTENT = `
  select d.created_at as delivered_at, i.decided_at, i.status, i.qty, i.price, i.reason_code, i.reasons, i.bound
  from public.trades t join public.trade_intents i on i.id = t.trade_intent_id
  join public.signal_deliveries d on d.id = i.signal_delivery_id where t.id = $1`;

export async function readIntentOf(client: Client, id: string) {
  const [row] = await rowsOf(client, intentPart, INTENT, [id]);
  return row ?? null;
}

export const orderPart = z.object({
  id: z.uuid(),
  kind: text,
  side: text,
  order_type: text,
  qty: text,
  filled_qty: text,
  limit_price: text.nullable(),
  average: text.nullable(),
  status: text,
  client_order_id: text,
  broker_order_id: text.nullable(),
  reject_code: text.nullable(),
  reject_text: text.nullable(),
  fees: text,
  created_at: z.date(),
  submitted_at: date,
  placed_at: date,
  ended_at: date,
});

const ORDERS = `
  select o.id, o.kind, o.side, o.order_type, o.qty, o.filled_qty, o.limit_price, o.status, o.client_order_id,
    o.broker_order_id, o.reject_code, o.reject_text, o.fees, o.created_at, o.submitted_at, o.placed_at, o.ended_at,
    round(o.filled_value / nullif(o.filled_qty * t.multiplier, 0), 8) as average
  from public.orders o join public.trades t on t.id = o.trade_id where o.trade_id = $1 order by o.created_at, o.id`;

export const orderEventPart = z.object({
  order_id: z.uuid(),
  event: text,
  from_status: text.nullable(),
  to_status: text,
  cause: json,
  at: z.date(),
});

const ORDER_EVENTS = `
  select e.order_id, e.event, e.from_status, e.to_status, e.cause, e.at from public.order_events e
  join public.orders o on o.id = e.order_id where o.trade_id = $1 order by e.id`;

export const fillPart = z.object({
  id: z.uuid(),
  order_id: z.uuid(),
  effect: text,
  side: text,
  qty: text,
  price: text,
  fee: text,
  broker_fill_id: text,
  occurred_at: z.date(),
  recorded_at: z.date(),
});

const FILLS = `
  select f.id, f.order_id, f.effect, f.side, f.qty, f.price, f.fee, f.broker_fill_id, f.occurred_at, f.recorded_at
  from public.trade_fills f where f.trade_id = $1 order by f.fill_seq`;

export const exitPart = z.object({
  exit_reason: text,
  rung: z.number(),
  episode_id: z.number(),
  trigger_price: text.nullable(),
  market_price: text.nullable(),
  also_satisfied: z.array(text),
  detected_by: text,
  occurred_at: z.date(),
  intent_status: text.nullable(),
  code: text.nullable(),
  waits_for: text.nullable(),
  qty: text.nullable(),
  order_type: text.nullable(),
  limit_price: text.nullable(),
  approved_at: date,
  ended_at: date,
  signal_id: text.nullable(),
});

const EXITS = `
  select s.exit_reason, s.rung, s.episode_id, s.trigger_price, s.market_price, s.also_satisfied, s.detected_by,
    s.occurred_at, x.status as intent_status, x.code, x.waits_for, x.qty, x.order_type, x.limit_price, x.approved_at,
    x.ended_at, s.detail ->> 'signal_id' as signal_id
  from public.exit_signals s left join public.exit_intents x on x.exit_signal_id = s.id
  where s.trade_id = $1 order by s.occurred_at, s.id`;

export const eventPart = z.object({ topic: text, data: json, at: z.date() });

const EVENTS = `
  select e.topic, e.data, e.at from public.event_log e
  where e.entity_id = $1 and e.user_id = fn.actor() order by e.id limit 500`;

export const targetPart = z.object({
  rung: z.number(),
  price: text,
  fraction: text,
  done_qty: text,
  skipped: z.boolean(),
});

const TARGETS = `
  select g.rung, g.price, g.fraction, g.done_qty, g.skipped from public.trade_targets g
  where g.trade_id = $1 order by g.rung`;

/** Everything that happened to a trade, each kind in its own order, and its ladder of targets. */
export async function readHappenings(client: Client, id: string) {
  const orders = await rowsOf(client, orderPart, ORDERS, [id]);
  const orderEvents = await rowsOf(client, orderEventPart, ORDER_EVENTS, [id]);
  const fills = await rowsOf(client, fillPart, FILLS, [id]);
  const exits = await rowsOf(client, exitPart, EXITS, [id]);
  const events = await rowsOf(client, eventPart, EVENTS, [id]);
  const targets = await rowsOf(client, targetPart, TARGETS, [id]);
  return { orders, orderEvents, fills, exits, events, targets };
}
export type Happenings = Awaited<ReturnType<typeof readHappenings>>;
