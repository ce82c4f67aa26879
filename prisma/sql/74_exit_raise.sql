-- Raising exits: from a price, a wish or a switch to an exit signal with its pending intent. Postgres decides here: what
-- the trigger book or the sweep proposes is evaluated again on the trade's own row, under its lock.
-- Entry point: fn.exits_raise. Invariants: one live intent per trade; no episode within a cooldown; the most urgent
-- reason is recorded and the others are listed on it; a batch locks its trades in id order.

set local role lockstep_exit;

-- The next episode of a reason on a trade, or null while its cooldown runs. The caller holds the trade.
-- The cooldown stands on the last signal: set when it fires, corrected when its attempt ends (fn.exit_intent_end).
create or replace function fn.exit_episode_generate(p_trade uuid, p_reason text, p_rung int default 0) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_last record;
begin
  select s.episode_id, s.recorded_at + s.cooldown_ms * interval '1 millisecond' as again_at into v_last
  from public.exit_signals s
  where s.trade_id = p_trade and s.exit_reason = p_reason and s.rung = p_rung
  order by s.episode_id desc limit 1;
  if not found then return 1; end if;
  return case when fn.clock() >= v_last.again_at then v_last.episode_id + 1 end;
end
$$;

-- Whether a FLATTEN stands over an account: its own, its user's or the platform's.
create or replace function fn.exit_flattened(p_user uuid, p_user_broker uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (select from public.switches s where s.state = 'FLATTEN'
    and (s.scope = 'PLATFORM' or s.scope = 'USER' and s.user_id = p_user or s.user_broker_id = p_user_broker))
$$;

-- What a proposal may count as seen on this trade: nothing outside the session, and nothing from a worker that slept (its
-- price is older than the stored quote, or too old for its class); the extremes of its stretch of ticks only where the
-- stretch was watched with the trade's present triggers, or began after they were set; otherwise the last price.
create or replace function fn.exit_seen(t public.trades, p jsonb, p_now timestamptz)
returns table (in_session boolean, low numeric, high numeric, last numeric)
language sql stable security definer set search_path = ''
as $$
  select m.is_open,
    case when m.counts then least(s.last, case when w.watched then (p ->> 'low')::numeric end) end,
    case when m.counts then greatest(s.last, case when w.watched then (p ->> 'high')::numeric end) end,
    case when m.counts then s.last end
  from public.instruments i
  left join public.quotes q on q.instrument_id = i.id,
    lateral (select (p ->> 'at')::timestamptz as at) a,
    lateral (select coalesce(e.is_open, false) as is_open, coalesce(e.is_open, false) and (a.at is null
      or a.at >= greatest(q.source_time - interval '10 seconds', p_now - fn.quote_stale_ms(i.asset_class) * interval '1 millisecond')) as counts
      from fn.market_session(i.market, p_now) e) m,
    lateral (select (p ->> 'last')::numeric as last) s,
    lateral (select (p ->> 'version')::bigint = t.triggers_version or (p ->> 'since')::timestamptz >= t.triggers_at as watched) w
  where i.id = t.instrument_id
$$;

-- How much a reason asks for: null for all that is open, a quantity for a rung or a part.
create or replace function fn.exit_request(t public.trades, p_reason text, p_rung int) returns numeric
language sql stable security definer set search_path = ''
as $$
  select case when r.qty < t.open_qty then r.qty end
  from (select case
    when p_reason = t.exit_wish_reason then t.exit_wish_qty::numeric
    when p_reason = 'TARGET_HIT' and p_rung <= coalesce(jsonb_array_length(t.exit_rules -> 'rungs'), 0) then (
      select floor(t.entry_qty * l.fraction / i.lot_size) * i.lot_size - l.done_qty
      from fn.exit_ladder(t.id, t.exit_rules, t.entry_value / (t.entry_qty * t.multiplier)) l, public.instruments i
      where l.rung = p_rung and i.id = t.instrument_id)
    end as qty) r
$$;

-- Everything that holds for a trade now, the most urgent first: FLATTEN, its wish, and what the prices satisfy.
-- p_raised: a trailing stop that this very stretch of ticks raised, held against its last price alone.
create or replace function fn.exit_reasons_now(t public.trades, p_session boolean, p_low numeric, p_high numeric, p_last numeric,
  p_raised numeric, p_now timestamptz)
returns table (reason text, rung int, trigger_price numeric, also text[])
language sql stable security definer set search_path = ''
as $$
  with held as (
    select c.reason, c.rung, c.trigger_price from fn.exit_conditions(t, p_low, p_high, p_now) c where p_session
    union
    select 'TRAILING_STOP', 0, p_raised where fn.direction_sign(t.direction) * p_last <= fn.direction_sign(t.direction) * p_raised
    union
    select t.exit_wish_reason, 0, null::numeric where t.exit_wish_reason is not null
    union
    select 'KILL_SWITCH', 0, null::numeric where fn.exit_flattened(t.user_id, t.user_broker_id)
  ), once as (
    select distinct on (h.reason) h.* from held h order by h.reason, h.trigger_price nulls last
  )
  select o.reason, o.rung, o.trigger_price,
    array(select n.reason from once n where n.reason <> o.reason order by fn.exit_rank(n.reason))
  from once o order by fn.exit_rank(o.reason)
$$;

-- Records one firing: signal, pending intent, what it supersedes, and the withdrawal of the rest of the entry.
-- p: {trade_id, reason, rung, trigger_price, market_price, also, by, at, episode, requested_qty}. The caller holds the
-- trade. Returns jobs. Writes: exit_signals, exit_intents, event_log; orders through stage 4.
create or replace function fn.exit_fire(t public.trades, p jsonb, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_kind record;
  v_old uuid := (select x.id from public.exit_intents x where x.trade_id = t.id and x.status in ('PENDING', 'APPROVED', 'PLACED'));
  v_id uuid := uuidv7();
  v_signal uuid;
  v_jobs jsonb;
begin
  select k.rank, s.* into v_kind from fn.exit_reason_table() k, fn.exit_style(t, k.reason) s where k.reason = p ->> 'reason';
  v_jobs := fn.trade_entries_withdraw(t.id, jsonb_build_object('code', 'EXIT', 'reason', p ->> 'reason'));
  if v_old is not null then v_jobs := v_jobs || fn.exit_supersede(v_old, v_id, p_now); end if;
  insert into public.exit_signals (trade_id, user_id, user_broker_id, instrument_id, exit_reason, rung, episode_id, trigger_price,
    market_price, also_satisfied, detected_by, detail, cooldown_ms, occurred_at, recorded_at)
  values (t.id, t.user_id, t.user_broker_id, t.instrument_id, p ->> 'reason', (p ->> 'rung')::int, (p ->> 'episode')::int,
    (p ->> 'trigger_price')::numeric, (p ->> 'market_price')::numeric, array(select jsonb_array_elements_text(p -> 'also')), p ->> 'by',
    case when p ->> 'reason' = t.exit_wish_reason then t.exit_wish_detail else '{}' end,
    case p ->> 'reason' when 'MANUAL' then 1000 else coalesce((t.exit_rules ->> 'cooldown_s')::int, 30) * 1000 end,
    least(coalesce((p ->> 'at')::timestamptz, p_now), p_now), p_now)
  returning id into v_signal;
  insert into public.exit_intents (id, exit_signal_id, trade_id, user_id, user_broker_id, instrument_id, exit_reason, rank,
    requested_qty, from_wish, supersedes, order_type, limit_price, rest_seconds, rest_then, created_at)
  values (v_id, v_signal, t.id, t.user_id, t.user_broker_id, t.instrument_id, p ->> 'reason', v_kind.rank,
    (p ->> 'requested_qty')::numeric, coalesce(p ->> 'reason' = t.exit_wish_reason, false), v_old, v_kind.order_type,
    v_kind.limit_price, v_kind.rest_seconds, v_kind.rest_then, p_now);
  perform fn.event_append(t.user_id, 'exit', 'trade', t.id, jsonb_build_object('exit_intent_id', v_id, 'reason', p ->> 'reason',
    'status', 'PENDING', 'trigger_price', p ->> 'trigger_price', 'also', p -> 'also'));
  return v_jobs || fn.job('exit.qualify', v_id);
end
$$;

-- How a reason's order is placed on a trade: its type, a limit chosen by the user, how long it rests and what then. Pure.
create or replace function fn.exit_style(t public.trades, p_reason text)
returns table (order_type text, limit_price numeric, rest_seconds int, rest_then text)
language sql immutable
as $$
  select case
      when k.style = 'CHOSEN' then case when t.exit_wish_detail ->> 'type' = 'LIMIT' then 'LIMIT' else 'MARKET' end
      when k.style = 'LIMIT_THEN_MARKET' and r.seconds = 0 or k.style = 'MARKET' then 'MARKET' else 'LIMIT' end,
    case when k.style = 'CHOSEN' and t.exit_wish_detail ->> 'type' = 'LIMIT' then (t.exit_wish_detail ->> 'limit')::numeric end,
    r.seconds,
    case when k.style = 'LIMIT_THEN_WITHDRAW' then 'WITHDRAW' when k.style = 'LIMIT_THEN_MARKET' and r.seconds > 0 then 'MARKET'
      when k.style = 'CHOSEN' and t.exit_wish_detail ->> 'type' = 'LIMIT' then 'LEAVE' end
  from fn.exit_reason_table() k, lateral (select coalesce((t.exit_rules ->> k.rest_key)::int, 5) as seconds) r
  where k.reason = p_reason
$$;

-- Puts a more urgent intent in the place of a live one: its order, if any, is asked to cancel, and the new one's order is
-- created when that order has ended (fn.exit_order_outcome). Returns jobs. The caller holds the trade.
create or replace function fn.exit_supersede(p_old uuid, p_new uuid, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_order uuid;
  v_jobs jsonb := '[]';
begin
  update public.exit_intents x set superseded_by = p_new where x.id = p_old;
  perform fn.exit_intent_end(p_old, 'SUPERSEDED', 'SUPERSEDED', p_now);
  for v_order in select o.id from public.orders o where o.exit_intent_id = p_old and not fn.order_is_final(o.status) order by o.id loop
    v_jobs := v_jobs || fn.order_cancel_request(v_order, jsonb_build_object('code', 'SUPERSEDED', 'by', p_new));
  end loop;
  return v_jobs;
end
$$;

grant execute on function fn.exit_episode_generate(uuid, text, int), fn.exit_flattened(uuid, uuid) to lockstep_stage, lockstep_worker;

reset role;
