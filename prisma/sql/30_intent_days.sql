-- Stage 3: the account's trading day: what it made and lost, and the limit that latches once.
-- Entry points: fn.account_days_open (lock), fn.account_days_mark (every 5 s, at each decision and closing fill).
-- Invariants: everything is recomputed from trades and quotes under the row's lock, nothing drifts; loss_hit_at is set
-- once per day. Day P&L = realised today + open now − open at the day's start, fees included, where a trade counts with
-- its whole result so far: sign × (exit value − entry value + open quantity × mark × multiplier) − fees.

set local role lockstep_intent;

-- The trading day of a market at a moment and when it began: a day begins where the session before it closed; on a
-- market that never closes, and past a calendar's end, at midnight UTC. Pure read.
create or replace function fn.trading_day(p_market text, p_at timestamptz)
returns table (day date, starts_at timestamptz)
language sql stable
as $$
  select coalesce(n.day, (p_at at time zone 'UTC')::date), coalesce(case when n.day is not null then l.closes_at end,
    date_trunc('day', p_at, 'UTC'))
  from (select) one
  left join lateral (select d.day from public.market_days d
    where d.market = p_market and d.closes_at > p_at order by d.closes_at limit 1) n on true
  left join lateral (select d.closes_at from public.market_days d
    where d.market = p_market and d.closes_at <= p_at order by d.closes_at desc limit 1) l on true
$$;

-- The result of live trades so far, open quantity at the last mark, and the symbols whose mark is no good one.
-- Callers: stage 3. Reads only.
create or replace function fn.account_open_pnl(p_account uuid)
returns table (open_now numeric, fees numeric, stale text[])
language sql stable
as $$
  select coalesce(sum(fn.direction_sign(t.direction) * (t.exit_value - t.entry_value + t.open_qty * t.multiplier
      * coalesce(q.mark, t.entry_value / nullif(t.entry_qty * t.multiplier, 0), 0)) - t.entry_fees - t.exit_fees), 0),
    coalesce(sum(t.entry_fees + t.exit_fees), 0),
    coalesce(array_agg(distinct i.symbol) filter (where t.open_qty > 0 and q.is_good is not true), '{}')
  from public.trades t
  join public.instruments i on i.id = t.instrument_id
  left join lateral fn.quote_state(t.instrument_id) q on true
  where t.user_broker_id = p_account and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING')
$$;

