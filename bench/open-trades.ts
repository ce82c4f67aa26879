/**
 * Open trades with everything that stands behind one: delivery, decision, filled order, fill, lot, position.
 *
 * Entry points: newOpenTrades, newRestingOrders. One statement of the owner each; fn.invariants() stays empty.
 */
import { one, type Queryable } from '#server/db.ts';

export interface OpenTradesOptions {
  /** Accounts, as newFollowers gave them: each follows the strategy. */
  accounts: readonly string[];
  strategyId: string;
  instruments: readonly { id: string; symbol: string }[];
  /** Trades of each account, on instruments that differ. */
  perAccount: number;
  /** Stop in price units; entries are at 100, the target is 200, a trail arms at 150. */
  stop: number;
}

/** Opens long trades of one piece at 100; trade n of account a is on instrument (a + n × step). Returns how many. */
export async function newOpenTrades(db: Queryable, options: OpenTradesOptions): Promise<number> {
  const { accounts, instruments, perAccount, strategyId, stop } = options;
  await db.query(
    `insert into public.signals (user_id, strategy_id, instrument_id, symbol, action, direction, dedupe_key, status,
       occurred_at, recorded_at, published_at, applied_at, expires_at, ended_at)
     select g.user_id, g.id, i.id, i.symbol, 'ENTRY', 'LONG', 'bench-' || g.id || '-' || i.id, 'EXPIRED', now(), now(), now(),
       now(), now(), now()
     from public.strategies g, public.instruments i where g.id = $1 and i.id = any ($2) order by i.id`,
    [strategyId, instruments.map((instrument) => instrument.id)],
  );
  const row = await one<{ n: number }>(db, OPEN, [
    accounts,
    instruments.map((instrument) => instrument.id),
    perAccount,
    Math.max(1, Math.floor(instruments.length / perAccount)),
    strategyId,
    stop,
  ]);
  return row.n;
}

const OPEN = `
  with rules as (
    select r.* from fn.exit_rules_resolve('CRYPTO', $5::uuid, null) r
  ), plan as (
    select c.id as subscription_id, c.user_id, c.user_broker_id, c.strategy_id, s.id as signal_id, s.instrument_id,
      uuidv7() as delivery_id, uuidv7() as intent_id, uuidv7() as trade_id, uuidv7() as order_id, uuidv7() as fill_id
    from unnest($1::uuid[]) with ordinality a(id, n)
    join public.subscriptions c on c.user_broker_id = a.id and c.strategy_id = $5
    cross join generate_series(0, $3::int - 1) k
    join unnest($2::uuid[]) with ordinality i(id, n) on i.n - 1 = ((a.n - 1) + k * $4::int) % cardinality($2::uuid[])
    join public.signals s on s.strategy_id = $5 and s.instrument_id = i.id
    order by c.user_broker_id, i.id
  ), d as (
    insert into public.signal_deliveries (id, signal_id, user_id, user_broker_id, subscription_id, strategy_id,
      instrument_id, direction, status, created_at, expires_at, decided_at)
    select delivery_id, signal_id, user_id, user_broker_id, subscription_id, strategy_id, instrument_id, 'LONG', 'DECIDED',
      now(), now(), now() from plan
  ), i as (
    insert into public.trade_intents (id, signal_delivery_id, signal_id, user_id, user_broker_id, subscription_id,
      strategy_id, instrument_id, direction, trade_type, status, qty, price, reserve_price, order_type, created_at,
      decided_at, executed_at)
    select intent_id, delivery_id, signal_id, user_id, user_broker_id, subscription_id, strategy_id, instrument_id, 'LONG',
      'NEWBUY', 'EXECUTED', 1, 100, 103, 'MARKET', now(), now(), now() from plan
  ), t as (
    insert into public.trades (id, trade_intent_id, user_id, user_broker_id, instrument_id, subscription_id, strategy_id,
      signal_id, direction, status, currency, wanted_qty, entry_qty, entry_value, exit_rules, exit_layers, hard_stop_price,
      stop_price, stop_by, target_price, trail_activate_price, trail_distance, trail_step, triggers_version, triggers_at,
      created_at, opened_at, updated_at)
    select trade_id, intent_id, user_id, user_broker_id, instrument_id, subscription_id, strategy_id, signal_id, 'LONG', 'OPEN',
      'USD', 1, 1, 100, r.rules, r.layers, $6::numeric - 5, $6::numeric, 'PERCENT', 200, 150, 5, 1, 1, now(), now(),
      now(), now()
    from plan cross join rules r
  ), o as (
    insert into public.orders (id, user_id, user_broker_id, instrument_id, trade_id, trade_intent_id, kind, origin, side,
      order_type, qty, reserve_price, status, client_order_id, broker_order_id, filled_qty, filled_value, created_at,
      placed_at, ended_at, updated_at)
    select order_id, user_id, user_broker_id, instrument_id, trade_id, intent_id, 'ENTRY', 'SIGNAL', 'BUY', 'MARKET', 1, 103,
      'FILLED', 'LS-' || order_id, 'B-' || order_id, 1, 100, now(), now(), now(), now() from plan
  ), f as (
    insert into public.trade_fills (id, user_id, user_broker_id, order_id, trade_id, instrument_id, broker_fill_id, effect,
      side, qty, price, ingest_via, fill_seq, occurred_at, recorded_at)
    select fill_id, user_id, user_broker_id, order_id, trade_id, instrument_id, 'F-' || fill_id, 'OPEN', 'BUY', 1, 100,
      'STREAM', 1, now(), now() from plan
  ), l as (
    insert into public.fifo_lots (user_id, user_broker_id, instrument_id, opening_fill_id, fill_seq, direction, qty,
      remaining_qty, price, value, remaining_value, opened_at)
    select user_id, user_broker_id, instrument_id, fill_id, 1, 'LONG', 1, 1, 100, 100, 100, now() from plan
  ), p as (
    insert into public.positions (user_broker_id, instrument_id, user_id, qty, fill_seq, cash_flow, updated_at)
    select user_broker_id, instrument_id, user_id, 1, 1, -100, now() from plan
  ), fanned as (
    update public.signals s set fanned_out_at = now(), expected_deliveries = n.n
    from (select signal_id, count(*) as n from plan group by signal_id) n where n.signal_id = s.id
  )
  select count(*)::int as n from plan`;

/** Rests a protective order at the broker on so many open trades; returns how many. */
export async function newRestingOrders(db: Queryable, count: number): Promise<number> {
  const { rowCount } = await db.query(
    `insert into public.orders (user_id, user_broker_id, instrument_id, trade_id, kind, origin, side, order_type, qty,
       stop_price, status, client_order_id, broker_order_id, created_at, placed_at, next_ask_at, updated_at)
     select t.user_id, t.user_broker_id, t.instrument_id, t.id, 'PROTECTION', 'NATIVE', 'SELL', 'STOP', 1, 50, 'PLACED',
       'LS-P-' || t.id, 'P-' || t.id, now(), now(), now(), now()
     from public.trades t where t.status = 'OPEN' order by t.id limit $1`,
    [count],
  );
  return rowCount ?? 0;
}
