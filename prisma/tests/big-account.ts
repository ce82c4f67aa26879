/**
 * One account after years of trading: 10,000 closed and 1,000 open trades with 100,000 orders, and everything that stands
 * behind each, so that fn.invariants() stays empty. Entry point: bigAccount. Written by the owner in a few statements; the
 * pipeline would take minutes. A smaller size gives the same account with fewer trades, or many of them in one moment.
 */
import {
  insertAccount,
  insertInstrument,
  insertRow,
  insertStrategy,
  insertSubscription,
  insertUser,
  insertWebhookSource,
  putQuote,
  type Row,
} from '#prisma/tests/factories.ts';
import type { Queryable } from '#server/db.ts';

export interface BigSize {
  closed: number;
  open: number;
  symbols: number;
  /** Protective orders of each trade that were withdrawn, besides its entry and its exit. */
  withdrawn: number;
  /** Time between two moments at which something opens, as an interval. */
  step: string;
  /** Trades that open in one moment. */
  together: number;
  /** What trade n brings, in SQL. */
  gain: string;
}

export const CLOSED = 10_000;
export const OPEN = 1_000;
const BIG: BigSize = {
  closed: CLOSED,
  open: OPEN,
  symbols: 200,
  withdrawn: 8,
  step: '10 minutes',
  together: 1,
  gain: '(n % 7) - 3',
};

