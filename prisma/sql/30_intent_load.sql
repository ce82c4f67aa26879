-- Stage 3: what a batch of decisions is made from, loaded under the accounts' locks.
-- Entry point: fn.intents_load. Invariants: the locks are taken first and the sums read in a later statement (lock and
-- sum in one statement overspent in a trial: 12 against a cap of 10); exposure is a sum, never a counter.
-- Decimals travel as strings; one row per fact, told apart by "kind".

set local role lockstep_intent;

-- Accounts whose locks a batch needs: its own, and all of a user who has a limit summed over the user.
-- Caller: fn.intents_load. Reads only.
create or replace function fn.accounts_to_lock(p_accounts uuid[]) returns uuid[]
language sql stable
as $$
  select coalesce(array_agg(x.id order by x.id), '{}') from (
    select b.id from public.user_brokers b where b.id = any (p_accounts) and b.role = 'EXEC'
    union
    select b.id from public.user_brokers o
    join public.risk_limits r on r.scope = 'USER' and (r.layer = 'GLOBAL' or r.user_id = o.user_id)
    join public.user_brokers b on b.user_id = o.user_id and b.role = 'EXEC'
    where o.id = any (p_accounts)) x
$$;

-- Takes the accounts' exposure locks, in account order. Caller: fn.intents_load. Writes: account_exposure.
create or replace function fn.account_exposure_lock(p_accounts uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.account_exposure (user_broker_id, user_id)
  select b.id, b.user_id from public.user_brokers b where b.id = any (p_accounts) order by b.id
  on conflict (user_broker_id) do nothing;
  perform from public.account_exposure e where e.user_broker_id = any (p_accounts)
    order by e.user_broker_id for update;
end
$$;

-- Live trades of accounts with what each exposes: open quantity × mark + unfilled entry quantity × reserve price, times the
-- multiplier. One row per account that has any. (One statement for all: the plan of a function that is called per account is
-- kept from when its tables were small.) Caller: fn.intent_accounts. Reads only.
create or replace function fn.accounts_live_trades(p_accounts uuid[]) returns table (user_broker_id uuid, trades jsonb)
language sql stable
as $$
  select t.user_broker_id, jsonb_agg(jsonb_build_object('id', t.id, 'instrument_id', t.instrument_id,
    'strategy_id', t.strategy_id, 'direction', t.direction, 'trade_type', t.trade_type,
    'open_qty', t.open_qty::text, 'qty', (t.open_qty + coalesce(o.qty - o.filled_qty, 0))::text, 'entry_working', o.id is not null,
    'exposure', (t.multiplier * (coalesce((o.qty - o.filled_qty) * o.reserve_price, 0) + t.open_qty
      * coalesce(q.mark, t.entry_value / nullif(t.entry_qty * t.multiplier, 0), 0)))::text) order by t.id)
  from public.trades t
  left join lateral fn.quote_state(t.instrument_id) q on true
  left join public.orders o on o.trade_id = t.id and o.kind = 'ENTRY'
    and o.status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED')
  where t.user_broker_id = any (p_accounts) and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING')
  group by t.user_broker_id
$$;

-- The accounts of a batch: state, day, live trades. Caller: fn.intents_load, after the locks. Reads only.
create or replace function fn.intent_accounts(p_accounts uuid[], p_now timestamptz) returns setof jsonb
language sql stable
as $$
  select jsonb_build_object('kind', 'account', 'id', b.id, 'user_id', b.user_id, 'name', b.name, 'broker', b.broker,
    'environment', b.environment, 'currency', b.currency, 'time_zone', u.time_zone, 'capital', b.capital::text,
    'operational', coalesce(h.refusals, '[]'), 'trades', coalesce(l.trades, '[]'),
    'day', jsonb_build_object('pnl', coalesce(a.day_pnl, 0)::text, 'loss_hit_at', a.loss_hit_at,
      'loss_limit', a.loss_limit::text, 'loss_layer', a.loss_layer, 'profit_hit_at', a.profit_hit_at, 'trades_opened', coalesce(a.trades_opened, 0),
      'consecutive_losses', coalesce(a.consecutive_losses, 0), 
      'drawdown', case when exists (select from public.risk_limits r where r.code = 'MAX_DRAWDOWN')
        then fn.account_drawdown(b.id) else 0 end::text,
      'last_loss_at', case when a.consecutive_losses > 0
        then (select c.last_loss_at from fn.account_closed_sums(b.id, d.starts_at) c) end,
      'loss_by_symbol', coalesce((select jsonb_object_agg(l.instrument_id, l.at) from (
        select t.instrument_id, max(t.closed_at) as at from public.trades t
        where t.user_broker_id = b.id and t.status = 'CLOSED' and t.realized_pnl < 0
          and t.closed_at > p_now - (select max(r.value) * interval '1 minute' from public.risk_limits r
            where r.code = 'LOSS_COOLDOWN') group by t.instrument_id) l), '{}')))
  from public.user_brokers b
  join public.users u on u.id = b.user_id
  cross join lateral fn.trading_day(b.home_market, p_now) d
  left join public.account_days a on a.user_broker_id = b.id and a.day = d.day
  left join fn.accounts_live_trades(p_accounts) l on l.user_broker_id = b.id
  left join (select o.user_broker_id, jsonb_agg(jsonb_build_object('code', o.code, 'detail', o.detail)) as refusals
    from fn.accounts_operational(p_accounts) o group by o.user_broker_id) h on h.user_broker_id = b.id
  where b.id = any (p_accounts)
  order by b.ordinal
$$;

-- What an instrument's trading day is measured from: the last price before it began, else its first one; null without
-- candles. Caller: fn.intent_instruments. Reads only.
create or replace function fn.day_base(p_instrument uuid, p_market text, p_now timestamptz) returns numeric
language sql stable
as $$
  select coalesce(
    (select c.close from public.candles c where c.instrument_id = p_instrument and c.timeframe = '1m'
      and c.opens_at < d.starts_at order by c.opens_at desc limit 1),
    (select c.open from public.candles c where c.instrument_id = p_instrument and c.timeframe = '1m'
      and c.opens_at >= d.starts_at order by c.opens_at limit 1))
  from fn.trading_day(p_market, p_now) d
$$;

-- The instruments of a batch with quote, session and ATR. Caller: fn.intents_load. Reads only.
create or replace function fn.intent_instruments(p_instruments uuid[], p_now timestamptz) returns setof jsonb
language sql stable
as $$
  select jsonb_build_object('kind', 'instrument', 'id', i.id, 'symbol', i.symbol, 'asset_class', i.asset_class,
    'market', i.market, 'status', i.status, 'currency', i.currency, 'tick', i.tick_size::text, 'lot', i.lot_size::text,
    'multiplier', i.multiplier::text, 'atr', fn.atr(i.id, '5m', 14)::text,
    'day_base', fn.day_base(i.id, i.market, p_now)::text, 'open', s.is_open, 'closes_at', case when m.always_open then null else s.closes_at end,
    'quote', case when q.last is not null then jsonb_build_object('bid', q.bid::text, 'ask', q.ask::text,
      'last', q.last::text, 'age_ms', q.age_ms, 'good', q.is_good, 'simulated', r.simulated) end)
  from public.instruments i
  join public.markets m on m.code = i.market
  cross join lateral fn.market_session(i.market, p_now) s
  left join lateral fn.quote_state(i.id) q on true
  left join public.quotes r on r.instrument_id = i.id
  where i.id = any (p_instruments)
$$;

-- What many deliveries of a batch have in common, once each: signals, strategies, and the exit rules by their key
-- (strategy, asset class, and the subscription where it has rules of its own). Caller: fn.intents_load. Reads only.
create or replace function fn.intent_shared(p_deliveries uuid[]) returns setof jsonb
language sql stable
as $$
  with d as materialized (
    select distinct d.signal_id, d.strategy_id, i.asset_class, own.subscription_id
    from public.signal_deliveries d
    join public.instruments i on i.id = d.instrument_id
    left join (select distinct x.subscription_id from public.exit_rules x where x.subscription_id is not null) own
      on own.subscription_id = d.subscription_id
    where d.id = any (p_deliveries)
  )
  select jsonb_build_object('kind', 'signal', 'id', s.id, 'action', s.action, 'direction', s.direction, 'price', s.price::text,
    'stop', s.stop_price::text, 'target', s.target_price::text, 'limit_price', s.limit_price::text,
    'quantity', s.quantity::text, 'quantity_type', s.quantity_type)
  from public.signals s where s.id in (select d.signal_id from d)
  union all
  select jsonb_build_object('kind', 'strategy', 'id', g.id, 'name', g.name, 'sides', g.sides, 'allowed_symbols', g.allowed_symbols,
    'utility_gate', g.utility_gate)
  from public.strategies g where g.id in (select d.strategy_id from d)
  union all
  select jsonb_build_object('kind', 'rules', 'key', concat_ws(' ', k.strategy_id, k.asset_class, k.subscription_id), 'rules', r.rules)
  from (select distinct d.strategy_id, d.asset_class, d.subscription_id from d) k
  cross join lateral fn.exit_rules_resolve(k.asset_class, k.strategy_id, k.subscription_id) r
$$;

-- The deliveries of a batch in the order in which they are decided: by signal, then by account. Those of signals that
-- were superseded are left out. Caller: fn.intents_load, after the locks. Reads only.
create or replace function fn.intent_deliveries(p_deliveries uuid[]) returns setof jsonb
language sql stable
as $$
  select jsonb_build_object('kind', 'delivery', 'id', d.id, 'account_id', d.user_broker_id,
    'instrument_id', d.instrument_id, 'expires_at', d.expires_at, 'signal_id', s.id, 'strategy_id', d.strategy_id,
    'rules', concat_ws(' ', d.strategy_id, i.asset_class, own.subscription_id),
    'subscription', jsonb_build_object('id', c.id, 'status', c.status, 'direction', c.direction,
      'sizing_mode', c.sizing_mode, 'sizing_value', c.sizing_value::text, 'rebuys', c.rebuys,
      'entry_order_type', c.entry_order_type, 'entry_offset_bps', c.entry_offset_bps::text))
  from public.signal_deliveries d
  join public.signals s on s.id = d.signal_id
  join public.subscriptions c on c.id = d.subscription_id
  join public.user_brokers b on b.id = d.user_broker_id
  join public.instruments i on i.id = d.instrument_id
  left join (select distinct x.subscription_id from public.exit_rules x where x.subscription_id is not null) own
    on own.subscription_id = d.subscription_id
  where d.id = any (p_deliveries) and d.status = 'PENDING' and d.waits_for_trade_id is null
    and s.status in ('PUBLISHED', 'EXPIRED')
  order by s.occurred_at, s.recorded_at, s.id, b.ordinal
$$;

-- Limits that apply to some account of a batch. Caller: fn.intents_load. Reads only.
create or replace function fn.intent_limits(p_accounts uuid[]) returns setof jsonb
language sql stable
as $$
  select jsonb_build_object('kind', 'limit', 'layer', r.layer, 'user_id', r.user_id, 'account_id', r.user_broker_id,
    'subscription_id', r.subscription_id, 'code', r.code, 'scope', r.scope, 'currency', r.currency,
    'asset_class', r.asset_class, 'value', r.value::text)
  from public.risk_limits r
  where r.layer = 'GLOBAL' or r.user_id in (select b.user_id from public.user_brokers b where b.id = any (p_accounts))
$$;

-- Locks and loads a batch: signals (shared), exposure, days; then, in later statements, the facts, one per row. What is
-- no longer PENDING is silently left out; what belongs to a superseded signal expires here.
-- Caller: worker (delivery.decide). Writes: account_exposure, account_days, signal_deliveries through its owner.
create or replace function fn.intents_load(p_deliveries uuid[]) returns setof jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_accounts uuid[];
  v_ended uuid[];
  v_now timestamptz;
begin
  perform fn.signals_hold(array(select distinct d.signal_id from public.signal_deliveries d
    where d.id = any (p_deliveries) and d.status = 'PENDING' order by 1));
  v_accounts := fn.accounts_to_lock(array(select distinct d.user_broker_id from public.signal_deliveries d
    where d.id = any (p_deliveries) and d.status = 'PENDING' and d.waits_for_trade_id is null));
  if cardinality(v_accounts) = 0 then return; end if;
  perform fn.account_exposure_lock(v_accounts);
  perform fn.account_days_mark(v_accounts);
  v_now := fn.clock();
  v_ended := array(select d.id from public.signal_deliveries d join public.signals s on s.id = d.signal_id
    where d.id = any (p_deliveries) and d.status = 'PENDING' and s.status not in ('PUBLISHED', 'EXPIRED'));
  perform fn.deliveries_end(v_ended, 'SUPERSEDED', v_now);
  return next jsonb_build_object('kind', 'clock', 'now', v_now);
  return query select fn.intent_limits(v_accounts);
  return query select fn.intent_instruments(array(select distinct d.instrument_id from public.signal_deliveries d
    where d.id = any (p_deliveries)), v_now);
  return query select fn.intent_accounts(v_accounts, v_now);
  return query select fn.intent_shared(p_deliveries);
  return query select fn.intent_deliveries(p_deliveries);
end
$$;

grant execute on function fn.intents_load(uuid[]) to lockstep_worker;

reset role;
