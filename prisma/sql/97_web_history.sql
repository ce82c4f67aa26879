-- What closed trades brought: results per day, per source of them, their quality, and tax lots.
-- Entry points: fn.results_daily, fn.results_by, fn.trades_closed, fn.tax_lots_list (web; row-level security narrows
-- each), fn.sources_performance (definer: signals of shared strategies are in it). p_environment and p_currency are always given: results of paper and live, or of two
-- currencies, are never added.

set local role lockstep_trade;

-- Purpose: booked results per day. p_account null: all accounts of this environment and currency.
-- Caller: web. Reads only.
create or replace function fn.results_daily(p_environment text, p_currency text, p_account uuid, p_from date)
returns table (day date, pnl numeric, fees numeric, trades bigint, wins bigint, losses bigint, gross_win numeric, gross_loss numeric)
language sql stable
as $$
  select d.day, sum(d.pnl), sum(d.fees), sum(d.trades), sum(d.wins), sum(d.losses), sum(d.gross_win), sum(d.gross_loss)
  from public.daily_pnl d join public.user_brokers b on b.id = d.user_broker_id
  where d.user_id = fn.actor() and b.environment = p_environment and d.currency = p_currency
    and (p_account is null or d.user_broker_id = p_account) and (p_from is null or d.day >= p_from)
  group by d.day order by d.day
$$;

-- Purpose: the environments and currencies in which the actor has accounts or results, the busiest first.
-- Caller: web. Reads only.
create or replace function fn.books_list()
returns table (environment text, currency text, accounts bigint, trades numeric)
language sql stable
as $$
  select b.environment, b.currency, count(*), coalesce(sum(r.trades), 0)
  from public.user_brokers b
  left join lateral (select sum(d.trades) as trades from public.daily_pnl d where d.user_broker_id = b.id) r on true
  where b.user_id = fn.actor() and b.role = 'EXEC'
  group by 1, 2 order by 4 desc, 3 desc, 1, 2
$$;

-- Purpose: closed trades with how they were entered and left; p_sort NEWEST, BEST or WORST, after a cursor (p_key: the
--   result or, for NEWEST, the time as epoch seconds; p_cursor the id). R is the risk at the stop that last stood. The page
--   is cut first, and only its rows are reckoned.
-- Caller: web. Reads only.
create or replace function fn.trades_closed(p_environment text, p_currency text, p_account uuid, p_from timestamptz, p_symbol text,
  p_reason text, p_strategy uuid, p_sort text, p_key numeric, p_cursor uuid, p_limit int)
returns table (id uuid, symbol text, tick_size numeric, currency text, account text, strategy_id uuid, direction text,
  trade_type text, qty numeric, entry_average numeric, exit_average numeric, pnl numeric, pnl_percent numeric, fees numeric,
  exit_reason text, exit_trigger_price numeric, opened_at timestamptz, closed_at timestamptz, planned_r numeric,
  realised_r numeric, sort_key numeric)
language sql stable
as $$
  with page as materialized (
    select t.id, k.key
    from public.trades t
    join public.user_brokers b on b.id = t.user_broker_id
    cross join lateral (select case p_sort when 'NEWEST' then extract(epoch from t.closed_at)
      when 'BEST' then t.realized_pnl else -t.realized_pnl end::numeric as key) k
    where t.user_id = fn.actor() and t.status = 'CLOSED' and b.environment = p_environment and t.currency = p_currency
      and (p_account is null or t.user_broker_id = p_account) and (p_from is null or t.closed_at >= p_from)
      and (p_symbol is null or t.instrument_id = (select i.id from public.instruments i where i.symbol = p_symbol))
      and (p_reason is null or t.exit_reason = p_reason) and (p_strategy is null or t.strategy_id = p_strategy)
      and (p_key is null or (k.key, t.id) < (p_key, p_cursor))
    order by k.key desc, t.id desc limit least(p_limit, 1001)
  )
  select t.id, i.symbol, i.tick_size, t.currency, b.name, t.strategy_id, t.direction, t.trade_type, t.entry_qty,
    round(q.entry_average, 8), round(q.exit_average, 8), t.realized_pnl, round(t.realized_pnl / nullif(t.entry_value, 0) * 100, 4),
    t.entry_fees + t.exit_fees, t.exit_reason, t.exit_trigger_price, t.opened_at, t.closed_at,
    round(q.planned_r, 2), round(q.realised_r, 2), p.key
  from page p
  join public.trades t on t.id = p.id
  join public.instruments i on i.id = t.instrument_id
  join public.user_brokers b on b.id = t.user_broker_id
  cross join lateral fn.trade_quality(t) q
  order by p.key desc, p.id desc
$$;

