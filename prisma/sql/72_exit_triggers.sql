-- From rules to the prices at which something happens on one trade. Pure reads: stage 6 copies the row into trades.
-- Entry point: fn.exit_triggers. A database test holds it against server/pipeline/7-exit/exit-prices.ts.

set local role lockstep_exit;

-- When a trade must be out by time, or null. Days count from the trading day of the opening (that day is day 0, which is
-- what end_of_day means) and end end_of_day_s before the close; an always open market's day ends at midnight UTC.
create or replace function fn.exit_due(p_market text, p_opened timestamptz, p_rules jsonb) returns timestamptz
language sql stable security definer set search_path = ''
as $$
  with wanted as (
    select case when (p_rules ->> 'end_of_day')::boolean then 0 else (p_rules ->> 'max_hold_days')::int end as days,
      p_opened + (p_rules ->> 'max_hold_hours')::numeric * interval '1 hour' as hours_over,
      (p_rules ->> 'end_of_day_s')::int * interval '1 second' as before_close
  )
  select least(w.hours_over, case when w.days is null then null
    when m.always_open then (date_trunc('day', p_opened at time zone 'UTC') + (w.days + 1) * interval '1 day') at time zone 'UTC' - w.before_close
    else (select d.closes_at from public.market_days d where d.market = p_market and d.closes_at > p_opened
      order by d.closes_at offset w.days limit 1) - w.before_close end)
  from wanted w, public.markets m where m.code = p_market
$$;

-- The ladder of a trade: its rungs, and last the target that takes the rest; what each has sold is read from the exits.
-- A rung whose quantity rounds to nothing is skipped. One row per rung; next_rung marks the nearest one still to come.
create or replace function fn.exit_ladder(p_trade uuid, p_rules jsonb, p_entry numeric)
returns table (rung int, price numeric, fraction numeric, done_qty numeric, skipped boolean, is_next boolean)
language sql stable security definer set search_path = ''
as $$
  with t as (
    select t.*, i.lot_size, coalesce(jsonb_array_length(p_rules -> 'rungs'), 0) as rungs
    from public.trades t join public.instruments i on i.id = t.instrument_id where t.id = p_trade
  ), steps as (
    select r.ordinality::int as rung, fn.exit_level(t.direction, p_entry, (r.value ->> 'at_pct')::numeric) as price,
      (r.value ->> 'share_pct')::numeric / 100 as fraction, false as takes_rest
    from t, jsonb_array_elements(p_rules -> 'rungs') with ordinality r
    union all
    select t.rungs + 1, coalesce(t.signal_target, fn.exit_level(t.direction, p_entry, (p_rules ->> 'target_pct')::numeric)),
      1 - coalesce((select sum((r ->> 'share_pct')::numeric) from jsonb_array_elements(p_rules -> 'rungs') r), 0) / 100, true
    from t
  ), sold as (
    select s.rung, sum(x.filled_qty) as qty
    from public.exit_signals s join public.exit_intents x on x.exit_signal_id = s.id
    where s.trade_id = p_trade and s.exit_reason = 'TARGET_HIT' group by s.rung
  ), ladder as (
    select s.rung, s.price, s.fraction, coalesce(d.qty, 0) as done_qty,
      not s.takes_rest and floor(t.entry_qty * s.fraction / t.lot_size) = 0 as skipped,
      not s.takes_rest and coalesce(d.qty, 0) >= floor(t.entry_qty * s.fraction / t.lot_size) * t.lot_size as done,
      fn.direction_sign(t.direction) * s.price as distance
    from steps s cross join t left join sold d on d.rung = s.rung
    where s.price is not null and s.fraction > 0
  )
  select l.rung, l.price, l.fraction, l.done_qty, l.skipped,
    l.rung = (select n.rung from ladder n where not n.done and not n.skipped order by n.distance, n.rung limit 1)
  from ladder l
$$;

-- Every trigger of a trade, named as the columns of trades, from its rules in force. An armed trail passes through
-- unchanged (it only ever moves by the market); an ATR stop keeps the ATR of the opening (0: there was none then, and
-- the percentage holds). Caller: fn.trade_triggers_refresh. Reads only. One row; prices are null before a first fill.
create or replace function fn.exit_triggers(p_trade uuid)
returns table (exit_rules jsonb, exit_layers jsonb, entry_atr numeric, hard_stop_price numeric, stop_price numeric, stop_by text,
  target_price numeric, target_rung int, trail_activate_price numeric, trail_stop_price numeric, trail_raise_price numeric,
  trail_distance numeric, trail_step numeric, trail_armed_at timestamptz, exit_due_at timestamptz, targets jsonb)
