-- The plain case of accepting, for a whole batch at once: entries that come alone for their strategy and instrument, in time and
-- order, never seen before, within their source's rate. Everything else goes item by item through fn.signal_item_decide, which
-- says the same of these. Entry point: fn.signals_accept_plain, called by fn.signals_accept with the heads held.

set local role lockstep_signal;

-- An item as a row: what fn.signal_items_resolve made of it, its place in the batch, its digest and its effective time.
-- Caller: fn.signals_plain. Reads only.
create or replace function fn.signal_item_rows(p_items jsonb, p_now timestamptz)
returns table (item jsonb, ord int, source_id uuid, strategy_id uuid, user_id uuid, instrument_id uuid, action text, direction text,
  max_lag interval, strategy_status text, rearm_seconds int, delayed boolean, test boolean, refused boolean,
  entries_per_minute int, entries_burst int, dedupe text, at timestamptz)
language sql stable
as $$
  select e.item, r.ord, r.source_id, r.strategy_id, r.user_id, r.instrument_id, r.action, r.direction,
    make_interval(secs => r.max_lag_ms / 1000.0), r.strategy_status, r.rearm_seconds, coalesce(r.delayed, false),
    coalesce(r.test, false), coalesce(jsonb_typeof(r.refusal), 'null') <> 'null', r.entries_per_minute, r.entries_burst,
    fn.signal_dedupe_hash(e.item), fn.signal_effective_time(r.signal_time, r.timeframe, r.market, p_now)
  from rows from (jsonb_array_elements(p_items), jsonb_to_recordset(p_items) as (ord int, source_id uuid, strategy_id uuid,
      user_id uuid, instrument_id uuid, market text, action text, direction text, timeframe text, signal_time timestamptz,
      max_lag_ms int, strategy_status text, rearm_seconds int, delayed boolean, test boolean, refusal jsonb,
      entries_per_minute int, entries_burst int))
    as e(item, ord, source_id, strategy_id, user_id, instrument_id, market, action, direction, timeframe, signal_time,
      max_lag_ms, strategy_status, rearm_seconds, delayed, test, refusal, entries_per_minute, entries_burst)
  cross join lateral (select e.ord, e.source_id, e.strategy_id, e.user_id, e.instrument_id, e.market, e.action, e.direction,
    e.timeframe, e.signal_time, e.max_lag_ms, e.strategy_status, e.rearm_seconds, e.delayed, e.test, e.refusal,
    e.entries_per_minute, e.entries_burst) r
$$;

-- The plain items of a batch. older: something of its head must be done first, as fn.signal_has_older says.
-- Caller: fn.signals_accept_plain, with the heads held. Reads only.
create or replace function fn.signals_plain(p_items jsonb, p_now timestamptz)
returns table (item jsonb, ord int, source_id uuid, strategy_id uuid, user_id uuid, instrument_id uuid, direction text, dedupe text,
  dedupe_key text, at timestamptz, older boolean)
