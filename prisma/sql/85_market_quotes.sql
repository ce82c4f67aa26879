-- Quotes: the latest price of each instrument, who may write it, and whether it may decide anything.
-- Owner lockstep_market. The fence stands in the write itself: a worker whose lease was taken over writes nothing.

set local role lockstep_market;

-- Age in ms at which a price of an asset class triggers nothing any more.
create or replace function fn.quote_stale_ms(p_asset_class text) returns int
language sql immutable
as $$ select case p_asset_class when 'OPTION' then 300000 else 60000 end $$;

-- Time without any change, in an open session, after which a price counts as frozen.
create or replace function fn.quote_frozen_after() returns interval
language sql immutable
as $$ select interval '5 minutes' $$;

-- Puts the latest quotes: [{instrument_id, bid, ask, last, source_time, changed_at, ticks, provider, simulated, lease,
-- epoch}]; changed_at (when price or quote last differed) is worked out from the stored quote where it is not given.
-- Each must be under a lease that p_holder has at that epoch; p_holder null (replay, tests, tools) goes without,
-- and is refused once a leased feeder wrote. Never goes back in source time. Caller: worker. Writes: quotes.
-- Returns the instruments that were written.
create or replace function fn.quotes_put(p_quotes jsonb, p_holder text) returns setof uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
begin
  return query
  with given as materialized (
    select * from jsonb_to_recordset(p_quotes) as r(instrument_id uuid, bid numeric, ask numeric, last numeric,
      source_time timestamptz, changed_at timestamptz, ticks bigint, provider text, simulated boolean, lease text, epoch bigint)
  ), held as materialized (
    select h.name, h.epoch from fn.leases_hold(
      (select array_agg(g.lease) from given g), (select array_agg(g.epoch) from given g), p_holder) h
  )
  insert into public.quotes as q (instrument_id, bid, ask, last, source_time, recorded_at, changed_at,
    provider, simulated, lease_epoch, tick_count)
  select g.instrument_id, g.bid, g.ask, g.last, g.source_time, v_now, coalesce(g.changed_at,
      case when (o.bid, o.ask, o.last) is not distinct from (g.bid, g.ask, g.last) then o.changed_at end, g.source_time),
    coalesce(g.provider, 'SIMULATED'), coalesce(g.simulated, true), coalesce(g.epoch, 0), coalesce(g.ticks, 1)
  from given g
  left join public.quotes o on o.instrument_id = g.instrument_id
  where p_holder is null or exists (select from held h where h.name = g.lease and h.epoch = g.epoch)
  order by g.instrument_id
  on conflict (instrument_id) do update
    set bid = excluded.bid, ask = excluded.ask, last = excluded.last, source_time = excluded.source_time,
      recorded_at = excluded.recorded_at, provider = excluded.provider, simulated = excluded.simulated,
      lease_epoch = excluded.lease_epoch, tick_count = q.tick_count + excluded.tick_count,
      changed_at = excluded.changed_at
    where q.lease_epoch <= excluded.lease_epoch and q.source_time <= excluded.source_time
  returning q.instrument_id;
end
$$;

-- The first quote of a simulated instrument, in the transaction that makes it. Caller: config stage. Writes: quotes.
create or replace function fn.quote_first(p_instrument uuid, p_price numeric) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
begin
  insert into public.quotes (instrument_id, bid, ask, last, source_time, recorded_at, changed_at, provider, simulated)
  values (p_instrument, p_price, p_price, p_price, v_now, v_now, v_now, 'SIMULATED', true)
  on conflict (instrument_id) do nothing;
end
$$;

-- The latest quote and whether it may trigger or decide something: session open, source time within the session,
-- not stale for its class, not frozen. mark: mid for options, last otherwise. No row without a quote. Pure read.
create or replace function fn.quote_state(p_instrument uuid)
returns table (bid numeric, ask numeric, last numeric, mark numeric, age_ms bigint, is_good boolean, source_time timestamptz)
language sql stable
as $$
  select q.bid::numeric, q.ask::numeric, q.last::numeric,
    case when i.asset_class = 'OPTION' and q.bid is not null and q.ask is not null
      then (q.bid + q.ask) / 2 else q.last end::numeric,
    (extract(epoch from c.at - q.source_time) * 1000)::bigint,
    coalesce(s.is_open and q.source_time >= s.opens_at
      and c.at - q.source_time <= fn.quote_stale_ms(i.asset_class) * interval '1 millisecond'
      and q.source_time - greatest(q.changed_at, s.opens_at) < fn.quote_frozen_after(), false),
    q.source_time
  from public.quotes q
  join public.instruments i on i.id = q.instrument_id
  cross join (select fn.clock() as at) c
  cross join lateral fn.market_session(i.market, c.at) s
  where q.instrument_id = p_instrument
$$;

-- Counts refused ticks per instrument, reason and minute: [{instrument_id, reason, minute, count, example}]; alerts
-- from 20 of a kind within a minute on. Caller: worker. Writes: tick_rejects.
create or replace function fn.tick_rejects_put(p_rejects jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_bad record;
begin
  for v_bad in
    insert into public.tick_rejects as t (instrument_id, reason, minute, count, example)
    select r.instrument_id, r.reason, r.minute, r.count, r.example
    from jsonb_to_recordset(p_rejects)
      as r(instrument_id uuid, reason text, minute timestamptz, count bigint, example jsonb)
    order by r.instrument_id, r.reason, r.minute
    on conflict (instrument_id, reason, minute) do update set count = t.count + excluded.count
    returning t.instrument_id, t.reason, t.count
  loop
    if v_bad.count >= 20 and v_bad.reason <> 'SESSION_CLOSED' then
      perform fn.alert_raise(null, 'WARN', 'BAD_TICKS', format('%s ticks of %s were refused within a minute: %s.',
        v_bad.count, (select i.symbol from public.instruments i where i.id = v_bad.instrument_id), v_bad.reason),
        'instrument', v_bad.instrument_id, 'BAD_TICKS:' || v_bad.instrument_id);
    end if;
  end loop;
end
$$;

grant execute on function fn.quote_stale_ms(text), fn.quote_frozen_after(), fn.quote_state(uuid)
  to lockstep_stage, lockstep_worker, lockstep_web, lockstep_paper;
grant execute on function fn.quotes_put(jsonb, text), fn.tick_rejects_put(jsonb) to lockstep_worker;
grant execute on function fn.quote_first(uuid, numeric) to lockstep_stage;

reset role;
