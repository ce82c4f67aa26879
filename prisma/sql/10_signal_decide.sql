-- The gates after parsing, in their order: token, what reading refused, known symbol, dedupe; then, for entries
-- only, the source's rate, delayed data, order in time, freshness, re-arm.
-- Entry point: fn.signal_item_decide, called with the batch's heads and buckets held.

set local role lockstep_signal;

-- The unique key of an alert at a moment: with a time in it the digest itself, without one the digest and the
-- milliseconds of its first arrival.
create or replace function fn.signal_dedupe_key(p_item jsonb, p_now timestamptz) returns text
language sql immutable
as $$
  select case when p_item ->> 'signal_time' is not null then p_item ->> 'dedupe'
    else (p_item ->> 'dedupe') || ':' || floor(extract(epoch from p_now) * 1000)::bigint end
$$;

-- The first signal of which this alert is a repeat, or null. Without a time in it, that is one of the same
-- digest that first arrived less than 30 s ago. Caller: stage 1, holding the head. Reads only.
create or replace function fn.signal_first_of(p_item jsonb, p_now timestamptz) returns uuid
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_id uuid;
begin
  if p_item ->> 'signal_time' is not null then
    select s.id into v_id from public.signals s where s.dedupe_key = p_item ->> 'dedupe';
    return v_id;
  end if;
  select s.id into v_id from public.signals s
  where s.body_hash = decode(p_item ->> 'dedupe', 'hex') and s.recorded_at > p_now - interval '30 seconds'
  order by s.recorded_at desc limit 1;
  return v_id;
end
$$;

-- Why an entry is refused, as {code, message}, or null. p_at is its effective time.
-- Caller: stage 1, holding the head. Reads only.
create or replace function fn.signal_entry_refusal(p_item jsonb, p_at timestamptz, p_now timestamptz) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_field text := coalesce(p_item ->> 'time_field', 'timestamp');
  v_age bigint := extract(epoch from p_now - p_at);
  v_last timestamptz;
begin
  if (p_item ->> 'strategy_status') = 'PAUSED' then
    return jsonb_build_object('code', 'STRATEGY_PAUSED', 'message', 'The strategy is paused: it takes no entries, exits go on.');
  end if;
  if (p_item ->> 'delayed')::boolean then
    return jsonb_build_object('code', 'DELAYED_DATA', 'message', format(
      'Field "symbol": the exchange %s sends delayed data (_DL, _DLY), so %s is not entered on it.',
      coalesce(p_item ->> 'exchange', ''), p_item ->> 'symbol'));
  end if;
  select greatest(h.newest_long_exit_at, h.newest_short_exit_at, h.newest_cancel_at,
    case p_item ->> 'direction' when 'LONG' then h.newest_short_entry_at else h.newest_long_entry_at end)
  into v_last from public.signal_heads h
  where h.strategy_id = (p_item ->> 'strategy_id')::uuid and h.instrument_id = (p_item ->> 'instrument_id')::uuid;
  if least(p_at, p_now) < v_last then
    return jsonb_build_object('code', 'OUT_OF_ORDER', 'message', format(
      'Field "%s": this entry is of %s, older than the newest exit, cancel or opposite entry of %s (%s): it opens nothing.',
      v_field, fn.time_text(p_at), p_item ->> 'symbol', fn.time_text(v_last)));
  end if;
  if p_at < p_now - make_interval(secs => (p_item ->> 'max_lag_ms')::numeric / 1000) then
    return jsonb_build_object('code', 'STALE_SIGNAL', 'message', format(
      'Field "%s": the signal is %s s old (%s), more than the %s s allowed. Send {{timenow}}.',
      v_field, v_age, fn.time_text(p_at), round((p_item ->> 'max_lag_ms')::numeric / 1000)));
  end if;
  if p_at > p_now + interval '60 seconds' then
    return jsonb_build_object('code', 'FUTURE_SIGNAL', 'message', format(
      'Field "%s": the signal is %s s in the future (%s), more than the 60 s allowed. Check the clock, send {{timenow}}.',
      v_field, -v_age, fn.time_text(p_at)));
  end if;
  return null;
end
$$;

-- A time as sentences say it. Pure.
create or replace function fn.time_text(p_at timestamptz) returns text
language sql stable
as $$ select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC' $$;

