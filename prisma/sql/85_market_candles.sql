-- Candles and what is computed from them. Owner lockstep_market.

set local role lockstep_market;

-- Puts candles: [{instrument_id, timeframe, opens_at, open, high, low, close, volume, complete}]. An incomplete one
-- is extended (a feeder that took over saw only the rest of its minute), a complete one stands. Caller: worker.
-- Writes: candles. Returns the number of rows written.
create or replace function fn.candles_put(p_candles jsonb) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count int;
begin
  insert into public.candles as c (instrument_id, timeframe, opens_at, open, high, low, close, volume, complete)
  select r.instrument_id, r.timeframe, r.opens_at, r.open, r.high, r.low, r.close, r.volume, r.complete
  from jsonb_to_recordset(p_candles) as r(instrument_id uuid, timeframe text, opens_at timestamptz,
    open numeric, high numeric, low numeric, close numeric, volume numeric, complete boolean)
  order by r.instrument_id, r.timeframe, r.opens_at
  on conflict (instrument_id, timeframe, opens_at) do update
    set high = greatest(c.high, excluded.high), low = least(c.low, excluded.low), close = excluded.close,
      volume = greatest(c.volume, excluded.volume), complete = excluded.complete
    where not c.complete;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- Average true range in price units over the complete candles of a timeframe, null with fewer than n + 1 of them.
-- Wilder (1978): the mean of the first n true ranges, then (previous × (n − 1) + true range) ÷ n; written as a
-- weighted sum. At most 250 candles back, where the weight of what is left out is below 1e-7 for n = 14. Pure read.
create or replace function fn.atr(p_instrument uuid, p_timeframe text, p_n int) returns numeric
language sql stable
as $$
  with recent as (
    select c.opens_at, c.high, c.low, c.close from public.candles c
    where c.instrument_id = p_instrument and c.timeframe = p_timeframe and c.complete
    order by c.opens_at desc limit 250
  ), ranges as (
    select row_number() over w - 1 as k, count(*) over () - 1 as n_ranges,
      greatest(r.high, lag(r.close) over w) - least(r.low, lag(r.close) over w) as range
    from recent r window w as (order by r.opens_at)
  )
  select round(sum(x.range / p_n * power((p_n - 1)::numeric / p_n, x.n_ranges - greatest(x.k, p_n))), 12)
  from ranges x
  where x.k >= 1 and x.n_ranges >= p_n
$$;

grant execute on function fn.candles_put(jsonb) to lockstep_worker;
grant execute on function fn.atr(uuid, text, int) to lockstep_stage, lockstep_worker, lockstep_web, lockstep_paper;

reset role;
