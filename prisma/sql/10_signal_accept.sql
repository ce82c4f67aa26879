-- Accepting alerts: one statement for a batch of them, everything after parsing decided here.
-- Entry point: fn.signals_accept. Invariants: a batch holds its signal_heads in key order before it reads the clock; an alert
-- is judged by what stood before it in the batch too; one row of webhook_events each. Batches of one source that run at once
-- may draw its bucket below 0: what was drawn too much is missing from what comes next.

set local role lockstep_signal;

-- The items of a batch with what the database knows of them, as one list of objects. An item is
--   {ord, token_hash (hex), request_id, elapsed_us, body_hash (hex), refusal: {http, code, message} | null,
--    test, shape, symbol, exchange, delayed, action, direction, reduce_quantity, position_after, timeframe,
--    signal_time, time_field, price, stop, target, limit_price, quantity, quantity_type, key, source, indicator,
--    max_lag_ms, ignored}.
-- Every row is read for itself: a value that cannot be cast fails the batch, which is then retried row by row.
-- Caller: stage 1. Reads only.
create or replace function fn.signal_items_resolve(p_items jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select coalesce(jsonb_agg(x.item || jsonb_build_object(
      'source_id', w.id, 'strategy_id', s.id, 'user_id', s.user_id, 'strategy_status', s.status,
      'entries_per_minute', w.entries_per_minute, 'entries_burst', w.entries_burst,
      'max_lag_ms', least((x.item ->> 'max_lag_ms')::int, coalesce(w.max_lag_seconds, s.max_lag_seconds) * 1000),
      'ttl_seconds', s.signal_ttl_seconds, 'rearm_seconds', s.entry_rearm_seconds,
      'instrument_id', i.id, 'market', i.market)
    order by (x.item ->> 'ord')::int), '[]')
  from jsonb_array_elements(p_items) as x(item)
  left join (public.webhook_tokens t
      join public.webhook_sources w on w.id = t.source_id and w.status = 'ACTIVE'
      join public.strategies s on s.id = w.strategy_id and s.status <> 'ARCHIVED')
    on t.token_hash = decode(x.item ->> 'token_hash', 'hex') and t.disabled_at is null
      and (t.valid_until is null or t.valid_until > fn.clock())
  left join public.instruments i on i.symbol = x.item ->> 'symbol'
$$;

-- In a demo an entry's unseen symbol becomes a simulated instrument at the alert's price, in symbol order.
-- Returns whether there was any. Caller: stage 1. Writes: instruments, quotes (by their owners' function).
create or replace function fn.signal_instruments_ensure(p_items jsonb) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_row record;
  v_any boolean := false;
begin
  for v_row in
    select r.symbol, max(coalesce(r.price, r.limit_price)) as price
    from jsonb_to_recordset(p_items) as r(symbol text, price numeric, limit_price numeric, action text, test boolean,
      refusal jsonb, source_id uuid, instrument_id uuid)
    where r.source_id is not null and r.instrument_id is null and r.action in ('ENTRY', 'ADD')
      and jsonb_typeof(coalesce(r.refusal, 'null')) = 'null' and not coalesce(r.test, false)
    group by r.symbol order by r.symbol
  loop
    v_any := fn.instrument_ensure_simulated(v_row.symbol, v_row.price) is not null or v_any;
  end loop;
  return v_any;
end
$$;

-- Locks the heads of a batch, in key order; missing ones and missing buckets are made first. Alerts that can
-- change nothing (refused before, tests) hold none. Caller: stage 1. Writes: signal_heads, webhook_buckets.
create or replace function fn.signal_heads_lock(p_items jsonb) returns void
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
  from (select distinct r.strategy_id, r.instrument_id, r.source_id
    from jsonb_to_recordset(p_items) as r(strategy_id uuid, instrument_id uuid, source_id uuid, refusal jsonb, test boolean)
    where r.strategy_id is not null and r.instrument_id is not null
      and jsonb_typeof(coalesce(r.refusal, 'null')) = 'null' and not coalesce(r.test, false)) k;
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
create or replace function fn.webhook_buckets_lock(p_items jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform 1 from public.webhook_buckets b
  where b.source_id in (select (i.value ->> 'source_id')::uuid from jsonb_array_elements(p_items) i)
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

-- Accepts a batch: one answer per item, in the order given. http is 200, 400, 401, 403 or 503 (with
-- retry_after, seconds); outcome ACCEPTED, DUPLICATE, REARM, REFUSED or TEST; jobs are to be enqueued in this
-- transaction. Caller: web (the token's hash in each item is its credential), worker (replay).
-- Writes: signals, signal_heads, signal_rearm, webhook_buckets, webhook_events, event_log, alerts.
create or replace function fn.signals_accept(p_items jsonb)
returns table (ord int, outcome text, http int, code text, message text, signal_id uuid, retry_after int, jobs jsonb)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_items jsonb := fn.signal_items_resolve(p_items);
  v_item jsonb;
  v_now timestamptz;
  v_answers jsonb := '{}';
  v_drawn uuid[];
begin
  if fn.signal_instruments_ensure(v_items) then
    v_items := fn.signal_items_resolve(p_items);
  end if;
  perform fn.signal_heads_lock(v_items);
  v_now := fn.clock();
  -- The plain ones together, the others one by one: none of these shares its head with one of those.
  if jsonb_array_length(v_items) > 1 then
    select coalesce(jsonb_object_agg(p.ord, fn.signal_answer('ACCEPTED', p.signal_id, null, false)
      || jsonb_build_object('jobs', fn.job(p.job, p.signal_id))), '{}'), array_agg(p.source_id)
    into v_answers, v_drawn from fn.signals_accept_plain(v_items, v_now) p;
  end if;
  perform fn.webhook_buckets_lock(v_items);
  perform fn.webhook_buckets_take(v_drawn, v_now);
  for v_item in select e.value from jsonb_array_elements(v_items) with ordinality as e(value, n) order by e.n loop
    continue when v_answers ? (v_item ->> 'ord');
    v_item := v_item || jsonb_build_object('dedupe', fn.signal_dedupe_hash(v_item));
    v_answers := v_answers || jsonb_build_object(v_item ->> 'ord', fn.signal_item_decide(v_item, v_now));
  end loop;
  perform fn.webhook_events_put(v_items, v_answers, v_now);
  return query select a.key::int, r.* from jsonb_each(v_answers) a
    cross join lateral (select a.value ->> 'outcome', (a.value ->> 'http')::int, a.value ->> 'code', a.value ->> 'message',
      (a.value ->> 'signal_id')::uuid, (a.value ->> 'retry_after')::int, coalesce(a.value -> 'jobs', '[]')) r;
end
$$;

grant execute on function fn.signals_accept(jsonb) to lockstep_web, lockstep_worker;

reset role;
