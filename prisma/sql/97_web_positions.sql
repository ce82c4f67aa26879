-- Open trades with their live figures, and changing the stop and target of one by hand.
-- Entry points: fn.positions_open (web; row-level security narrows it), fn.trade_levels_set (web, own trades).

set local role lockstep_trade;

-- Purpose: the actor's open trades (p_trades null: all) with price, its age, profit or loss by now, every level with its
--   distance, and the price exit that would fire next. Profit and loss are those of the whole trade: closed parts and
--   fees included, direction × (exit value + open quantity × mark − entry value) − fees. A distance is in percent of
--   the price and negative once its condition is met. A symbol's quote is judged once, not per trade.
-- Caller: web. Reads only.
create or replace function fn.positions_open(p_trades uuid[])
returns table (id uuid, user_broker_id uuid, account text, environment text, instrument_id uuid, symbol text,
  tick_size numeric, lot_size numeric, currency text, multiplier numeric, strategy_id uuid, direction text, trade_type text,
  status text, open_qty numeric, entry_qty numeric, entry_average numeric, created_at timestamptz, opened_at timestamptz,
  exit_due_at timestamptz, exit_wish_reason text, unprotected_reason text, mark numeric, age_ms bigint, is_good boolean,
  exposure numeric, pnl numeric, pnl_percent numeric, levels jsonb, next_kind text, next_price numeric, next_distance numeric,
  exit_reason text, exit_status text, waits_for text)
language sql stable
as $$
  with mine as materialized (
    select t.*, t.entry_value / nullif(t.entry_qty * t.multiplier, 0) as entry_average
    from public.trades t
    where t.user_id = fn.actor() and t.status in ('OPEN', 'EXITING') and (p_trades is null or t.id = any (p_trades))
  ), prices as materialized (
    select i.id, i.symbol, i.tick_size, i.lot_size, q.mark, q.age_ms, coalesce(q.is_good, false) as is_good
    from public.instruments i left join lateral fn.quote_state(i.id) q on true
    where i.id in (select m.instrument_id from mine m)
  )
  select t.id, t.user_broker_id, b.name, b.environment, t.instrument_id, p.symbol, p.tick_size, p.lot_size, t.currency,
    t.multiplier, t.strategy_id, t.direction, t.trade_type, t.status, t.open_qty, t.entry_qty, round(t.entry_average, 8),
    t.created_at, t.opened_at, t.exit_due_at, t.exit_wish_reason, t.unprotected_reason, p.mark, greatest(p.age_ms, 0),
    p.is_good, r.exposure, r.pnl, round(r.pnl / nullif(t.entry_value, 0) * 100, 4), l.levels, n.kind, n.price, n.distance,
    x.exit_reason, x.status, x.waits_for
  from mine t
  join prices p on p.id = t.instrument_id
  join public.user_brokers b on b.id = t.user_broker_id
  cross join lateral (
    select round(t.open_qty * t.multiplier * p.mark, 8) as exposure, round(fn.direction_sign(t.direction)
      * (t.exit_value + t.open_qty * t.multiplier * p.mark - t.entry_value) - t.entry_fees - t.exit_fees, 8) as pnl) r
  cross join lateral fn.trade_levels(t.direction, p.mark, t.hard_stop_price, t.stop_price, t.trail_stop_price,
    case when t.trail_armed_at is null then t.trail_activate_price end, t.target_price) l
  left join lateral (select v.kind, v.price, v.distance
    from jsonb_to_recordset(l.levels) as v (kind text, price numeric, distance numeric)
    where v.kind <> 'trail_activate' order by v.distance limit 1) n on true
  left join public.exit_intents x on x.trade_id = t.id and x.status in ('PENDING', 'APPROVED', 'PLACED')
$$;

-- Purpose: the levels of a trade, nearest first: [{kind, price, distance}], the distance in percent of the price that it
--   still has to go (negative: its condition is met; null without a price). Pure. Caller: fn.positions_open.
create or replace function fn.trade_levels(p_direction text, p_mark numeric, p_hard_stop numeric, p_stop numeric,
  p_trail numeric, p_trail_activate numeric, p_target numeric, out levels jsonb)
language sql immutable
as $$
  select coalesce(jsonb_agg(jsonb_build_object('kind', v.kind, 'price', trim_scale(v.price)::text,
    'distance', round(v.side * fn.direction_sign(p_direction) * (v.price / nullif(p_mark, 0) - 1) * 100, 4)::text)
    order by v.side * fn.direction_sign(p_direction) * (v.price - p_mark)), '[]')
  from (values ('hard_stop', p_hard_stop, -1), ('stop', p_stop, -1), ('trail', p_trail, -1),
    ('trail_activate', p_trail_activate, 1), ('target', p_target, 1)) v (kind, price, side)
  where v.price is not null
$$;

grant execute on function fn.positions_open(uuid[]),
  fn.trade_levels(text, numeric, numeric, numeric, numeric, numeric, numeric) to lockstep_web;

