-- Results: the realised P&L of a trade, and per account and day.
-- Entry points: fn.trade_result (the one formula), fn.daily_pnl_add, fn.daily_pnl_rebuild.
-- Invariant: what is booked per day sums to the trades' stored P&L, exactly, at every step.

set local role lockstep_trade;

-- What a trade has realised: (exit value − the entry value of what left) × direction − fees of both. A part that left
-- takes its share of the entry at the trade's average, rounded to 8 decimals; once nothing is left it is exactly
-- Σ cash flows − fees. It depends on the sums alone, so the order in which fills arrived does not matter.
create or replace function fn.trade_result(p_direction text, p_entry_qty numeric, p_left_qty numeric, p_entry_value numeric,
  p_exit_value numeric, p_entry_fees numeric, p_exit_fees numeric, out pnl numeric, out fees numeric)
language sql immutable
as $$
  select fn.direction_sign(p_direction) * (p_exit_value - r.value) - p_exit_fees - r.fee, p_exit_fees + r.fee
  from (select fn.fifo_share(p_entry_value, p_entry_value, p_left_qty, p_entry_qty, nullif(p_entry_qty, 0)) as value,
    fn.fifo_share(p_entry_fees, p_entry_fees, p_left_qty, p_entry_qty, nullif(p_entry_qty, 0)) as fee) r
$$;

-- The trading day of an account's home market at a moment, as its limits count it.
create or replace function fn.account_day(p_account uuid, p_at timestamptz) returns date
language sql stable security definer set search_path = ''
as $$
  select d.day from public.user_brokers b cross join lateral fn.trading_day(b.home_market, p_at) d where b.id = p_account
$$;

-- Adds a result to an account's day: p_pnl (net of p_fees) and, with p_trades ±1, the trade's whole result as a win or a
-- loss, counted or taken back. The caller holds the trade. Writes: daily_pnl.
create or replace function fn.daily_pnl_add(
  p_trade uuid, p_at timestamptz, p_reason text, p_pnl numeric, p_fees numeric, p_trades int, p_whole numeric, p_now timestamptz)
returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.daily_pnl as d (user_id, user_broker_id, day, strategy_id, strategy_name, source, exit_reason, currency,
    pnl, fees, trades, wins, losses, gross_win, gross_loss, updated_at)
  select t.user_id, t.user_broker_id, fn.account_day(t.user_broker_id, p_at), t.strategy_id, g.name, s.source, p_reason,
    t.currency, p_pnl, p_fees, p_trades, case when p_whole > 0 then p_trades else 0 end,
    case when p_whole < 0 then p_trades else 0 end, p_trades * greatest(p_whole, 0), p_trades * greatest(-p_whole, 0), p_now
  from public.trades t
  left join public.strategies g on g.id = t.strategy_id
  left join public.signals s on s.id = t.signal_id
  where t.id = p_trade and (p_pnl <> 0 or p_fees <> 0 or p_trades <> 0)
  on conflict (user_broker_id, day, strategy_id, source, exit_reason, engine) do update set
    pnl = d.pnl + excluded.pnl, fees = d.fees + excluded.fees, trades = d.trades + excluded.trades,
    wins = d.wins + excluded.wins, losses = d.losses + excluded.losses, gross_win = d.gross_win + excluded.gross_win,
    gross_loss = d.gross_loss + excluded.gross_loss, updated_at = excluded.updated_at
$$;

-- Every result of an account as its fills tell it, one row per step: running sums per trade, the difference of each
-- fill, the remainder written off at a close as dust, and the close itself. Caller: fn.daily_pnl_rebuild. Reads only.
create or replace function fn.daily_pnl_steps(p_account uuid)
returns table (trade_id uuid, at timestamptz, reason text, pnl numeric, fees numeric, trades int, whole numeric)
language sql stable security definer set search_path = ''
as $$
  with fills as (
    select f.trade_id, f.fill_seq, f.occurred_at, f.effect = 'OPEN' as opens, f.qty, f.fee,
      fn.fill_value(f.qty, f.price, f.multiplier) as value,
      case when f.effect = 'CLOSE' then coalesce(x.exit_reason, 'EXTERNAL') end as reason
    from public.trade_fills f
    join public.orders o on o.id = f.order_id
    left join public.exit_intents x on x.id = o.exit_intent_id
    where f.user_broker_id = p_account
  ), sums as (
    select f.trade_id, f.fill_seq, f.occurred_at,
      (array_agg(f.reason) filter (where f.reason is not null) over w) as reasons,
      coalesce(sum(f.qty) filter (where f.opens) over w, 0) as entry_qty,
      coalesce(sum(f.qty) filter (where not f.opens) over w, 0) as exit_qty,
      coalesce(sum(f.value) filter (where f.opens) over w, 0) as entry_value,
      coalesce(sum(f.value) filter (where not f.opens) over w, 0) as exit_value,
      coalesce(sum(f.fee) filter (where f.opens) over w, 0) as entry_fees,
      coalesce(sum(f.fee) filter (where not f.opens) over w, 0) as exit_fees
    from fills f window w as (partition by f.trade_id order by f.fill_seq)
  ), totals as (
    select s.*, r.pnl, r.fees from sums s join public.trades t on t.id = s.trade_id
    cross join lateral fn.trade_result(
      t.direction, s.entry_qty, s.exit_qty, s.entry_value, s.exit_value, s.entry_fees, s.exit_fees) r
  )
  select s.trade_id, s.occurred_at, s.reasons[array_upper(s.reasons, 1)],
    s.pnl - lag(s.pnl, 1, 0::numeric) over w, s.fees - lag(s.fees, 1, 0::numeric) over w, 0, 0::numeric
  from totals s window w as (partition by s.trade_id order by s.fill_seq)
  union all
  select t.id, t.closed_at, t.exit_reason, t.realized_pnl - r.pnl,
    t.entry_fees + t.exit_fees - r.fees, 1, t.realized_pnl
  from public.trades t
  cross join lateral fn.trade_result(
    t.direction, t.entry_qty, t.exit_qty, t.entry_value, t.exit_value, t.entry_fees, t.exit_fees) r
  where t.user_broker_id = p_account and t.status = 'CLOSED'
$$;

-- Throws an account's daily results away and books them again from its fills. Returns the number of rows.
-- Locks the account's positions. Caller: worker, operations. Writes: daily_pnl.
create or replace function fn.daily_pnl_rebuild(p_account uuid) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_step record;
  v_now timestamptz;
  v_count int;
begin
  perform 1 from public.positions p where p.user_broker_id = p_account order by p.instrument_id for update;
  v_now := fn.clock();
  delete from public.daily_pnl d where d.user_broker_id = p_account;
  for v_step in select * from fn.daily_pnl_steps(p_account) loop
    perform fn.daily_pnl_add(v_step.trade_id, v_step.at, v_step.reason, v_step.pnl, v_step.fees, v_step.trades, v_step.whole, v_now);
  end loop;
  select count(*) into v_count from public.daily_pnl d where d.user_broker_id = p_account;
  return v_count;
end
$$;

grant execute on function fn.trade_result(text, numeric, numeric, numeric, numeric, numeric, numeric) to lockstep_stage;
grant execute on function fn.account_day(uuid, timestamptz) to lockstep_stage, lockstep_worker;
grant execute on function fn.daily_pnl_rebuild(uuid) to lockstep_worker;

reset role;
