-- When an alert is of: its age counts from the close of its bar when the time given is that bar's open.
-- Entry point: fn.signal_effective_time. Pure reads of the calendars.

set local role lockstep_signal;

-- Length of a normalised timeframe up to hours; null for days and longer, which are calendar matters.
create or replace function fn.timeframe_length(p_timeframe text) returns interval
language sql immutable
as $$
  select case right(p_timeframe, 1)
    when 's' then make_interval(secs => rtrim(p_timeframe, 's')::int)
    when 'm' then make_interval(mins => rtrim(p_timeframe, 'm')::int)
    when 'h' then make_interval(hours => rtrim(p_timeframe, 'h')::int) end
$$;

-- Close of the bar that opens at this moment on a market that never closes; null when no bar opens there.
create or replace function fn.bar_close_always_open(p_at timestamptz, p_timeframe text) returns timestamptz
language sql immutable
as $$
  select case
    when fn.timeframe_length(p_timeframe) is not null
      and date_bin(fn.timeframe_length(p_timeframe), p_at, 'epoch') = p_at
      then p_at + fn.timeframe_length(p_timeframe)
    when p_timeframe like '%d' and date_trunc('day', p_at, 'UTC') = p_at
      then p_at + make_interval(days => rtrim(p_timeframe, 'd')::int)
    when p_timeframe like '%w' and date_trunc('week', p_at, 'UTC') = p_at
      then p_at + make_interval(weeks => rtrim(p_timeframe, 'w')::int)
    when p_timeframe like '%mo' and date_trunc('month', p_at, 'UTC') = p_at
      then (p_at at time zone 'UTC' + make_interval(months => rtrim(p_timeframe, 'mo')::int)) at time zone 'UTC' end
$$;

-- Close of the bar that opens at this moment on a market with sessions: within a session bars count from its
-- opening and end with it; a daily or longer bar opens with a session (or at midnight of its day) and closes
-- with the last session of its span. Null when no bar opens there.
create or replace function fn.bar_close_in_session(p_market text, p_zone text, p_at timestamptz, p_timeframe text)
returns timestamptz
language sql stable
as $$
  with first as (
    select d.day, d.opens_at, d.closes_at from public.market_days d
    where d.market = p_market and d.day = (p_at at time zone p_zone)::date
  ), span as (
    select f.*, fn.timeframe_length(p_timeframe) as length,
      f.day + case
        when p_timeframe like '%d' then make_interval(days => rtrim(p_timeframe, 'd')::int)
        when p_timeframe like '%w' then make_interval(weeks => rtrim(p_timeframe, 'w')::int)
        when p_timeframe like '%mo' then make_interval(months => rtrim(p_timeframe, 'mo')::int) end as ends_before
    from first f
  )
  select case
    when s.length is not null then (
      select least(p_at + s.length, s.closes_at)
      where p_at >= s.opens_at and p_at < s.closes_at and date_bin(s.length, p_at, s.opens_at) = p_at)
    when p_at in (s.opens_at, s.day::timestamp at time zone p_zone) then (
      select max(d.closes_at) from public.market_days d
      where d.market = p_market and d.day >= s.day and d.day < s.ends_before) end
  from span s
$$;

-- The moment from which an alert's age counts: the close of its bar, when the time is aligned as that bar's
-- open and the close is not later than 2 s from now (a fire time at a bar's close is aligned too); else the
-- time itself. Callers: stage 1. Reads only.
create or replace function fn.signal_effective_time(p_at timestamptz, p_timeframe text, p_market text, p_now timestamptz)
returns timestamptz
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_market public.markets;
  v_close timestamptz;
begin
  if p_at is null then return p_now; end if;
  if p_timeframe is null then return p_at; end if;
  select * into v_market from public.markets m where m.code = p_market;
  if not found then return p_at; end if;
  if v_market.always_open then
    v_close := fn.bar_close_always_open(p_at, p_timeframe);
  else
    v_close := fn.bar_close_in_session(p_market, v_market.time_zone, p_at, p_timeframe);
  end if;
  if v_close is not null and v_close <= p_now + interval '2 seconds' then return v_close; end if;
  return p_at;
end
$$;

reset role;
