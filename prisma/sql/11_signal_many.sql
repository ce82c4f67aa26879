-- Taking alerts together: entries that are plain (in time and order, never seen before, within their source's rate, with nothing but
-- such entries of one direction on their head), and repeats of whatever was accepted. Everything else goes item by item through
-- fn.signal_item_decide, which says the same of these. Entry point: fn.alerts_accept_plain, called by fn.signals_accept with the
-- heads held.

set local role lockstep_signal;

-- What is new among the alerts of a batch and what repeats, by their place in it (n): effective time and key, the signal that an
-- alert repeats (known), the place of the first alert of its key (first_n). Caller: fn.alerts_judged. Reads only.
create or replace function fn.alerts_keyed(p_rows fn.alert_row[], p_now timestamptz)
returns table (n bigint, at timestamptz, dedupe_key text, first_n bigint, known uuid, able boolean, test boolean, source_id uuid, strategy_id uuid,
  instrument_id uuid, action text, direction text, delayed boolean, strategy_status text, rearm_seconds int, max_lag_ms int,
  entries_per_minute int, entries_burst int)
language sql stable
as $$
  select r.ordinality, fn.alert_time(r.signal_time, r.timeframe, r.market, p_now),
    r.dedupe || case when r.signal_time is null then ':' || floor(extract(epoch from p_now) * 1000)::bigint else '' end,
    min(r.ordinality) over (partition by r.dedupe, a.able),
    case when not a.able then null
      when r.signal_time is not null then (select s.id from public.signals s where s.dedupe_key = r.dedupe)
      else (select s.id from public.signals s
        where s.body_hash = decode(r.dedupe, 'hex') and s.recorded_at > p_now - interval '30 seconds'
        order by s.recorded_at desc limit 1) end,
    a.able, r.test, r.source_id, r.strategy_id, r.instrument_id, r.action, r.direction, r.delayed, r.strategy_status, r.rearm_seconds,
    r.max_lag_ms, r.entries_per_minute, r.entries_burst
  from unnest(p_rows) with ordinality r
  cross join lateral (select r.source_id is not null and r.instrument_id is not null and not r.refused and not r.test
    and r.outdated is not true as able) a
$$;