-- What was closed since a moment, how many trades were entered since, and the present run of losses (of all days, at
-- most the last 50 trades). Callers: stage 3. Reads only.
create or replace function fn.account_closed_sums(p_account uuid, p_from timestamptz)
returns table (realised numeric, fees numeric, opened int, closed int, losses int, last_loss_at timestamptz)
language sql stable
as $$
  with recent as (
    select t.closed_at, fn.direction_sign(t.direction) * (t.exit_value - t.entry_value) - t.entry_fees - t.exit_fees as pnl
    from public.trades t where t.user_broker_id = p_account and t.status = 'CLOSED'
    order by t.closed_at desc, t.id desc limit 50
  ), run as (
    select r.closed_at, bool_and(r.pnl < 0) over (order by r.closed_at desc rows unbounded preceding) as losing from recent r
  ), today as (
    select sum(fn.direction_sign(t.direction) * (t.exit_value - t.entry_value) - t.entry_fees - t.exit_fees) as realised,
      sum(t.entry_fees + t.exit_fees) as fees, count(*)::int as closed, count(*) filter (where t.created_at >= p_from) as opened
    from public.trades t where t.user_broker_id = p_account and t.status = 'CLOSED' and t.closed_at >= p_from
  )
  select coalesce(d.realised, 0), coalesce(d.fees, 0), (d.opened + (select count(*) from public.trades t
      where t.user_broker_id = p_account and t.created_at >= p_from
        and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING')))::int, d.closed,
    (select count(*) from run where losing)::int, (select max(closed_at) from run where losing)
  from today d
$$;

-- Opens today's rows and locks them, in account order. What the day before ended with is where today begins.
-- Callers: fn.account_days_mark, stage 5 (a lock before positions). Writes: account_days.
create or replace function fn.account_days_open(p_accounts uuid[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.account_days (user_broker_id, day, user_id, open_at_start, open_now, marked_at)
  select b.id, d.day, b.user_id, coalesce(l.open_now, 0), coalesce(l.open_now, 0), p_now
  from public.user_brokers b
  cross join lateral fn.trading_day(b.home_market, p_now) d
  left join lateral (select y.open_now from public.account_days y
    where y.user_broker_id = b.id and y.day < d.day order by y.day desc limit 1) l on true
  where b.id = any (p_accounts)
  order by b.id
  on conflict (user_broker_id, day) do nothing;
  perform from public.account_days a
  join public.user_brokers b on b.id = a.user_broker_id
  cross join lateral fn.trading_day(b.home_market, p_now) d
  where a.user_broker_id = any (p_accounts) and a.day = d.day
  order by a.user_broker_id for update of a;
end
$$;

-- Brings the day of these accounts up to date; the daily loss limit latches when it is reached, once, and alerts.
-- Callers: worker (every 5 s for accounts with open positions), fn.intents_load, stage 5 after closing fills.
-- Writes: account_days, and through its owner alerts.
create or replace function fn.account_days_mark(p_accounts uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz;
  v_hit record;
begin
  perform fn.account_days_open(p_accounts, fn.clock());
  v_now := fn.clock();
  for v_hit in
    with today as materialized (
      select b.id, d.day, o.open_now, o.stale, o.fees + c.fees as fees, c.realised, c.opened, c.closed,
        c.losses, c.realised + o.open_now as gross, l.value as loss_limit, l.layer as loss_layer, p.value as profit_limit
      from public.user_brokers b
      cross join lateral fn.trading_day(b.home_market, v_now) d
      cross join lateral fn.account_open_pnl(b.id) o
      cross join lateral fn.account_closed_sums(b.id, d.starts_at) c
      left join lateral fn.account_limit(b.id, 'DAILY_LOSS_LIMIT') l on true
      left join lateral fn.account_limit(b.id, 'DAILY_PROFIT_LOCK') p on true
      where b.id = any (p_accounts)
    )
    update public.account_days a set open_now = t.open_now, realised = t.realised, fees = t.fees,
      trades_opened = t.opened, trades_closed = t.closed, consecutive_losses = t.losses, stale_symbols = t.stale, marked_at = v_now,
      high_pnl = greatest(a.high_pnl, t.gross - a.open_at_start), low_pnl = least(a.low_pnl, t.gross - a.open_at_start),
      loss_limit = case when a.loss_hit_at is null then t.loss_limit else a.loss_limit end,
      loss_layer = case when a.loss_hit_at is null then t.loss_layer else a.loss_layer end,
      loss_hit_at = coalesce(a.loss_hit_at, case when a.open_at_start - t.gross >= t.loss_limit then v_now end),
      profit_hit_at = coalesce(a.profit_hit_at, case when t.gross - a.open_at_start >= t.profit_limit then v_now end)
    from today t where a.user_broker_id = t.id and a.day = t.day
    returning new.user_broker_id, new.day, old.loss_hit_at is null and new.loss_hit_at is not null as hit
  loop
    if v_hit.hit then perform fn.account_loss_alert(v_hit.user_broker_id, v_hit.day); end if;
  end loop;
end
$$;

-- Tells that a day's loss limit was reached. Caller: fn.account_days_mark, once per account and day.
create or replace function fn.account_loss_alert(p_account uuid, p_day date) returns void
language sql volatile security definer set search_path = ''
as $$
  select fn.alert_raise(a.user_id, 'CRITICAL', 'DAILY_LOSS_LIMIT',
    format('%s lost %s %s today, the daily limit is %s: no new entries until the next trading day.', b.name,
      trim_scale(round(-a.day_pnl, 2)), b.currency, trim_scale(a.loss_limit)),
    'user_broker', a.user_broker_id, 'DAILY_LOSS_LIMIT:' || a.user_broker_id || ':' || a.day)
  from public.account_days a join public.user_brokers b on b.id = a.user_broker_id
  where a.user_broker_id = p_account and a.day = p_day
$$;

-- How far an account is below the best it ever was, in percent of that: capital and the results of all marked days, the
-- best moment of each day included. Callers: stage 3. Reads only.
create or replace function fn.account_drawdown(p_account uuid) returns numeric
language sql stable
as $$
  with days as (
    select a.day, a.day_pnl, a.high_pnl, sum(a.day_pnl) over (order by a.day) as sum_pnl
    from public.account_days a where a.user_broker_id = p_account
  ), best as (
    select greatest(max(d.sum_pnl - d.day_pnl + d.high_pnl), 0) as peak,
      coalesce((select l.sum_pnl from days l order by l.day desc limit 1), 0) as now from days d
  )
  select coalesce(greatest(x.peak - x.now, 0) * 100 / nullif(b.capital + x.peak, 0), 0)
  from best x, public.user_brokers b where b.id = p_account
$$;

-- The accounts whose day wants marking: those with live trades. Caller: worker. Reads only.
create or replace function fn.accounts_to_mark() returns setof uuid
language sql stable
as $$
  select distinct t.user_broker_id from public.trades t
  where t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING') order by 1
$$;

grant execute on function fn.trading_day(text, timestamptz) to lockstep_stage, lockstep_worker;
grant execute on function fn.account_open_pnl(uuid), fn.account_drawdown(uuid), fn.account_closed_sums(uuid, timestamptz) to lockstep_stage;
grant execute on function fn.account_days_open(uuid[], timestamptz) to lockstep_stage;
grant execute on function fn.account_days_mark(uuid[]) to lockstep_stage, lockstep_worker;
grant execute on function fn.accounts_to_mark() to lockstep_worker;

reset role;