/** Trade n, closed while n ≤ $7; the newest is the last. $6: withdrawn orders of each. */
const trades = (gain: string) => `
  with plan as (
    select n, n <= $7::int as closed, s.id as signal_id, s.instrument_id, s.occurred_at as at, uuidv7() as delivery_id,
      uuidv7() as intent_id, uuidv7() as trade_id, uuidv7() as entry_id, uuidv7() as exit_id, uuidv7() as opened_by,
      uuidv7() as closed_by, uuidv7() as lot_id, ${gain} as gain
    from public.signals s cross join lateral (select split_part(s.dedupe_key, '-', 2)::int as n) k where s.strategy_id = $3
  ), d as (
    insert into public.signal_deliveries (id, signal_id, user_id, user_broker_id, subscription_id, strategy_id,
      instrument_id, direction, status, created_at, expires_at, decided_at)
    select delivery_id, signal_id, $1, $2, $4, $3, instrument_id, 'LONG', 'DECIDED', at, at, at from plan
  ), i as (
    insert into public.trade_intents (id, signal_delivery_id, signal_id, user_id, user_broker_id, subscription_id,
      strategy_id, instrument_id, direction, trade_type, status, qty, price, reserve_price, order_type, created_at,
      decided_at, executed_at)
    select intent_id, delivery_id, signal_id, $1, $2, $4, $3, instrument_id, 'LONG', 'NEWBUY', 'EXECUTED', 1, 100, 103,
      'MARKET', at, at, at from plan
  ), t as (
    insert into public.trades (id, trade_intent_id, user_id, user_broker_id, instrument_id, subscription_id, strategy_id,
      signal_id, direction, status, currency, wanted_qty, entry_qty, entry_value, exit_qty, exit_value, realized_pnl,
      hard_stop_price, stop_price, stop_by, target_price, trail_activate_price, exit_reason, created_at, opened_at,
      closed_at, updated_at)
    select trade_id, intent_id, $1, $2, instrument_id, $4, $3, signal_id, 'LONG', case when closed then 'CLOSED' else 'OPEN' end,
      'USD', 1, 1, 100, case when closed then 1 else 0 end, case when closed then 100 + gain else 0 end,
      case when closed then gain else 0 end, 80, 90, 'PERCENT', 120, 110,
      case when closed then (array['STOP_LOSS', 'TARGET_HIT', 'TRAILING_STOP', 'MANUAL'])[1 + n % 4] end, at, at,
      case when closed then at + interval '1 hour' end, at
    from plan
  ), o as (
    insert into public.orders (id, user_id, user_broker_id, instrument_id, trade_id, trade_intent_id, kind, origin, side,
      order_type, qty, stop_price, status, client_order_id, broker_order_id, filled_qty, filled_value, created_at, placed_at,
      ended_at, updated_at)
    select v.id, $1, $2, p.instrument_id, p.trade_id, case v.kind when 'ENTRY' then p.intent_id end, v.kind, v.origin, v.side,
      v.type, 1, v.stop, v.status, 'C-' || v.id, 'B-' || v.id, v.filled, v.value, v.at, v.at, v.at, v.at
    from plan p cross join lateral (
      select p.entry_id as id, 'ENTRY' as kind, 'SIGNAL' as origin, 'BUY' as side, 'MARKET' as type, null::numeric as stop,
        'FILLED' as status, 1 as filled, 100::numeric as value, p.at
      union all select p.exit_id, 'EXIT', 'IMPORT', 'SELL', 'MARKET', null, 'FILLED', 1, 100 + p.gain, p.at + interval '1 hour'
        where p.closed
      union all select uuidv7(), 'PROTECTION', 'NATIVE', 'SELL', 'STOP', 90, 'CANCELLED', 0, 0, p.at + k * interval '1 minute'
        from generate_series(1, $6::int) k) v
  ), f as (
    insert into public.trade_fills (id, user_id, user_broker_id, order_id, trade_id, instrument_id, broker_fill_id, effect,
      side, qty, price, ingest_via, fill_seq, occurred_at, recorded_at)
    select opened_by, $1, $2, entry_id, trade_id, instrument_id, 'F-' || n, 'OPEN', 'BUY', 1, 100, 'STREAM', 2 * n, at, at from plan
    union all
    select closed_by, $1, $2, exit_id, trade_id, instrument_id, 'X-' || n, 'CLOSE', 'SELL', 1, 100 + gain, 'STREAM', 2 * n + 1,
      at + interval '1 hour', at + interval '1 hour' from plan where closed
  ), l as (
    insert into public.fifo_lots (id, user_id, user_broker_id, instrument_id, opening_fill_id, fill_seq, direction, qty,
      remaining_qty, price, value, remaining_value, opened_at)
    select lot_id, $1, $2, instrument_id, opened_by, 2 * n, 'LONG', 1, case when closed then 0 else 1 end, 100, 100,
      case when closed then 0 else 100 end, at from plan
  ), a as (
    insert into public.fifo_allocations (user_id, user_broker_id, instrument_id, lot_id, closing_fill_id, closing_seq,
      direction, qty, open_price, close_price, open_fee, close_fee, cost_basis, gross_proceeds, net_proceeds, pnl, bought_at,
      sold_at)
    select $1, $2, instrument_id, lot_id, closed_by, 2 * n + 1, 'LONG', 1, 100, 100 + gain, 0, 0, 100, 100 + gain, 100 + gain,
      gain, at, at + interval '1 hour' from plan where closed
  )
  insert into public.daily_pnl (user_id, user_broker_id, day, strategy_id, strategy_name, source, exit_reason, currency, pnl,
    trades, wins, losses, gross_win, gross_loss, updated_at)
  select $1, $2, (at + interval '1 hour')::date, $3, 'Big', 'script', (array['STOP_LOSS', 'TARGET_HIT', 'TRAILING_STOP', 'MANUAL'])[1 + n % 4],
    'USD', sum(gain), count(*), count(*) filter (where gain > 0), count(*) filter (where gain < 0),
    coalesce(sum(gain) filter (where gain > 0), 0), -coalesce(sum(gain) filter (where gain < 0), 0), $5
  from plan where closed group by 3, 7`;

