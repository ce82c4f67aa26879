-- What a subscriber may read of a strategy that is shared with him: policies on strategies and signals are
-- owner-only (an OR in a policy costs hundreds of times the time), so shared ones are read through these.
-- Every function narrows to fn.actor(): own strategies, and those that one of his accounts follows.
set local role lockstep_signal;

-- Purpose: the strategies whose signals the actor may see; `owned` tells his own.
-- Caller: web. Writes: nothing. No actor, no rows.
create or replace function fn.strategies_visible()
  returns table (strategy_id uuid, name text, visibility text, owned boolean)
  language sql stable security definer set search_path = '' as $$
  select s.id, s.name, s.visibility, true
  from public.strategies s where s.user_id = fn.actor()
  union all
  select s.id, s.name, s.visibility, false
  from public.strategies s
  where s.user_id <> fn.actor()
    and s.id in (select b.strategy_id from public.subscriptions b where b.user_id = fn.actor())
$$;
grant execute on function fn.strategies_visible() to lockstep_web;

-- Purpose: signals that the actor may see, newest first, after a cursor (p_before, p_before_id: null begins);
--   with p_id that one signal. What was left out is narrowed to his own accounts; the raw payload is not shown.
-- Caller: web. Writes: nothing.
create or replace function fn.signals_visible(
  p_id uuid, p_symbol text, p_action text, p_before timestamptz, p_before_id uuid, p_limit int)
  returns table (
    id uuid, strategy_id uuid, strategy text, owned boolean, instrument_id uuid, symbol text, tick_size numeric,
    lot_size numeric, currency text, action text, direction text, status text, reject_code text, timeframe text,
    price numeric, stop_price numeric, target_price numeric, source text, indicator text, occurred_at timestamptz,
    recorded_at timestamptz, published_at timestamptz, expires_at timestamptz, fanned_out_at timestamptz,
    applied_at timestamptz, ended_at timestamptz, left_out jsonb)
  language sql stable security definer set search_path = '' as $$
  with found as (
    select n.id, v.name, v.owned
    from fn.strategies_visible() v
    cross join lateral (
      select s.id, s.recorded_at from public.signals s
      where s.strategy_id = v.strategy_id and (p_id is null or s.id = p_id)
        and (p_symbol is null or s.symbol = p_symbol)
        and (p_action is null or s.action = p_action)
        and (p_before is null or (s.recorded_at, s.id) < (p_before, p_before_id))
      order by s.recorded_at desc, s.id desc limit least(p_limit, 201)) n
  )
  select s.id, s.strategy_id, f.name, f.owned, s.instrument_id, s.symbol, i.tick_size, i.lot_size, i.currency,
    s.action, s.direction, s.status, s.reject_code, s.timeframe, s.price, s.stop_price, s.target_price, s.source,
    s.indicator, s.occurred_at, s.recorded_at, s.published_at, s.expires_at, s.fanned_out_at, s.applied_at, s.ended_at,
    coalesce((
      select jsonb_agg(l.value order by b.name)
      from jsonb_array_elements(s.left_out) l
      join public.user_brokers b on b.id::text = l.value ->> 'user_broker_id' and b.user_id = fn.actor()), '[]')
  from found f join public.signals s on s.id = f.id join public.instruments i on i.id = s.instrument_id
  order by s.recorded_at desc, s.id desc limit least(p_limit, 201)
$$;
grant execute on function fn.signals_visible(uuid, text, text, timestamptz, uuid, int) to lockstep_web;

reset role;
