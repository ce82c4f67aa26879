-- An accepted alert becomes a row, and what it means for its head; every request leaves a row of webhook_events.
-- Entry points: fn.signal_store, fn.webhook_events_put; both with the batch's heads held.

set local role lockstep_signal;

-- Whether there are live trades of a strategy on an instrument against this direction. Caller: stage 1. Reads only.
create or replace function fn.signal_reverses(p_strategy uuid, p_instrument uuid, p_direction text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select from public.trades t
    where t.strategy_id = p_strategy and t.instrument_id = p_instrument and t.direction <> p_direction
      and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING'));
end
$$;

-- Whether the head is clear for a new entry: no word of it waits to be applied, and for what supersedes there is no
-- older entry to end. Told by the head's last signal alone (one row by its key: a search through all signals of a
-- busy head took 0.7 ms an alert); in doubt the answer is no, which costs the entry one hop of the queue.
-- Caller: stage 1, holding the head. Reads only.
create or replace function fn.signal_head_is_clear(p_strategy uuid, p_instrument uuid, p_action text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  h public.signal_heads;
  v_last public.signals;
begin
  select * into h from public.signal_heads x where x.strategy_id = p_strategy and x.instrument_id = p_instrument;
  if h.last_signal_id is null then return true; end if;
  select * into v_last from public.signals s where s.id = h.last_signal_id;
  if v_last.applied_at is null then return false; end if;
  if p_action = 'ADD' then return true; end if;
  -- An applied exit or cancel has ended every entry before it, unless an entry of its time or direction escaped it.
  return v_last.action in ('EXIT', 'CANCEL') and v_last.reduce_quantity is null
    and coalesce(v_last.occurred_at >= greatest(h.newest_long_entry_at, h.newest_short_entry_at), true)
    and case v_last.direction when 'LONG' then h.newest_short_entry_at is null
      when 'SHORT' then h.newest_long_entry_at is null else true end;
end
$$;

-- Writes the signal, its head and its re-arm, tells live pages, and answers with the job that follows:
-- signal.fanout for an entry that finds nothing in its way, otherwise signal.apply (which fans out when done).
-- Caller: stage 1, holding the head. Writes: signals, signal_heads, signal_rearm, event_log, alerts.
create or replace function fn.signal_store(p_item jsonb, p_at timestamptz, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_entry boolean := (p_item ->> 'action') in ('ENTRY', 'ADD');
  v_reverses boolean := v_entry and fn.signal_reverses((p_item ->> 'strategy_id')::uuid,
    (p_item ->> 'instrument_id')::uuid, p_item ->> 'direction');
  v_apply boolean := not v_entry or v_reverses or not fn.signal_head_is_clear((p_item ->> 'strategy_id')::uuid,
    (p_item ->> 'instrument_id')::uuid, p_item ->> 'action');
  -- A reversal waits for the trade that it turns around: for as long as its alert may be old.
  v_ttl interval := case when v_reverses
    then greatest(make_interval(secs => (p_item ->> 'ttl_seconds')::int), make_interval(secs => (p_item ->> 'max_lag_ms')::numeric / 1000))
    else make_interval(secs => (p_item ->> 'ttl_seconds')::int) end;
  v_at timestamptz := least(p_at, p_now);
  v_id uuid;
begin
  insert into public.signals (user_id, strategy_id, webhook_source_id, instrument_id, symbol, action, direction,
    dedupe_key, body_hash, status, timeframe, price, stop_price, target_price, limit_price, quantity, quantity_type,
    reduce_quantity, position_after, source, indicator, client_key, max_lag_ms, signal_time, late,
    occurred_at, recorded_at, published_at, expires_at, applied_at, payload)
  select (p_item ->> 'user_id')::uuid, (p_item ->> 'strategy_id')::uuid, (p_item ->> 'source_id')::uuid,
    (p_item ->> 'instrument_id')::uuid, p_item ->> 'symbol', p_item ->> 'action', p_item ->> 'direction',
    fn.signal_dedupe_key(p_item, p_now), case when p_item ->> 'signal_time' is null then decode(p_item ->> 'dedupe', 'hex') end,
    'PUBLISHED', p_item ->> 'timeframe', (p_item ->> 'price')::numeric, (p_item ->> 'stop')::numeric,
    (p_item ->> 'target')::numeric, (p_item ->> 'limit_price')::numeric, (p_item ->> 'quantity')::numeric,
    p_item ->> 'quantity_type', (p_item ->> 'reduce_quantity')::numeric, (p_item ->> 'position_after')::numeric,
    p_item ->> 'source', p_item ->> 'indicator', p_item ->> 'key', (p_item ->> 'max_lag_ms')::int,
    (p_item ->> 'signal_time')::timestamptz, p_at < p_now - make_interval(secs => (p_item ->> 'max_lag_ms')::numeric / 1000),
    v_at, p_now, p_now, case when v_entry then p_now + v_ttl end, case when not v_apply then p_now end,
    jsonb_strip_nulls(jsonb_build_object('shape', p_item -> 'shape', 'exchange', p_item -> 'exchange',
      'delayed', p_item -> 'delayed', 'request_id', p_item -> 'request_id', 'ignored', p_item -> 'ignored'))
  on conflict (dedupe_key) do nothing
  returning id into v_id;
  if v_id is null then
    select s.id into v_id from public.signals s where s.dedupe_key = fn.signal_dedupe_key(p_item, p_now);
    return fn.signal_answer('DUPLICATE', v_id, fn.duplicate_text(), false);
  end if;
  perform fn.signal_head_move(p_item, v_at, p_now, v_id);
  if not v_entry then
    perform fn.signal_exit_note(p_item, v_id, p_at, p_now);
  end if;
  perform fn.event_append((p_item ->> 'user_id')::uuid, 'signal', 'signal', v_id, jsonb_build_object(
    'action', p_item -> 'action', 'direction', p_item -> 'direction', 'symbol', p_item -> 'symbol'));
  return fn.signal_answer('ACCEPTED', v_id, null, false)
    || jsonb_build_object('job', case when v_apply then 'signal.apply' else 'signal.fanout' end);
end
$$;

-- Moves the head to the newest accepted word of each kind, and the re-arm to this entry. The arm's upsert is
-- guarded by the database's clock. Caller: stage 1, holding the head. Writes: signal_heads, signal_rearm.
create or replace function fn.signal_head_move(p_item jsonb, p_at timestamptz, p_now timestamptz, p_signal uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_action text := p_item ->> 'action';
  v_direction text := p_item ->> 'direction';
begin
  update public.signal_heads h set updated_at = p_now, last_signal_id = p_signal,
    newest_long_exit_at = case when v_action = 'EXIT' and v_direction is distinct from 'SHORT'
      then greatest(h.newest_long_exit_at, p_at) else h.newest_long_exit_at end,
    newest_short_exit_at = case when v_action = 'EXIT' and v_direction is distinct from 'LONG'
      then greatest(h.newest_short_exit_at, p_at) else h.newest_short_exit_at end,
    newest_cancel_at = case when v_action = 'CANCEL' then greatest(h.newest_cancel_at, p_at) else h.newest_cancel_at end,
    newest_long_entry_at = case when v_action = 'ENTRY' and v_direction = 'LONG'
      then greatest(h.newest_long_entry_at, p_at) else h.newest_long_entry_at end,
    newest_short_entry_at = case when v_action = 'ENTRY' and v_direction = 'SHORT'
      then greatest(h.newest_short_entry_at, p_at) else h.newest_short_entry_at end
  where h.strategy_id = (p_item ->> 'strategy_id')::uuid and h.instrument_id = (p_item ->> 'instrument_id')::uuid;

  if v_action in ('ENTRY', 'ADD') and (p_item ->> 'rearm_seconds')::int > 0 then
    insert into public.signal_rearm as r (strategy_id, instrument_id, direction, entered_at, signal_id)
    values ((p_item ->> 'strategy_id')::uuid, (p_item ->> 'instrument_id')::uuid, v_direction, p_now, p_signal)
    on conflict (strategy_id, instrument_id, direction) do update
      set entered_at = excluded.entered_at, signal_id = excluded.signal_id
      where r.entered_at <= p_now - make_interval(secs => (p_item ->> 'rearm_seconds')::int);
  end if;
end
$$;

-- An exit or cancel is never refused for its age or its data; its owner is told. Writes: alerts.
create or replace function fn.signal_exit_note(p_item jsonb, p_signal uuid, p_at timestamptz, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_what text;
begin
  if p_at < p_now - make_interval(secs => (p_item ->> 'max_lag_ms')::numeric / 1000) then
    v_what := format('is of %s, older than its limit of %s s', fn.time_text(p_at), (p_item ->> 'max_lag_ms')::int / 1000);
  elsif p_at > p_now + interval '60 seconds' then
    v_what := format('is of %s, in the future, and was taken as of now', fn.time_text(p_at));
  elsif coalesce((p_item ->> 'delayed')::boolean, false) then
    v_what := 'was made on delayed data';
  else
    return;
  end if;
  perform fn.alert_raise((p_item ->> 'user_id')::uuid, 'WARN', 'LATE_EXIT', format('The %s alert of %s %s. It was applied.',
    lower(p_item ->> 'action'), p_item ->> 'symbol', v_what), 'signal', p_signal, 'late-exit:' || p_signal);
end
$$;

-- The rows that the requests of valid tokens leave, in the order of the batch. p_answers: {ord: answer}.
-- Caller: stage 1. Writes: webhook_events.
create or replace function fn.webhook_events_put(p_items jsonb, p_answers jsonb, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_us int := extract(epoch from clock_timestamp() - statement_timestamp()) * 1000000;
begin
  insert into public.webhook_events (user_id, strategy_id, source_id, signal_id, status, http_status, reason, message,
    symbol, action, direction, timeframe, source, indicator, request_id, processing_us, address, shape,
    body, received_at)
  select i.user_id, i.strategy_id, i.source_id, a.signal_id, a.outcome, a.http, a.code, a.message, i.symbol, i.action, i.direction,
    i.timeframe, i.source, i.indicator, coalesce(i.request_id, ''), i.elapsed_us + v_us, i.address, i.shape,
    case when a.outcome = 'REFUSED' then i.body end, p_now
  from jsonb_to_recordset(p_items) as i(ord int, user_id uuid, strategy_id uuid, source_id uuid, symbol text, action text,
    direction text, timeframe text, source text, indicator text, request_id text, elapsed_us int, address inet, shape text, body text)
  join (select e.key::int as ord, r.* from jsonb_each(p_answers) e
    cross join lateral jsonb_to_record(e.value) as r(outcome text, http int, code text, message text, signal_id uuid)) a
    on a.ord = i.ord
  where i.source_id is not null and a.outcome <> 'OUTDATED'
  order by i.ord;
end
$$;

-- The same for alerts that were taken together: accepted ones and repeats. By position: place in the batch, outcome, signal.
-- Caller: stage 1. Writes: webhook_events.
create or replace function fn.webhook_events_put_plain(p_rows fn.alert_row[], p_ords int[], p_outcomes text[], p_ids uuid[],
  p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_us int := extract(epoch from clock_timestamp() - statement_timestamp()) * 1000000;
begin
  insert into public.webhook_events (user_id, strategy_id, source_id, signal_id, status, http_status, reason, message,
    symbol, action, direction, timeframe, source, indicator, request_id, processing_us, address, shape, received_at)
  select r.user_id, r.strategy_id, r.source_id, a.signal_id, a.outcome, 200, nullif(a.outcome, 'ACCEPTED'),
    case a.outcome when 'DUPLICATE' then fn.duplicate_text() end, r.symbol, r.action, r.direction, r.timeframe, r.source,
    r.indicator, r.request_id, r.elapsed_us + v_us, r.address, r.shape, p_now
  from unnest(p_rows) r
  join unnest(p_ords, p_outcomes, p_ids) as a(ord, outcome, signal_id) on a.ord = r.ord
  order by r.ord;
end
$$;

reset role;