reset role;

set local role lockstep_exit;

-- Purpose: sets stop and target of one trade by hand (null: its rules say). Prices are rounded to the tick in the
--   trade's favour; one that the price has already passed is refused, since it would close at once. p_seen are the
--   levels that the person decided on, {stop, target, own_stop, own_target}: others in force by now refuse it.
-- Caller: web, own trades. Returns {stop, target, jobs}. Writes: trades, trade_targets (through stage 6), event_log, audit.
-- Codes: LK404; LK400 a price on the wrong side or not above 0; LK409 TRADE_NOT_OPEN, LEVELS_MOVED.
create or replace function fn.trade_levels_set(p_trade uuid, p_stop numeric, p_target numeric, p_seen jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  t public.trades;
  v_tick numeric;
  v_mark numeric;
  v_stop numeric;
  v_target numeric;
begin
  perform fn.trade_lock(array(select c.id from public.trades c where c.id = p_trade and c.user_id = fn.actor()));
  select * into t from public.trades where id = p_trade and user_id = fn.actor();
  if t.id is null then perform fn.raise_not_found(); end if;
  if t.status not in ('OPEN', 'EXITING') then perform fn.refuse('LK409', 'TRADE_NOT_OPEN: this trade is not open.'); end if;
  perform fn.levels_seen_check(p_seen, t.stop_price, t.target_price, t.signal_stop, t.signal_target);
  select i.tick_size, q.mark into v_tick, v_mark
  from public.instruments i left join lateral fn.quote_state(i.id) q on true where i.id = t.instrument_id;
  v_stop := fn.price_round(p_stop, v_tick, fn.closing_side(t.direction));
  v_target := fn.price_round(p_target, v_tick, fn.closing_side(t.direction));
  perform fn.levels_check(t.direction, v_stop, v_target, v_mark);
  perform fn.trade_stop_set(t.id, v_stop, v_target);
  perform fn.event_append(t.user_id, 'trade', 'trade', t.id,
    jsonb_build_object('stop', v_stop::text, 'target', v_target::text,
      'stop_before', t.signal_stop::text, 'target_before', t.signal_target::text));
  perform fn.audit_append('trade.levels_set', 'trade', t.id, jsonb_build_object(
    'stop', v_stop, 'target', v_target, 'stop_before', t.stop_price, 'target_before', t.target_price));
  return jsonb_build_object('stop', trim_scale(v_stop)::text, 'target', trim_scale(v_target)::text, 'jobs', '[]'::jsonb);
end
$$;

-- Refuses a decision on levels that are no longer in force. Caller: fn.trade_levels_set. Codes: LK409 LEVELS_MOVED.
create or replace function fn.levels_seen_check(p_seen jsonb, p_stop numeric, p_target numeric, p_own_stop numeric,
  p_own_target numeric) returns void
language plpgsql immutable
as $$
begin
  if (p_stop, p_target, p_own_stop, p_own_target) is distinct from ((p_seen ->> 'stop')::numeric,
    (p_seen ->> 'target')::numeric, (p_seen ->> 'own_stop')::numeric, (p_seen ->> 'own_target')::numeric) then
    perform fn.refuse('LK409', format('LEVELS_MOVED: the levels were changed meanwhile: the stop is %s now, the target %s.',
      coalesce(trim_scale(p_stop)::text, 'off'), coalesce(trim_scale(p_target)::text, 'off')));
  end if;
end
$$;

-- Refuses levels that cannot be meant. Caller: fn.trade_levels_set. Codes: LK400.
create or replace function fn.levels_check(p_direction text, p_stop numeric, p_target numeric, p_mark numeric) returns void
language plpgsql stable
as $$
declare
  v_sign numeric := fn.direction_sign(p_direction);
  v_price text := trim_scale(p_mark)::text;
begin
  if p_stop is not null and not (p_stop > 0 and p_stop < 'Infinity') then perform fn.refuse('LK400', 'The stop must be above 0.'); end if;
  if p_target is not null and not (p_target > 0 and p_target < 'Infinity') then perform fn.refuse('LK400', 'The target must be above 0.'); end if;
  if v_sign * (p_stop - p_mark) >= 0 then
    perform fn.refuse('LK400', format('The stop %s is already passed by the price %s: it would close at once. To close, use Close.',
      trim_scale(p_stop), v_price));
  end if;
  if v_sign * (p_mark - p_target) >= 0 then
    perform fn.refuse('LK400', format('The target %s is already passed by the price %s: it would close at once. To close, use Close.',
      trim_scale(p_target), v_price));
  end if;
  if v_sign * (p_stop - p_target) >= 0 then perform fn.refuse('LK400', 'The stop must be on the losing side of the target.'); end if;
end
$$;

grant execute on function fn.trade_levels_set(uuid, numeric, numeric, jsonb) to lockstep_web;

reset role;
