-- Accepting alerts: one statement for a batch of them, everything after parsing decided here.
-- Entry point: fn.signals_accept. Invariants: a batch holds its signal_heads in key order before it reads the clock; an alert
-- is judged by what stood before it in the batch too; one row of webhook_events each. Batches of one source that run at once
-- may draw its bucket below 0: what was drawn too much is missing from what comes next.

set local role lockstep_signal;

-- Those items of a batch that are judged one by one, with what the database knows of them, as one list of objects.
-- Caller: fn.signals_accept. Reads only.
create or replace function fn.signal_items_resolve(p_items json, p_rows fn.alert_row[], p_ords int[]) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select coalesce(jsonb_agg(e.value::jsonb || jsonb_build_object(
      'source_id', r.source_id, 'strategy_id', r.strategy_id, 'user_id', r.user_id, 'strategy_status', r.strategy_status,
      'entries_per_minute', r.entries_per_minute, 'entries_burst', r.entries_burst, 'max_lag_ms', r.max_lag_ms,
      'ttl_seconds', r.ttl_seconds, 'rearm_seconds', r.rearm_seconds, 'instrument_id', r.instrument_id, 'market', r.market,
      'dedupe', r.dedupe, 'outdated', r.outdated)
    order by r.ord), '[]')
  from unnest(p_rows) r
  join json_array_elements(p_items) as e(value) on (e.value ->> 'ord')::int = r.ord
  where r.ord = any (p_ords)
$$;