-- Which of a batch are plain: see the top of the file. With two directions on one head, or a test among them, what comes first decides
-- about what comes next, so none of them is. Caller: fn.alerts_accept_plain, with the heads held. Reads only.
create or replace function fn.alerts_judged(p_rows fn.alert_row[], p_now timestamptz)
returns table (n bigint, at timestamptz, dedupe_key text, first_n bigint, known uuid, strategy_id uuid, instrument_id uuid, plain boolean)
language sql stable
as $$
  with keyed as materialized (
    select k.*, k.able and k.known is null and k.first_n = k.n as fresh from fn.alerts_keyed(p_rows, p_now) k
  ), judged as (
    select k.*, k.able and k.action = 'ENTRY' and not k.delayed and k.strategy_status <> 'PAUSED' and k.rearm_seconds = 0
      and k.at >= p_now - make_interval(secs => k.max_lag_ms / 1000.0) and k.at <= p_now + interval '60 seconds'
      and least(k.at, p_now) >= coalesce(greatest(h.newest_long_exit_at, h.newest_short_exit_at, h.newest_cancel_at,
        case k.direction when 'LONG' then h.newest_short_entry_at else h.newest_long_entry_at end), '-infinity')
      and least(k.entries_burst::numeric, b.tokens
        + greatest(extract(epoch from p_now - b.refilled_at), 0) * k.entries_per_minute / 60)
        >= count(*) filter (where (k.fresh or k.test) and k.action in ('ENTRY', 'ADD')) over (partition by k.source_id)
      and not exists (select from public.trades t
        where t.strategy_id = k.strategy_id and t.instrument_id = k.instrument_id and t.direction <> k.direction
          and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING')) as plain
    from keyed k
    left join public.signal_heads h on h.strategy_id = k.strategy_id and h.instrument_id = k.instrument_id
    left join public.webhook_buckets b on b.source_id = k.source_id
  )
  select j.n, j.at, j.dedupe_key, j.first_n, j.known, j.strategy_id, j.instrument_id,
    j.fresh and bool_and((j.plain or not j.fresh) and not j.test) over head
      and min(j.direction) filter (where j.fresh) over head = max(j.direction) filter (where j.fresh) over head
  from judged j
  window head as (partition by j.strategy_id, j.instrument_id)
$$;

-- Judges a batch, one value per alert in the order of the batch: effective times, keys, ids of the plain ones (in that order: ids are
-- the order of acceptance), whether something of the head must be done first (older, as fn.signal_has_older says), and the signal that
-- a repeat repeats. Arrays, since joining them by place would be planned for one row. Caller: fn.alerts_accept_plain. Reads only.
create or replace function fn.alerts_plan(p_rows fn.alert_row[], p_now timestamptz,
  out ats timestamptz[], out keys text[], out ids uuid[], out older boolean[], out repeats uuid[])
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_firsts bigint[];
begin
  select array_agg(o.at), array_agg(o.dedupe_key), array_agg(case when o.plain then uuidv7() end),
    array_agg(o.plain and (o.nth > 1
      or exists (select from public.signals s where s.strategy_id = o.strategy_id and s.instrument_id = o.instrument_id
        and s.status = 'PUBLISHED' and s.action in ('ENTRY', 'ADD'))
      or exists (select from public.signals s where s.strategy_id = o.strategy_id and s.instrument_id = o.instrument_id
        and s.status = 'PUBLISHED' and s.applied_at is null))),
    array_agg(o.known), array_agg(o.first_n)
  into ats, keys, ids, older, repeats, v_firsts
  from (select j.*, row_number() over (partition by j.strategy_id, j.instrument_id, j.plain order by j.n) as nth
    from fn.alerts_judged(p_rows, p_now) j order by j.n) o;
  repeats := array(select coalesce(u.known, case when u.id is null then ids[u.first_n] end)
    from unnest(repeats, v_firsts, ids) with ordinality as u(known, first_n, id, n) order by u.n);
end
$$;

-- Accepts the plain alerts and answers the repeats: signals (in key order), heads, events. Returns place in the batch (as told), outcome
-- (ACCEPTED or DUPLICATE), signal, whose bucket it draws on, job. Caller: fn.signals_accept, with the heads held.
-- Writes: signals, signal_heads, event_log.
create or replace function fn.alerts_accept_plain(p_rows fn.alert_row[], p_now timestamptz)
returns table (ord int, outcome text, signal_id uuid, source_id uuid, job text)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v record;
begin
  v := fn.alerts_plan(p_rows, p_now);
  insert into public.signals (id, user_id, strategy_id, webhook_source_id, instrument_id, symbol, action, direction,
    dedupe_key, body_hash, status, timeframe, price, stop_price, target_price, limit_price, quantity, quantity_type,
    source, indicator, client_key, max_lag_ms, signal_time, occurred_at, recorded_at, published_at, expires_at, applied_at, payload)
  select j.id, j.user_id, j.strategy_id, j.source_id, j.instrument_id, j.symbol, 'ENTRY', j.direction,
    j.key, case when j.signal_time is null then decode(j.dedupe, 'hex') end, 'PUBLISHED', j.timeframe, j.price, j.stop,
    j.target, j.limit_price, j.quantity, j.quantity_type, j.source, j.indicator, j.client_key, j.max_lag_ms, j.signal_time,
    least(j.at, p_now), p_now, p_now, p_now + make_interval(secs => j.ttl_seconds), case when not j.older then p_now end,
    jsonb_strip_nulls(jsonb_build_object('shape', j.shape, 'exchange', j.exchange, 'request_id', j.request_id, 'ignored', j.ignored))
  from fn.alerts_with_plan(p_rows, v.ats, v.keys, v.ids, v.older, v.repeats) j
  where j.id is not null order by j.key;
  update public.signal_heads h set updated_at = p_now, last_signal_id = a.last_signal_id,
    newest_long_entry_at = greatest(h.newest_long_entry_at, a.newest_long),
    newest_short_entry_at = greatest(h.newest_short_entry_at, a.newest_short)
  from (select j.strategy_id, j.instrument_id, max(j.id::text)::uuid as last_signal_id,
      max(least(j.at, p_now)) filter (where j.direction = 'LONG') as newest_long,
      max(least(j.at, p_now)) filter (where j.direction = 'SHORT') as newest_short
    from fn.alerts_with_plan(p_rows, v.ats, v.keys, v.ids, v.older, v.repeats) j where j.id is not null group by 1, 2) a
  where h.strategy_id = a.strategy_id and h.instrument_id = a.instrument_id;
  perform fn.events_append(array_agg(j.user_id), 'signal', 'signal', array_agg(j.id),
    array_agg(jsonb_build_object('action', 'ENTRY', 'direction', j.direction, 'symbol', j.symbol)))
  from fn.alerts_with_plan(p_rows, v.ats, v.keys, v.ids, v.older, v.repeats) j where j.id is not null;
  return query select j.ord, case when j.id is not null then 'ACCEPTED' else 'DUPLICATE' end, coalesce(j.id, j.repeated), j.source_id,
    case when j.id is not null then case when j.older then 'signal.apply' else 'signal.fanout' end end
  from fn.alerts_with_plan(p_rows, v.ats, v.keys, v.ids, v.older, v.repeats) j where coalesce(j.id, j.repeated) is not null;
end
$$;

-- The alerts of a batch side by side with their plan. Callers: this file. Pure.
create or replace function fn.alerts_with_plan(p_rows fn.alert_row[], p_ats timestamptz[], p_keys text[], p_ids uuid[], p_older boolean[],
  p_repeats uuid[])
returns table (ord int, request_id text, elapsed_us int, address inet, shape text, exchange text, delayed boolean, refused boolean,
  test boolean, symbol text, action text, direction text, timeframe text, signal_time timestamptz, price numeric, stop numeric,
  target numeric, limit_price numeric, quantity numeric, quantity_type text, client_key text, source text, indicator text, ignored jsonb,
  max_lag_ms int, dedupe text, outdated boolean, source_id uuid, strategy_id uuid, user_id uuid, strategy_status text, ttl_seconds int,
  rearm_seconds int, entries_per_minute int, entries_burst int, instrument_id uuid, market text, at timestamptz, key text, id uuid,
  older boolean, repeated uuid)
language sql immutable
as $$ select * from unnest(p_rows, p_ats, p_keys, p_ids, p_older, p_repeats) $$;

reset role;
