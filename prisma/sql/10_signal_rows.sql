-- Alerts as rows: taken apart once and joined once with what the database knows of their senders and symbols.
-- Entry point: fn.alert_rows. Invariant: a value that cannot be cast fails the batch, which is then retried row by row.

set local role lockstep_signal;

-- Digest that makes an alert one: source, action, symbol, direction, timeframe, signal time, and the client's
-- key or, without one, the digest of the raw body. Hex. Pure.
create or replace function fn.alert_digest(p_source uuid, p_action text, p_symbol text, p_direction text, p_timeframe text,
  p_signal_time text, p_key text, p_body_hash text) returns text
language sql immutable
as $$
  select encode(sha256(convert_to(concat_ws(chr(31), p_source, p_action, p_symbol, coalesce(p_direction, '-'),
    coalesce(p_timeframe, '-'), coalesce(p_signal_time, '-'), coalesce('key ' || p_key, 'body ' || p_body_hash)), 'UTF8')), 'hex')
$$;

-- What opens which source, as long as it does: token, source and strategy with a version that changes with any of them.
-- Caller: stage 1. Reads only.
create or replace function fn.webhook_sources_open(p_token_hashes bytea[])
returns table (token_hash bytea, version text, source public.webhook_sources, strategy public.strategies)
language sql stable
as $$
  select t.token_hash, concat_ws(':', t.xmin, w.xmin, s.xmin), w, s
  from public.webhook_tokens t
  join public.webhook_sources w on w.id = t.source_id and w.status = 'ACTIVE'
  join public.strategies s on s.id = w.strategy_id and s.status <> 'ARCHIVED'
  where t.token_hash = any (p_token_hashes) and t.disabled_at is null
    and (t.valid_until is null or t.valid_until > fn.clock())
$$;

-- The items of a batch (see fn.signals_accept) as rows, in their order. An item is outdated when its source has changed since the
-- sender's settings were read. Caller: fn.signals_accept. Reads only.
create or replace function fn.alert_rows(p_items json) returns fn.alert_row[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_rows fn.alert_row[];
begin
  with raw as materialized (
    select r.* from json_to_recordset(p_items) as r(ord int, token_hash text, source_version text, request_id text, elapsed_us int,
      address inet, body_hash text, refusal json, test boolean, shape text, symbol text, exchange text, delayed boolean, action text,
      direction text, timeframe text, signal_time text, price numeric, stop numeric, target numeric, limit_price numeric,
      quantity numeric, quantity_type text, key text, source text, indicator text, max_lag_ms int, ignored jsonb)
  ), opened as materialized (
    select encode(o.token_hash, 'hex') as token_hash, o.version, (o.source).id as source_id, (o.source).entries_per_minute,
      (o.source).entries_burst, coalesce((o.source).max_lag_seconds, (o.strategy).max_lag_seconds) * 1000 as max_lag_ms,
      (o.strategy).id as strategy_id, (o.strategy).user_id, (o.strategy).status, (o.strategy).signal_ttl_seconds,
      (o.strategy).entry_rearm_seconds
    from fn.webhook_sources_open(array(select distinct decode(r.token_hash, 'hex') from raw r)) o
  )
  select array_agg(row(r.ord, coalesce(r.request_id, ''), r.elapsed_us, r.address, r.shape, r.exchange, coalesce(r.delayed, false),
      coalesce(json_typeof(r.refusal), 'null') <> 'null', coalesce(r.test, false), r.symbol, r.action, r.direction, r.timeframe,
      r.signal_time::timestamptz, r.price, r.stop, r.target, r.limit_price, r.quantity, r.quantity_type, r.key, r.source,
      r.indicator, r.ignored, least(r.max_lag_ms, o.max_lag_ms),
      fn.alert_digest(o.source_id, r.action, r.symbol, r.direction, r.timeframe, r.signal_time, r.key, r.body_hash),
      r.source_version <> o.version, o.source_id, o.strategy_id, o.user_id, o.status, o.signal_ttl_seconds,
      o.entry_rearm_seconds, o.entries_per_minute, o.entries_burst, i.id, i.market)::fn.alert_row order by r.ord)
  into v_rows
  from raw r
  left join opened o on o.token_hash = r.token_hash
  -- by its key, one by one: joined as a whole, the plan read every instrument for each batch
  left join lateral (select n.id, n.market from public.instruments n where n.symbol = r.symbol limit 1) i on true;
  return coalesce(v_rows, '{}');
end
$$;

-- The moment from which an alert's age counts (fn.signal_effective_time), without a look at the calendar where no bar can open:
-- bars and sessions begin on whole minutes, unless the timeframe is one of seconds. Callers: stage 1. Reads only.
create or replace function fn.alert_time(p_at timestamptz, p_timeframe text, p_market text, p_now timestamptz) returns timestamptz
language sql stable
as $$
  select case when p_at is null then p_now
    when p_timeframe is null or right(p_timeframe, 1) <> 's' and date_trunc('minute', p_at) <> p_at then p_at
    else fn.signal_effective_time(p_at, p_timeframe, p_market, p_now) end
$$;

reset role;