-- Purpose: averages of a trade, reward and result in units of its risk (entry − stop per unit), and how far below its stop
--   a loss ended. Null where it had no stop or target. Caller: the functions of this file. Pure.
create or replace function fn.trade_quality(t public.trades)
returns table (entry_average numeric, exit_average numeric, planned_r numeric, realised_r numeric, beyond_stop boolean, slippage_bps numeric)
language sql immutable
as $$
  -- Of values, not of averages: a division costs more than the rest, and ten thousand trades have fourteen each otherwise.
  select t.entry_value / nullif(w.entered, 0), t.exit_value / nullif(w.left, 0),
    (t.target_price * w.entered - t.entry_value) * s.sign / nullif(r.risk, 0),
    (t.exit_value * w.entered / nullif(w.left, 0) - t.entry_value) * s.sign / nullif(r.risk, 0),
    (t.exit_value - t.stop_price * w.left) * s.sign < 0,
    (t.exit_trigger_price * w.left - t.exit_value) * s.sign / nullif(t.exit_trigger_price * w.left, 0) * 10000
  from (select t.entry_qty * t.multiplier as entered, t.exit_qty * t.multiplier as left) w
  cross join (select fn.direction_sign(t.direction) as sign) s
  cross join lateral (select greatest((t.entry_value - t.stop_price * w.entered) * s.sign, 0) as risk) r
$$;

-- Purpose: results of closed trades by SYMBOL, STRATEGY or EXIT_REASON (p_by), largest sum first; with how exits kept to
--   what was planned: reward to risk configured and realised (averages), the losses that ended beyond the stop, and
--   slippage against the trigger in basis points (positive: worse). A strategy's name is the one that was booked.
-- Caller: web. Reads only.
create or replace function fn.results_by(p_by text, p_environment text, p_currency text, p_account uuid, p_from timestamptz)
returns table (key text, name text, trades bigint, wins bigint, losses bigint, pnl numeric, fees numeric, gross_win numeric,
  gross_loss numeric, planned_r numeric, realised_r numeric, beyond_stop bigint, slippage_bps numeric)
language sql stable
as $$
  with results as materialized (
    select case p_by when 'SYMBOL' then i.symbol when 'EXIT_REASON' then t.exit_reason else t.strategy_id::text end as key,
      t.realized_pnl as pnl, t.entry_fees + t.exit_fees as fees, q.planned_r, q.realised_r,
      q.beyond_stop, q.slippage_bps
    from public.trades t
    join public.instruments i on i.id = t.instrument_id
    join public.user_brokers b on b.id = t.user_broker_id
    cross join lateral fn.trade_quality(t) q
    where t.user_id = fn.actor() and t.status = 'CLOSED' and b.environment = p_environment and t.currency = p_currency
      and (p_account is null or t.user_broker_id = p_account) and (p_from is null or t.closed_at >= p_from)
  )
  select coalesce(r.key, ''), case when p_by <> 'STRATEGY' then r.key else (select max(d.strategy_name) from public.daily_pnl d
      where d.user_id = fn.actor() and d.strategy_id::text = r.key) end,
    count(*), count(*) filter (where r.pnl > 0), count(*) filter (where r.pnl < 0), sum(r.pnl), sum(r.fees),
    coalesce(sum(r.pnl) filter (where r.pnl > 0), 0), coalesce(-sum(r.pnl) filter (where r.pnl < 0), 0),
    round(avg(r.planned_r), 2), round(avg(r.realised_r), 2), count(*) filter (where r.beyond_stop and r.pnl < 0),
    round(avg(r.slippage_bps), 1)
  from results r group by r.key order by 6 desc, 1
$$;

-- Purpose: the actor's tax lots, method FIFO: what closed, newest first (p_at, p_cursor: after a cursor). A lot closes when
--   it was sold, a short one when it was bought back. Caller: web. Reads only.
create or replace function fn.tax_lots_list(p_environment text, p_currency text, p_account uuid, p_from timestamptz, p_until timestamptz,
  p_symbol text, p_at timestamptz, p_cursor uuid, p_limit int)
returns table (id uuid, symbol text, tick_size numeric, account text, environment text, currency text, direction text, qty numeric,
  open_price numeric, close_price numeric, multiplier numeric, open_fee numeric, close_fee numeric, cost_basis numeric,
  gross_proceeds numeric, net_proceeds numeric, pnl numeric, bought_at timestamptz, sold_at timestamptz, closed_at timestamptz)
language sql stable
as $$
  select a.id, i.symbol, i.tick_size, b.name, b.environment, i.currency, a.direction, a.qty, a.open_price, a.close_price,
    a.multiplier, a.open_fee, a.close_fee, a.cost_basis, a.gross_proceeds, a.net_proceeds, a.pnl, a.bought_at, a.sold_at,
    greatest(a.bought_at, a.sold_at)
  from public.fifo_allocations a
  join public.instruments i on i.id = a.instrument_id
  join public.user_brokers b on b.id = a.user_broker_id
  where a.user_id = fn.actor() and (p_environment is null or b.environment = p_environment)
    and (p_currency is null or i.currency = p_currency) and (p_account is null or a.user_broker_id = p_account)
    and (p_from is null or greatest(a.bought_at, a.sold_at) >= p_from)
    and (p_until is null or greatest(a.bought_at, a.sold_at) < p_until) and (p_symbol is null or i.symbol = p_symbol)
    and (p_at is null or (greatest(a.bought_at, a.sold_at), a.id) < (p_at, p_cursor))
  order by greatest(a.bought_at, a.sold_at) desc, a.id desc limit least(p_limit, 1001)
