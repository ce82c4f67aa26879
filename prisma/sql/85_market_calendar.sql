-- Markets: sessions at a moment, and the end of what is known. The rows come from server/market/calendars with
-- every apply (prisma/reference.ts). Owner lockstep_config (markets, market_days). After a calendar's last day there is no session:
-- entries are closed rather than guessed.

set local role lockstep_config;

-- The market at a moment: always one row. While it is closed, day is the market's own date and the times are
-- those of that date's session, null on a day without one. An unknown market is closed. Pure read.
create or replace function fn.market_session(p_market text, p_at timestamptz)
returns table (is_open boolean, day date, opens_at timestamptz, closes_at timestamptz)
language sql stable
as $$
  select coalesce(m.always_open or (p_at >= d.opens_at and p_at < d.closes_at), false),
    (p_at at time zone coalesce(m.time_zone, 'UTC'))::date,
    case when m.always_open then date_trunc('day', p_at, 'UTC') else d.opens_at end,
    case when m.always_open then date_trunc('day', p_at, 'UTC') + interval '1 day' else d.closes_at end
  from (select p_market as code) asked
  left join public.markets m on m.code = asked.code
  left join public.market_days d on d.market = m.code and d.day = (p_at at time zone m.time_zone)::date
$$;

-- When the market opens next, strictly after a moment; that moment itself where it never closes; null past the
-- calendar's end and for an unknown market. Pure read.
create or replace function fn.market_next_open(p_market text, p_at timestamptz) returns timestamptz
language sql stable
as $$
  select case when m.always_open then p_at else (
    select d.opens_at from public.market_days d
    where d.market = p_market and d.closes_at > p_at and d.opens_at > p_at
    order by d.closes_at limit 1) end
  from public.markets m where m.code = p_market
$$;

-- Alerts for calendars in use that end within 60 days, or have ended. Caller: worker. Returns how many there are.
create or replace function fn.market_calendars_check() returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_market record;
  v_count int := 0;
begin
  for v_market in
    select m.code, m.calendar_until from public.markets m
    where not m.always_open and coalesce(m.calendar_until, '-infinity') < (fn.clock() + interval '60 days')::date
      and exists (select from public.instruments i where i.market = m.code and i.status = 'ACTIVE')
    order by m.code
  loop
    v_count := v_count + 1;
    perform fn.alert_raise(null, 'WARN', 'CALENDAR_ENDS', format(
      'The calendar of %s is known until %s; entries there are refused after it.', v_market.code, v_market.calendar_until),
      'market', null, 'CALENDAR_ENDS:' || v_market.code);
  end loop;
  return v_count;
end
$$;

grant execute on function fn.market_session(text, timestamptz), fn.market_next_open(text, timestamptz)
  to lockstep_stage, lockstep_worker, lockstep_web, lockstep_paper;
grant execute on function fn.market_calendars_check() to lockstep_worker;

reset role;
