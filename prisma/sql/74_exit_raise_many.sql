-- The plain case of raising, for thousands of trades at once: one stop or time rule that fires for the first time on an open
-- trade with nothing else under way. Everything else goes trade by trade through fn.exit_raise, which says the same.
-- Entry point: fn.exits_raise_plain, called by fn.exits_raise with the trades held.

set local role lockstep_exit;

-- The proposals that are plain: open trades without wish, trail to move, exit, earlier firing or working entry, proposed
-- once, in no FLATTEN, with what holds for them now, the most urgent first. What counts as seen: as fn.exit_seen.
create or replace function fn.exits_plain(p_proposals jsonb, p_now timestamptz)
returns table (trade public.trades, reason text, trigger_price numeric, market_price numeric, also text[], detected_by text, at timestamptz)
language sql stable security definer set search_path = ''
as $$
  with p as materialized (
    select r.*, count(*) over (partition by r.trade_id) as n
    from jsonb_to_recordset(p_proposals) as r(trade_id uuid, low numeric, high numeric, last numeric, version bigint,
      since timestamptz, at timestamptz, by text)
  ), market as materialized (
    select i.id, e.is_open, greatest(q.source_time - interval '10 seconds',
      p_now - fn.quote_stale_ms(i.asset_class) * interval '1 millisecond') as not_before
    from public.instruments i
    left join public.quotes q on q.instrument_id = i.id
    cross join lateral fn.market_session(i.market, p_now) e
    where i.id in (select distinct t.instrument_id from public.trades t where t.id in (select p.trade_id from p))
  ), seen as materialized (
    select t, p.last, p.by, p.at, least(p.last, w.low) as low, greatest(p.last, w.high) as high
    from p
    join public.trades t on t.id = p.trade_id
    join market m on m.id = t.instrument_id and m.is_open and (p.at is null or p.at >= m.not_before)
    cross join lateral (select case when w.watched then p.low end as low, case when w.watched then p.high end as high
      from (select p.version = t.triggers_version or p.since >= t.triggers_at as watched) w) w
    where p.n = 1 and t.status = 'OPEN' and t.open_qty > 0 and t.exit_wish_reason is null
      and not exists (select from public.exit_signals s where s.trade_id = t.id)
      and not exists (select from public.exit_intents x where x.trade_id = t.id and x.status in ('PENDING', 'APPROVED', 'PLACED'))
      and not exists (select from public.orders o where o.trade_id = t.id and o.kind = 'ENTRY'
        and o.status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED'))
      and not exists (select from public.switches w where w.state = 'FLATTEN')
  )
  select s.t, c.reasons[1], c.prices[1], s.last, c.reasons[2:], coalesce(s.by, 'SWEEP'), s.at
  from seen s
  cross join lateral (select array_agg(h.reason order by fn.exit_rank(h.reason)) as reasons,
    array_agg(h.trigger_price order by fn.exit_rank(h.reason)) as prices
    from fn.exit_conditions(s.t, s.low, s.high, p_now) h) c
  where not fn.exit_trail_due(s.t, s.low, s.high) and c.reasons[1] in ('HARD_STOP', 'STOP_LOSS', 'MAX_HOLD_TIME', 'TRAILING_STOP')
$$;

-- Fires the plain ones: signals and pending intents, in trade order. The caller holds the trades.
-- Returns {raised: [{trade_id, reason}], trades: [ids], jobs}. Writes: exit_signals, exit_intents, event_log.
create or replace function fn.exits_raise_plain(p_proposals jsonb, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_made record;
begin
  with plain as materialized (
    select f.*, uuidv7() as signal_id, uuidv7() as intent_id from fn.exits_plain(p_proposals, p_now) f order by (f.trade).id
  ), signals as (
    insert into public.exit_signals (id, trade_id, user_id, user_broker_id, instrument_id, exit_reason, episode_id, trigger_price,
      market_price, also_satisfied, detected_by, cooldown_ms, occurred_at, recorded_at)
    select f.signal_id, (f.trade).id, (f.trade).user_id, (f.trade).user_broker_id, (f.trade).instrument_id, f.reason, 1,
      f.trigger_price, f.market_price, f.also, f.detected_by,
      coalesce(((f.trade).exit_rules ->> 'cooldown_s')::int, 30) * 1000, least(coalesce(f.at, p_now), p_now), p_now
    from plain f order by (f.trade).id
  ), intents as (
    insert into public.exit_intents (id, exit_signal_id, trade_id, user_id, user_broker_id, instrument_id, exit_reason, rank,
      order_type, limit_price, rest_seconds, rest_then, created_at)
    select f.intent_id, f.signal_id, (f.trade).id, (f.trade).user_id, (f.trade).user_broker_id, (f.trade).instrument_id, f.reason,
      fn.exit_rank(f.reason), s.order_type, s.limit_price, s.rest_seconds, s.rest_then, p_now
    from plain f cross join lateral fn.exit_style(f.trade, f.reason) s order by (f.trade).id
  )
  select array_agg((f.trade).id order by (f.trade).id) as trades, array_agg((f.trade).user_id order by (f.trade).id) as users,
    array_agg(jsonb_build_object('exit_intent_id', f.intent_id, 'reason', f.reason, 'status', 'PENDING',
      'trigger_price', f.trigger_price::text, 'also', f.also) order by (f.trade).id) as data,
    jsonb_agg(jsonb_build_object('trade_id', (f.trade).id, 'reason', f.reason) order by (f.trade).id) as raised,
    jsonb_agg(jsonb_build_object('name', 'exit.qualify', 'id', f.intent_id) order by (f.trade).id) as jobs
  into v_made from plain f;
  perform fn.events_append(v_made.users, 'exit', 'trade', v_made.trades, v_made.data);
  return jsonb_build_object('raised', coalesce(v_made.raised, '[]'), 'trades', to_jsonb(coalesce(v_made.trades, '{}')),
    'jobs', coalesce(v_made.jobs, '[]'));
end
$$;

reset role;