-- The answer to one item, {outcome, http, code, message, signal_id, retry_after, job}; an accepted one is stored.
-- Caller: stage 1, holding head and bucket. Writes: see fn.signals_accept.
create or replace function fn.signal_item_decide(p_item jsonb, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_entry boolean := (p_item ->> 'action') in ('ENTRY', 'ADD');
  v_test boolean := coalesce((p_item ->> 'test')::boolean, false);
  v_at timestamptz := fn.alert_time((p_item ->> 'signal_time')::timestamptz, p_item ->> 'timeframe',
    p_item ->> 'market', p_now);
  v_wait int;
  v_first uuid;
  v_refusal jsonb;
begin
  if p_item ->> 'source_id' is null then
    return fn.signal_refused(401, 'UNKNOWN_TOKEN', 'This address is not known.', v_test);
  elsif (p_item ->> 'outdated')::boolean then
    return jsonb_build_object('outcome', 'OUTDATED', 'http', 503, 'code', 'OUTDATED', 'message', 'The source was just changed; send it again.');
  elsif jsonb_typeof(p_item -> 'refusal') = 'object' then
    return fn.signal_refused((p_item #>> '{refusal,http}')::int, p_item #>> '{refusal,code}', p_item #>> '{refusal,message}', v_test);
  elsif p_item ->> 'instrument_id' is null and not (v_test and v_entry and fn.demo_market()) then
    return fn.signal_refused(400, 'UNKNOWN_SYMBOL',
      format('Field "symbol": %s is not an instrument that is known here.', p_item ->> 'symbol'), v_test);
  end if;
  v_first := fn.signal_first_of(p_item, p_now);
  if v_first is not null then
    return fn.signal_answer('DUPLICATE', v_first, fn.duplicate_text(), v_test);
  end if;
  if v_entry then
    v_wait := fn.webhook_bucket_draw((p_item ->> 'source_id')::uuid, (p_item ->> 'entries_per_minute')::int,
      (p_item ->> 'entries_burst')::int, case when v_test then 0 else 1 end, p_now);
    if v_wait > 0 then
      return fn.signal_refused(503, 'RATE_LIMIT', 'Too many entries for this address in a short time; send it again later.', v_test)
        || jsonb_build_object('retry_after', v_wait);
    end if;
    v_refusal := fn.signal_entry_refusal(p_item, v_at, p_now);
    if v_refusal is not null then
      return fn.signal_refused(400, v_refusal ->> 'code', v_refusal ->> 'message', v_test);
    elsif fn.signal_rearming(p_item, p_now) then
      return fn.signal_answer('REARM', null, format('No new entry within %s s of the last one.', p_item ->> 'rearm_seconds'), v_test);
    end if;
  end if;
  if v_test then
    return fn.signal_answer('TEST', null, 'A real alert would be accepted; this one was a test and stored nothing.', v_test);
  end if;
  return fn.signal_store(p_item, v_at, p_now);
end
$$;

-- Whether the last entry in this direction is too near. Caller: stage 1, holding the head. Reads only.
create or replace function fn.signal_rearming(p_item jsonb, p_now timestamptz) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (p_item ->> 'rearm_seconds')::int > 0 and exists (select from public.signal_rearm r
    where r.strategy_id = (p_item ->> 'strategy_id')::uuid and r.instrument_id = (p_item ->> 'instrument_id')::uuid
      and r.direction = p_item ->> 'direction'
      and r.entered_at > p_now - make_interval(secs => (p_item ->> 'rearm_seconds')::int));
end
$$;

-- What a repeat is told. Pure.
create or replace function fn.duplicate_text() returns text
language sql immutable
as $$ select 'The same alert was accepted before; nothing was changed.' $$;

-- An answer of 200; a test says what a real alert would have got. Pure.
create or replace function fn.signal_answer(p_outcome text, p_signal uuid, p_message text, p_test boolean) returns jsonb
language sql immutable
as $$
  select jsonb_build_object('outcome', case when p_test then 'TEST' else p_outcome end, 'http', 200,
    'code', case when p_outcome in ('DUPLICATE', 'REARM') then p_outcome end, 'message', p_message, 'signal_id', p_signal)
$$;

-- An answer that refuses. Pure.
create or replace function fn.signal_refused(p_http int, p_code text, p_message text, p_test boolean) returns jsonb
language sql immutable
as $$
  select jsonb_build_object('outcome', case when p_test then 'TEST' else 'REFUSED' end, 'http', p_http,
    'code', p_code, 'message', p_message)
$$;

-- Whether unseen symbols become simulated instruments here. Reads only.
create or replace function fn.demo_market() returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (select from public.platform_settings s where s.key = 'demo_market' and s.value = 'true'::jsonb)
$$;

reset role;