/** Signal n of $5, the newest last: $7 of them in one moment, $8 between two moments. */
const SIGNALS = `
  insert into public.signals (user_id, strategy_id, webhook_source_id, instrument_id, symbol, action, direction, dedupe_key,
    status, source, indicator, occurred_at, recorded_at, published_at, applied_at, fanned_out_at, expected_deliveries, expires_at,
    ended_at)
  select $1, $2, $3, i.id, i.symbol, 'ENTRY', 'LONG', 'big-' || n || '-' || $2::uuid, 'EXPIRED', 'script', 'rsi', v.at, v.at, v.at, v.at, v.at, 1, v.at, v.at
  from generate_series(1, $5::int) n
  cross join lateral (select $4::timestamptz - ceil(($5::int - n + 1)::numeric / $7::int)::int * $8::interval as at) v
  join unnest($6::uuid[]) with ordinality u(id, k) on u.k = 1 + n % cardinality($6::uuid[])
  join public.instruments i on i.id = u.id
  order by n`;

const ALERTS = `
  insert into public.webhook_events (user_id, strategy_id, source_id, signal_id, status, http_status, symbol, action, direction,
    source, indicator, request_id, processing_us, received_at)
  select s.user_id, s.strategy_id, s.webhook_source_id, s.id, 'ACCEPTED', 200, s.symbol, 'entry', 'long', s.source, s.indicator,
    s.id::text, 900, s.recorded_at
  from public.signals s where s.strategy_id = $1 order by s.recorded_at, s.id`;

const DAYS = `
  insert into public.account_days (user_broker_id, day, user_id, realised, fees, trades_opened, trades_closed, marked_at)
  select $2, $3::date - n, $1, (n % 11) - 5, 1, 10, 10, $3::timestamptz - n * interval '1 day' from generate_series(0, 800) n`;

const POSITIONS = `
  insert into public.positions (user_broker_id, instrument_id, user_id, qty, fill_seq, cash_flow, updated_at)
  select f.user_broker_id, f.instrument_id, f.user_id, sum(case f.side when 'BUY' then f.qty else -f.qty end), max(f.fill_seq),
    sum(case f.side when 'BUY' then -1 else 1 end * round(f.qty * f.price * f.multiplier, 8) - f.fee), $2
  from public.trade_fills f where f.user_broker_id = $1 group by 1, 2, 3`;

const EVENTS = `
  insert into public.order_events (order_id, user_id, to_status, event, at)
  select id, user_id, status, 'ENDED', ended_at from public.orders where user_id = $1`;

export interface BigOptions {
  /** The moment before which all of it happened, as ISO time. */
  now: string;
  size?: Partial<BigSize>;
  /** Whose account it is; somebody new without it. */
  userId?: string;
  /** Columns of its account and its instruments that are not the usual ones. */
  account?: Row;
  instrument?: (n: number) => Row;
}

/** Writes the account with its strategy, webhook and instruments; returns their rows. */
export async function bigAccount(owner: Queryable, options: BigOptions) {
  const { now } = options;
  const size = { ...BIG, ...options.size };
  const user = options.userId ? { id: options.userId } : await newUser(owner);
  const account = await insertAccount(owner, user.id, options.account);
  const strategy = await insertStrategy(owner, user.id);
  const subscription = await insertSubscription(owner, account, strategy.id);
  const source = await insertWebhookSource(owner, strategy);
  const instruments: string[] = [];
  for (let n = 0; n < size.symbols; n += 1) {
    const instrument = await insertInstrument(owner, options.instrument?.(n));
    await putQuote(owner, instrument.id, '101', now);
    instruments.push(instrument.id);
  }
  const { closed, open, together, step, withdrawn, gain } = size;
  const place = [user.id, strategy.id, source.id, now, closed + open, instruments, together, step];
  await owner.query(SIGNALS, place);
  await owner.query(ALERTS, [strategy.id]);
  const ids = [user.id, account.id, strategy.id, subscription.id];
  await owner.query(trades(gain), [...ids, now, withdrawn, closed]);
  await owner.query(DAYS, [user.id, account.id, now]);
  await owner.query(POSITIONS, [account.id, now]);
  await owner.query(EVENTS, [user.id]);
  await owner.query('analyze');
  return { user, account, strategy, subscription, source, instruments };
}

async function newUser(owner: Queryable): Promise<{ id: string }> {
  const user = await insertUser(owner);
  await insertRow(owner, 'user_secrets', { user_id: user.id, password_hash: 'none' });
  return user;
}
