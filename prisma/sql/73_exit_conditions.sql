-- Which reasons a trade satisfies at a price: the one evaluation that the trigger book's proposals, the sweep and the
-- opening share. Pure functions of a trade's row and three prices, so neither definer nor SET (a SET stops inlining).
-- low, high and last are of one stretch of ticks; what happened inside it in which order is not known, so a stop goes
-- before a target, and a stop that this very stretch raised is held against last alone.

-- What prices and time make of a trade: (reason, rung, trigger price), the most urgent first. Null prices satisfy nothing.
create or replace function fn.exit_conditions(t public.trades, p_low numeric, p_high numeric, p_now timestamptz)
returns table (reason text, rung int, trigger_price numeric)
language sql immutable
as $$
  select c.reason, c.rung, c.price
  from (select fn.direction_sign(t.direction) as sign) s,
    lateral (values
      ('HARD_STOP', 0, t.hard_stop_price::numeric, s.sign * case t.direction when 'LONG' then p_low else p_high end <= s.sign * t.hard_stop_price),
      ('STOP_LOSS', 0, t.stop_price, s.sign * case t.direction when 'LONG' then p_low else p_high end <= s.sign * t.stop_price),
      ('MAX_HOLD_TIME', 0, null, t.exit_due_at <= p_now),
      ('TRAILING_STOP', 0, t.trail_stop_price, s.sign * case t.direction when 'LONG' then p_low else p_high end <= s.sign * t.trail_stop_price),
      ('TARGET_HIT', t.target_rung, t.target_price, s.sign * case t.direction when 'LONG' then p_high else p_low end >= s.sign * t.target_price)
    ) c (reason, rung, price, satisfied)
  where c.satisfied
  order by fn.exit_rank(c.reason)
$$;

-- Whether a favourable price has reached the level that arms or raises the trail.
create or replace function fn.exit_trail_due(t public.trades, p_low numeric, p_high numeric) returns boolean
language sql immutable
as $$
  select coalesce(fn.direction_sign(t.direction) * case t.direction when 'LONG' then p_high else p_low end
    >= fn.direction_sign(t.direction) * case when t.trail_stop_price is null then t.trail_activate_price else t.trail_raise_price end, false)
$$;

-- The trail after a favourable price, or no row when it does not reach the next level. The stop moves only in the trade's
-- favour and by at least the step; where the ATR has grown so much that it would not, only the next level moves.
-- p_atr: ATR(14, 5m) now, null when unknown.
create or replace function fn.exit_trail_next(t public.trades, p_low numeric, p_high numeric, p_atr numeric)
returns table (trail_stop_price numeric, trail_raise_price numeric, trail_distance numeric, trail_step numeric)
language sql immutable
as $$
  select m.stop, m.stop + s.sign * (d.distance + d.step), d.distance, d.step
  from (select fn.direction_sign(t.direction) as sign, case t.direction when 'LONG' then p_high else p_low end as best) s,
    lateral (select round(x.distance, 12) as distance, round(x.step, 12) as step from fn.exit_trail(t.exit_rules, s.best, p_atr) x) d,
    lateral (select case
      when t.trail_stop_price is null then s.best - s.sign * d.distance
      when s.sign * (s.best - s.sign * d.distance) >= s.sign * t.trail_stop_price + d.step then s.best - s.sign * d.distance
      else t.trail_stop_price::numeric end as stop) m
  where fn.exit_trail_due(t, p_low, p_high)
$$;

-- Whether a new reason may take the place of a live exit intent. Caller: fn.exit_raise, the sweep.
-- An exit that is on its way at market is never superseded, nor is anything by its equal or by less urgent; MANUAL for a
-- part, or with a limit of its own, never replaces a stop; what ends at market goes before a limit that does not.
create or replace function fn.exit_outranks(p_reason text, p_whole boolean, p_at_market boolean, x public.exit_intents) returns boolean
language sql immutable
as $$
  select case
    when x.order_type = 'MARKET' and x.status in ('APPROVED', 'PLACED') then false
    when p_reason = x.exit_reason then p_reason = 'MANUAL' and p_whole and p_at_market and x.order_type = 'LIMIT'
    when p_reason = 'MANUAL' and not (p_whole and p_at_market) then x.rank >= 9
    when x.exit_reason = 'MANUAL' and x.order_type = 'LIMIT' and fn.exit_rank(p_reason) <= 8 then true
    when fn.exit_rank(p_reason) < x.rank then true
    when p_reason = 'MANUAL' or x.order_type is distinct from 'LIMIT' then false
    else p_reason <> 'TARGET_HIT' and x.rest_then in ('WITHDRAW', 'LEAVE') end
$$;

grant execute on function fn.exit_conditions(public.trades, numeric, numeric, timestamptz),
  fn.exit_trail_due(public.trades, numeric, numeric), fn.exit_trail_next(public.trades, numeric, numeric, numeric),
  fn.exit_outranks(text, boolean, boolean, public.exit_intents)
  to lockstep_stage, lockstep_worker;