language sql stable security definer set search_path = ''
as $$
  with base as (
    select t.*, i.market, r.rules, r.layers, t.entry_value / nullif(t.entry_qty * t.multiplier, 0) as entry,
      coalesce(t.entry_atr, fn.atr(t.instrument_id, '5m', 14), 0) as atr, fn.direction_sign(t.direction) as sign,
      (r.rules ->> 'trail_arm_pct')::numeric as arm
    from public.trades t join public.instruments i on i.id = t.instrument_id,
      lateral fn.exit_rules_resolve(i.asset_class, t.strategy_id, t.subscription_id, t.id) r
    where t.id = p_trade
  ), ladder as (
    select l.* from base b, lateral fn.exit_ladder(b.id, b.rules, b.entry) l where b.entry is not null
  )
  select b.rules, b.layers, b.atr,
    fn.exit_level(b.direction, b.entry, -(b.rules ->> 'hard_stop_pct')::numeric),
    s.price, s.set_by,
    (select l.price from ladder l where l.is_next), coalesce((select l.rung from ladder l where l.is_next), 1),
    fn.exit_level(b.direction, b.entry, b.arm),
    case when b.arm is not null then b.trail_stop_price end, case when b.arm is not null then b.trail_raise_price end,
    case when b.arm is null then null when b.trail_armed_at is not null then b.trail_distance else tr.distance end,
    case when b.arm is null then null when b.trail_armed_at is not null then b.trail_step else tr.step end,
    case when b.arm is not null then b.trail_armed_at end,
    fn.exit_due(b.market, b.opened_at, b.rules),
    coalesce((select jsonb_agg(jsonb_build_object('rung', l.rung, 'price', l.price::text, 'fraction', l.fraction::text,
      'done_qty', l.done_qty::text, 'skipped', l.skipped) order by l.rung) from ladder l), '[]')
  from base b
  left join lateral fn.exit_trail(b.rules, fn.exit_level(b.direction, b.entry, b.arm), nullif(b.atr, 0)) tr on true
  left join lateral fn.exit_stop(b.id, b.rules, b.entry, nullif(b.atr, 0)) s on true
$$;

-- The soft stop: the signal's, else k × ATR of the opening (plus spread and both sides' fees per unit where the rule says
-- so), else the percentage; no row when all are off. Once part was sold, an ATR stop stays where it was put
-- unless its rule changes (the spread of the moment must not move it).
create or replace function fn.exit_stop(p_trade uuid, p_rules jsonb, p_entry numeric, p_atr numeric)
returns table (price numeric, set_by text)
language sql stable security definer set search_path = ''
as $$
  select case
      when t.signal_stop is not null then t.signal_stop
      when c.by_atr and t.stop_by = 'ATR' and t.stop_price is not null and c.unchanged then t.stop_price
      when c.by_atr then p_entry - fn.direction_sign(t.direction) * (p_atr * (p_rules ->> 'stop_atr_k')::numeric
        + case when (p_rules ->> 'stop_atr_costs')::boolean then coalesce(q.ask - q.bid, 0) + 2 * t.entry_fees / (t.entry_qty * t.multiplier) else 0 end)
      else fn.exit_level(t.direction, p_entry, -(p_rules ->> 'stop_pct')::numeric) end,
    case when t.signal_stop is not null then 'SIGNAL' when c.by_atr then 'ATR' when p_rules ->> 'stop_pct' is not null then 'PERCENT' end
  from public.trades t
  left join public.quotes q on q.instrument_id = t.instrument_id,
  lateral (select p_atr is not null and p_rules ->> 'stop_atr_k' is not null as by_atr,
    t.exit_rules -> 'stop_atr_k' = p_rules -> 'stop_atr_k' and t.exit_rules -> 'stop_atr_costs' = p_rules -> 'stop_atr_costs'
      and t.exit_qty > 0 as unchanged) c
  where t.id = p_trade and p_entry is not null
$$;

grant execute on function fn.exit_triggers(uuid), fn.exit_due(text, timestamptz, jsonb) to lockstep_stage, lockstep_worker;

reset role;