language sql stable security definer set search_path = ''
as $$
  with r as materialized (
    select i.*, count(*) over (partition by i.strategy_id, i.instrument_id) as of_head,
      count(*) filter (where i.action in ('ENTRY', 'ADD')) over (partition by i.source_id) as of_source
    from fn.signal_item_rows(p_items, p_now) i
  )
  select r.item, r.ord, r.source_id, r.strategy_id, r.user_id, r.instrument_id, r.direction, r.dedupe, k.dedupe_key, r.at,
    exists (select from public.signals s where s.strategy_id = r.strategy_id and s.instrument_id = r.instrument_id
        and s.status = 'PUBLISHED' and s.action in ('ENTRY', 'ADD'))
      or exists (select from public.signals s where s.strategy_id = r.strategy_id and s.instrument_id = r.instrument_id
        and s.status = 'PUBLISHED' and s.applied_at is null)
  from r
  join public.signal_heads h on h.strategy_id = r.strategy_id and h.instrument_id = r.instrument_id
  join public.webhook_buckets b on b.source_id = r.source_id
  cross join lateral (select r.dedupe || case when r.item ->> 'signal_time' is null
    then ':' || floor(extract(epoch from p_now) * 1000)::bigint else '' end as dedupe_key) k
  where r.action = 'ENTRY' and r.of_head = 1 and not r.refused and not r.test and not r.delayed
    and r.strategy_status <> 'PAUSED' and r.rearm_seconds = 0
    and r.at >= p_now - r.max_lag and r.at <= p_now + interval '60 seconds'
    and least(r.at, p_now) >= coalesce(greatest(h.newest_long_exit_at, h.newest_short_exit_at, h.newest_cancel_at,
      case r.direction when 'LONG' then h.newest_short_entry_at else h.newest_long_entry_at end), '-infinity')
    and least(r.entries_burst::numeric, b.tokens + greatest(extract(epoch from p_now - b.refilled_at), 0) * r.entries_per_minute / 60)
      >= r.of_source
    and not exists (select from public.signals s where s.dedupe_key = k.dedupe_key)
    and (r.item ->> 'signal_time' is not null or not exists (select from public.signals s
      where s.body_hash = decode(r.dedupe, 'hex') and s.recorded_at > p_now - interval '30 seconds'))
    and not exists (select from public.trades t
      where t.strategy_id = r.strategy_id and t.instrument_id = r.instrument_id and t.direction <> r.direction
        and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING'))
$$;

-- Writes the signals of plain items, in key order. Caller: fn.signals_accept_plain. Writes: signals.
create or replace function fn.signals_insert(p_items jsonb, p_now timestamptz)
returns table (ord int, signal_id uuid, user_id uuid, strategy_id uuid, source_id uuid, instrument_id uuid, direction text,
  at timestamptz, apply boolean)
language sql volatile security definer set search_path = ''
as $$
  with plain as materialized (
    select p.*, uuidv7() as id from fn.signals_plain(p_items, p_now) p order by p.dedupe_key
  ), made as (
    insert into public.signals (id, user_id, strategy_id, webhook_source_id, instrument_id, symbol, action, direction,
      dedupe_key, body_hash, status, timeframe, price, stop_price, target_price, limit_price, quantity, quantity_type,
      source, indicator, client_key, max_lag_ms, signal_time, occurred_at, recorded_at, published_at, expires_at, applied_at, payload)
    select p.id, p.user_id, p.strategy_id, p.source_id, p.instrument_id, r.symbol, 'ENTRY', p.direction,
      p.dedupe_key, case when r.signal_time is null then decode(p.dedupe, 'hex') end, 'PUBLISHED', r.timeframe, r.price, r.stop,
      r.target, r.limit_price, r.quantity, r.quantity_type, r.source, r.indicator, r.key, r.max_lag_ms, r.signal_time,
      least(p.at, p_now), p_now, p_now, p_now + make_interval(secs => r.ttl_seconds), case when not p.older then p_now end,
      jsonb_strip_nulls(jsonb_build_object('shape', p.item -> 'shape', 'exchange', p.item -> 'exchange',
        'delayed', p.item -> 'delayed', 'request_id', p.item -> 'request_id', 'ignored', p.item -> 'ignored'))
    from plain p
    cross join lateral jsonb_to_record(p.item) as r(symbol text, timeframe text, price numeric, stop numeric, target numeric,
      limit_price numeric, quantity numeric, quantity_type text, source text, indicator text, key text, max_lag_ms int,
      signal_time timestamptz, ttl_seconds int)
    order by p.dedupe_key
    on conflict (dedupe_key) do nothing
    returning signals.id
  )
  select p.ord, p.id, p.user_id, p.strategy_id, p.source_id, p.instrument_id, p.direction, least(p.at, p_now), p.older
  from plain p join made m on m.id = p.id
$$;

-- Accepts the plain items: signals, heads, events. Returns what was accepted: place in the batch, signal, whose bucket it draws
-- on, job. Caller: fn.signals_accept, with the heads held. Writes: signals, signal_heads, event_log.
create or replace function fn.signals_accept_plain(p_items jsonb, p_now timestamptz)
returns table (ord int, signal_id uuid, source_id uuid, job text)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v record;
begin
  select array_agg(m.ord order by m.ord) as ords, array_agg(m.signal_id order by m.ord) as ids,
    array_agg(m.user_id order by m.ord) as users, array_agg(m.strategy_id order by m.ord) as strategies,
    array_agg(m.instrument_id order by m.ord) as instruments, array_agg(m.direction order by m.ord) as directions,
    array_agg(m.at order by m.ord) as ats, array_agg(m.source_id order by m.ord) as sources,
    array_agg(case when m.apply then 'signal.apply' else 'signal.fanout' end order by m.ord) as jobs,
    array_agg(jsonb_build_object('action', 'ENTRY', 'direction', m.direction, 'symbol', i.symbol) order by m.ord) as data
  into v from fn.signals_insert(p_items, p_now) m join public.instruments i on i.id = m.instrument_id;
  if v.ords is null then return; end if;
  update public.signal_heads h set updated_at = p_now, last_signal_id = a.signal_id,
    newest_long_entry_at = case when a.direction = 'LONG' then greatest(h.newest_long_entry_at, a.at) else h.newest_long_entry_at end,
    newest_short_entry_at = case when a.direction = 'SHORT' then greatest(h.newest_short_entry_at, a.at) else h.newest_short_entry_at end
  from unnest(v.strategies, v.instruments, v.directions, v.ats, v.ids) as a(strategy_id, instrument_id, direction, at, signal_id)
  where h.strategy_id = a.strategy_id and h.instrument_id = a.instrument_id;
  perform fn.events_append(v.users, 'signal', 'signal', v.ids, v.data);
  return query select * from unnest(v.ords, v.ids, v.sources, v.jobs);
end
$$;

reset role;
