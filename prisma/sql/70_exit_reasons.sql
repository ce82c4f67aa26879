-- What the exit reasons are, and the arithmetic of exits: pure, so neither definer nor SET (a SET stops inlining).
-- Percentages are percent numbers ("2.5" is 2.5 %), prices are of one unit, the multiplier cancels, fees are left out.

-- The reasons, most urgent first. style: MARKET, LIMIT_THEN_MARKET, LIMIT_THEN_WITHDRAW, CHOSEN (by the user).
-- rest_key: the rule that says how long its limit rests; any_time: acts in the last minutes of a session too.
create or replace function fn.exit_reason_table()
returns table (reason text, rank int, style text, one_shot boolean, any_time boolean, rest_key text)
language sql immutable
as $$
  values
    ('KILL_SWITCH', 2, 'MARKET', true, true, null),
    ('HARD_STOP', 3, 'MARKET', false, true, null),
    ('MANUAL', 4, 'CHOSEN', true, true, null),
    ('STOP_LOSS', 5, 'LIMIT_THEN_MARKET', false, true, 'rest_stop_s'),
    ('MAX_HOLD_TIME', 7, 'LIMIT_THEN_MARKET', false, true, 'rest_stop_s'),
    ('TRAILING_STOP', 8, 'LIMIT_THEN_MARKET', false, true, 'rest_stop_s'),
    ('TARGET_HIT', 9, 'LIMIT_THEN_WITHDRAW', false, false, 'rest_target_s'),
    ('SIGNAL_EXIT', 10, 'LIMIT_THEN_MARKET', true, true, 'rest_signal_s')
$$;

-- Urgency of a reason, 1 the most urgent.
create or replace function fn.exit_rank(p_reason text) returns int
language sql immutable
as $$
  select case p_reason
    when 'KILL_SWITCH' then 2 when 'HARD_STOP' then 3 when 'MANUAL' then 4 when 'STOP_LOSS' then 5
    when 'MAX_HOLD_TIME' then 7 when 'TRAILING_STOP' then 8 when 'TARGET_HIT' then 9 when 'SIGNAL_EXIT' then 10 end
$$;

-- Percent of the entry price in the trade's favour (negative: against it) as a price.
create or replace function fn.exit_level(p_direction text, p_entry numeric, p_percent numeric) returns numeric
language sql immutable
as $$ select p_entry + fn.direction_sign(p_direction) * p_entry * p_percent / 100 $$;

-- Gain of a price against the entry in percent, positive in the trade's favour.
create or replace function fn.exit_percent(p_direction text, p_entry numeric, p_price numeric) returns numeric
language sql immutable
as $$ select fn.direction_sign(p_direction) * (p_price - p_entry) / nullif(p_entry, 0) * 100 $$;

-- A price on the tick grid, rounded up or down.
create or replace function fn.exit_on_tick(p_price numeric, p_tick numeric, p_up boolean) returns numeric
language sql immutable
as $$ select case when p_up then ceil(p_price / p_tick) else floor(p_price / p_tick) end * p_tick $$;

-- Where the trail stands at a price: distance k × ATR held within its bounds of the price (without an ATR the wider
-- one), the step in proportion, so that a calm market does not write at every tick. Same formula: exit-prices.ts.
create or replace function fn.exit_trail(p_rules jsonb, p_price numeric, p_atr numeric)
returns table (distance numeric, step numeric)
language sql immutable
as $$
  select d.distance, d.distance * (p_rules ->> 'trail_step_atr_k')::numeric / (p_rules ->> 'trail_atr_k')::numeric
  from (select case when p_atr is null then p_price * (p_rules ->> 'trail_max_pct')::numeric / 100
    else least(p_price * (p_rules ->> 'trail_max_pct')::numeric / 100,
      greatest(p_price * (p_rules ->> 'trail_min_pct')::numeric / 100, p_atr * (p_rules ->> 'trail_atr_k')::numeric)) end) d (distance)
$$;

-- What contradicts itself in a resolved set of rules, as {code, text}, or null. Same checks: exitRulesProblem.
create or replace function fn.exit_rules_problem(p_rules jsonb) returns jsonb
language sql immutable
as $$
  select case
    when (p_rules ->> 'target_pct')::numeric < (p_rules ->> 'trail_arm_pct')::numeric then jsonb_build_object('code', 'TARGET_AND_TRAIL',
      'text', format('A target at +%s %% always fires before the trail arms at +%s %%: choose one, or make it a rung.',
        p_rules ->> 'target_pct', p_rules ->> 'trail_arm_pct'))
    when (p_rules ->> 'trail_min_pct')::numeric > (p_rules ->> 'trail_max_pct')::numeric then jsonb_build_object('code', 'TRAIL_BOUNDS',
      'text', 'trail_min_pct must not be above trail_max_pct.')
    when (select sum((r ->> 'share_pct')::numeric) from jsonb_array_elements(p_rules -> 'rungs') r) > 100 then jsonb_build_object(
      'code', 'RUNG_SHARES', 'text', 'The shares of the rungs add up to more than 100 %.')
    when exists (
      select from (select (r.value ->> 'at_pct')::numeric as here, lag((r.value ->> 'at_pct')::numeric) over (order by r.ordinality) as before
        from jsonb_array_elements(p_rules -> 'rungs') with ordinality r) s where s.here <= s.before) then jsonb_build_object(
      'code', 'RUNG_ORDER', 'text', 'Each rung must lie farther from the entry than the one before it.')
  end
$$;

grant execute on function fn.exit_reason_table(), fn.exit_rank(text), fn.exit_level(text, numeric, numeric),
  fn.exit_percent(text, numeric, numeric), fn.exit_on_tick(numeric, numeric, boolean), fn.exit_trail(jsonb, numeric, numeric),
  fn.exit_rules_problem(jsonb)
  to lockstep_stage, lockstep_worker, lockstep_web, lockstep_web_admin, lockstep_web_researcher;