-- In a demo an entry's unseen symbol becomes a simulated instrument at the alert's price, in symbol order.
-- Returns whether there was any. Caller: stage 1. Writes: instruments, quotes (by their owners' function).
create or replace function fn.signal_instruments_ensure(p_rows fn.alert_row[]) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_row record;
  v_any boolean := false;
begin
  for v_row in
    select r.symbol, max(coalesce(r.price, r.limit_price)) as price
    from unnest(p_rows) r
    where r.source_id is not null and r.instrument_id is null and r.action in ('ENTRY', 'ADD') and not r.refused and not r.test
    group by r.symbol order by r.symbol
  loop
    v_any := fn.instrument_ensure_simulated(v_row.symbol, v_row.price) is not null or v_any;
  end loop;
  return v_any;
end
$$;

-- Locks the heads of a batch, in key order; missing ones and missing buckets are made first. Alerts that can
-- change nothing (refused before, tests) hold none. Caller: stage 1. Writes: signal_heads, webhook_buckets.
create or replace function fn.signal_heads_lock(p_rows fn.alert_row[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_strategies uuid[];
  v_instruments uuid[];
  v_sources uuid[];
begin
  select array_agg(k.strategy_id order by k.strategy_id, k.instrument_id),
    array_agg(k.instrument_id order by k.strategy_id, k.instrument_id), array_agg(distinct k.source_id)
  into v_strategies, v_instruments, v_sources
  from (select distinct r.strategy_id, r.instrument_id, r.source_id from unnest(p_rows) r
    where r.strategy_id is not null and r.instrument_id is not null and not r.refused and not r.test) k;
  if v_strategies is null then return; end if;

  insert into public.signal_heads (strategy_id, instrument_id, updated_at)
  select distinct k.s, k.i, fn.clock() from unnest(v_strategies, v_instruments) as k(s, i)
  where not exists (select from public.signal_heads h where h.strategy_id = k.s and h.instrument_id = k.i) order by 1, 2
  on conflict do nothing;
  perform 1 from public.signal_heads h
  where (h.strategy_id, h.instrument_id) in (select * from unnest(v_strategies, v_instruments))
  order by h.strategy_id, h.instrument_id for update;

  insert into public.webhook_buckets (source_id, tokens, refilled_at)
  select w.id, w.entries_burst, fn.clock() from public.webhook_sources w
  where w.id = any (v_sources) and not exists (select from public.webhook_buckets b where b.source_id = w.id) order by w.id
  on conflict do nothing;
end
$$;

-- Holds the buckets of a batch, in key order: late, since everything of one source passes through one row.
-- Caller: fn.signals_accept, with the heads held. Locks webhook_buckets.
create or replace function fn.webhook_buckets_lock(p_rows fn.alert_row[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform 1 from public.webhook_buckets b
  where b.source_id in (select r.source_id from unnest(p_rows) r)
  order by b.source_id for update;
end
$$;

-- Takes what plain entries draw from their sources' buckets. Caller: fn.signals_accept, holding the buckets.
-- Writes: webhook_buckets.
create or replace function fn.webhook_buckets_take(p_sources uuid[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.webhook_buckets b set refilled_at = greatest(b.refilled_at, p_now), tokens = least(w.entries_burst::numeric,
    b.tokens + greatest(extract(epoch from p_now - b.refilled_at), 0) * w.entries_per_minute / 60) - s.n
  from (select u.id, count(*) as n from unnest(p_sources) u(id) group by u.id) s
  join public.webhook_sources w on w.id = s.id
  where b.source_id = s.id;
end
$$;

-- Accepts a batch: one answer per item, in the order given. An item is
--   {ord, token_hash (hex), source_version, request_id, elapsed_us, body_hash (hex), refusal: {http, code, message}, test, shape,
--    symbol, exchange, delayed, action, direction, reduce_quantity, position_after, timeframe, signal_time, time_field, price,
--    stop, target, limit_price, quantity, quantity_type, key, source, indicator, max_lag_ms, ignored, address, body}
-- where what is absent is null or false. http is 200, 400, 401, 403 or 503 (with retry_after, seconds); outcome ACCEPTED, DUPLICATE,
-- REARM, REFUSED, TEST or OUTDATED (the source changed since source_version: read it and the alert again); job is to be enqueued for
-- the signal in this transaction. Caller: web (the token's hash in each item is its credential), worker (replay).
-- Writes: signals, signal_heads, signal_rearm, webhook_buckets, webhook_events, event_log, alerts.
create or replace function fn.signals_accept(p_items json)
returns table (ord int, outcome text, http int, code text, message text, signal_id uuid, retry_after int, job text)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_rows fn.alert_row[] := fn.alert_rows(p_items);
  v_now timestamptz;
  v_ords int[];
  v_outcomes text[];
  v_ids uuid[];
  v_jobs text[];
  v_drawn uuid[];
  v_items jsonb;
  v_item jsonb;
  v_answers jsonb := '{}';
begin
  if fn.signal_instruments_ensure(v_rows) then
    v_rows := fn.alert_rows(p_items);
  end if;
  perform fn.signal_heads_lock(v_rows);
  v_now := fn.clock();
  -- The plain ones and repeats together, the others one by one: none of these shares its head with one of those.
  if cardinality(v_rows) > 1 then
    select array_agg(p.ord), array_agg(p.outcome), array_agg(p.signal_id), array_agg(p.job),
      array_agg(p.source_id) filter (where p.outcome = 'ACCEPTED')
    into v_ords, v_outcomes, v_ids, v_jobs, v_drawn from fn.alerts_accept_plain(v_rows, v_now) p;
  end if;
  perform fn.webhook_buckets_lock(v_rows);
  if v_ords is not null then
    perform fn.webhook_buckets_take(v_drawn, v_now);
    perform fn.webhook_events_put_plain(v_rows, v_ords, v_outcomes, v_ids, v_now);
    return query select a.ord, a.outcome, 200, nullif(a.outcome, 'ACCEPTED'),
      case a.outcome when 'DUPLICATE' then fn.duplicate_text() end, a.signal_id, null::int, a.job
      from unnest(v_ords, v_outcomes, v_ids, v_jobs) as a(ord, outcome, signal_id, job);
    if cardinality(v_ords) = cardinality(v_rows) then return; end if;
  end if;
  v_items := fn.signal_items_resolve(p_items, v_rows,
    array(select r.ord from unnest(v_rows) r where r.ord <> all (coalesce(v_ords, '{}'))));
  for v_item in select e.value from jsonb_array_elements(v_items) with ordinality as e(value, n) order by e.n loop
    v_answers := v_answers || jsonb_build_object(v_item ->> 'ord', fn.signal_item_decide(v_item, v_now));
  end loop;
  perform fn.webhook_events_put(v_items, v_answers, v_now);
  return query select a.key::int, r.* from jsonb_each(v_answers) a
    cross join lateral (select a.value ->> 'outcome', (a.value ->> 'http')::int, a.value ->> 'code', a.value ->> 'message',
      (a.value ->> 'signal_id')::uuid, (a.value ->> 'retry_after')::int, a.value ->> 'job') r;
end
$$;

grant execute on function fn.signals_accept(json) to lockstep_web, lockstep_worker;

reset role;