$$;

-- Purpose: the actor's fills in the order in which they count (account, instrument, sequence), after a cursor, for exports.
-- Caller: web. Reads only.
create or replace function fn.fills_export(p_account uuid, p_instrument uuid, p_seq bigint, p_limit int)
returns table (user_broker_id uuid, instrument_id uuid, fill_seq bigint, trade_id uuid, order_id uuid, account text, environment text,
  symbol text, currency text, kind text, side text, qty numeric, price numeric, multiplier numeric, fee numeric, fee_estimated boolean,
  ingest_via text, broker_fill_id text, broker_order_id text, occurred_at timestamptz, recorded_at timestamptz)
language sql stable
as $$
  select f.user_broker_id, f.instrument_id, f.fill_seq, f.trade_id, f.order_id, b.name, b.environment, i.symbol, i.currency, o.kind,
    f.side, f.qty, f.price, f.multiplier, f.fee, f.fee_estimated, f.ingest_via, f.broker_fill_id, o.broker_order_id, f.occurred_at,
    f.recorded_at
  from public.user_brokers b
  join public.trade_fills f on f.user_broker_id = b.id
  join public.instruments i on i.id = f.instrument_id
  join public.orders o on o.id = f.order_id
  where b.user_id = fn.actor() and f.user_id = fn.actor()
    and (p_account is null or (f.user_broker_id, f.instrument_id, f.fill_seq) > (p_account, p_instrument, p_seq))
  order by f.user_broker_id, f.instrument_id, f.fill_seq limit least(p_limit, 1001)
$$;

grant execute on function fn.results_daily(text, text, uuid, date), fn.books_list(), fn.trade_quality(public.trades),
  fn.trades_closed(text, text, uuid, timestamptz, text, text, uuid, text, numeric, uuid, int),
  fn.results_by(text, text, text, uuid, timestamptz),
  fn.fills_export(uuid, uuid, bigint, int),
  fn.tax_lots_list(text, text, uuid, timestamptz, timestamptz, text, timestamptz, uuid, int) to lockstep_web;

reset role;

set local role lockstep_signal;

-- Purpose: what the sources and indicators of signals were worth to the actor: how many were delivered to his accounts,
--   accepted, refused (with the reasons counted), filled and closed, and what they brought. Signals of shared strategies
--   are counted by his own deliveries alone.
-- Caller: web. Writes: nothing. No actor, no rows.
create or replace function fn.sources_performance(p_environment text, p_currency text, p_account uuid, p_from timestamptz)
returns table (source text, indicator text, received bigint, accepted bigint, refused bigint, reasons jsonb, filled bigint,
  closed bigint, wins bigint, losses bigint, pnl numeric, gross_win numeric, gross_loss numeric)
language sql stable security definer set search_path = ''
as $$
  with facts as materialized (
    select coalesce(s.source, '') as source, coalesce(s.indicator, '') as indicator, i.id as intent_id, i.status,
      i.reason_code, t.entry_qty > 0 as filled, t.status = 'CLOSED' as closed, t.realized_pnl as pnl
    from public.signal_deliveries d
    join public.signals s on s.id = d.signal_id
    join public.user_brokers b on b.id = d.user_broker_id
    left join public.trade_intents i on i.signal_delivery_id = d.id
    left join public.trades t on t.trade_intent_id = i.id
    where d.user_id = fn.actor() and b.environment = p_environment and b.currency = p_currency
      and (p_account is null or d.user_broker_id = p_account) and (p_from is null or d.created_at >= p_from)
  ), refusals as (
    select r.source, r.indicator, jsonb_object_agg(r.code, r.n) as reasons from (
      select f.source, f.indicator, coalesce(f.reason_code, '') as code, count(*) as n from facts f
      where f.status in ('REJECTED', 'EXPIRED', 'FAILED') group by 1, 2, 3) r group by 1, 2
  )
  select f.source, f.indicator, count(*), count(*) filter (where f.status in ('APPROVED', 'EXECUTED')),
    count(*) filter (where f.status in ('REJECTED', 'EXPIRED', 'FAILED')), coalesce((select x.reasons from refusals x
      where x.source = f.source and x.indicator = f.indicator), '{}'),
    count(*) filter (where f.filled), count(*) filter (where f.closed), count(*) filter (where f.closed and f.pnl > 0),
    count(*) filter (where f.closed and f.pnl < 0), coalesce(sum(f.pnl) filter (where f.closed), 0),
    coalesce(sum(f.pnl) filter (where f.closed and f.pnl > 0), 0), coalesce(-sum(f.pnl) filter (where f.closed and f.pnl < 0), 0)
  from facts f group by f.source, f.indicator order by 11 desc, 1, 2
$$;

grant execute on function fn.sources_performance(text, text, uuid, timestamptz) to lockstep_web;

reset role;
