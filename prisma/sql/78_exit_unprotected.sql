-- Open positions that nothing would get out: listed on the trade, alerted once, cleared when the cause is gone.
-- Entry point: fn.unprotected_refresh.

set local role lockstep_exit;

-- Open trades and why nothing would get them out (null: something would). Grace: 60 s for a quote within the session, 10 s
-- for an UNKNOWN exit order; a refused exit counts for 10 minutes, the longest that it may take until it is tried again.
-- Symbols are judged once, not per trade: this runs every second.
create or replace function fn.exit_unprotected(p_now timestamptz)
returns table (trade_id uuid, reason text, listed text)
language sql stable security definer set search_path = ''
as $$
  with symbols as materialized (
    select i.id, i.symbol, i.status <> 'ACTIVE' as is_frozen,
      s.is_open and p_now - s.opens_at > interval '60 seconds' and not coalesce(q.is_good, false)
        and coalesce(q.age_ms, 60001) > 60000 as is_blind
    from public.instruments i
    left join lateral fn.quote_state(i.id) q on true
    left join lateral fn.market_session(i.market, p_now) s on true
    where i.id in (select t.instrument_id from public.trades t where t.status in ('OPEN', 'EXITING'))
  )
  select t.id, case
    when i.is_frozen then 'INSTRUMENT_FROZEN'
    when b.connection = 'SESSION_EXPIRED' then 'BROKER_SESSION_EXPIRED'
    when b.connection = 'DISCONNECTED' then 'BROKER_DISCONNECTED'
    when i.symbol = any (b.hold_symbols) then 'NO_SELL_SYMBOL'
    when t.hard_stop_price is null and t.stop_price is null and t.trail_stop_price is null then 'NO_STOP'
    when t.status = 'EXITING' and exists (select from public.orders o where o.trade_id = t.id and o.kind = 'EXIT'
      and o.status = 'UNKNOWN' and o.unknown_at <= p_now - interval '10 seconds') then 'EXIT_UNKNOWN'
    when exists (select from public.exit_intents x where x.trade_id = t.id and x.rank <= 8
      and (x.status in ('REJECTED', 'FAILED') and x.ended_at > p_now - interval '10 minutes' or x.status = 'PENDING' and x.waits_for is not null)
      and not exists (select from public.exit_intents n where n.trade_id = t.id and n.created_at > x.created_at
        and n.status in ('APPROVED', 'PLACED', 'FILLED'))) then 'EXIT_REFUSED'
    when i.is_blind then 'NO_GOOD_QUOTE'
    end, t.unprotected_reason
  from public.trades t
  join symbols i on i.id = t.instrument_id
  join public.user_brokers b on b.id = t.user_broker_id
  where t.status in ('OPEN', 'EXITING')
$$;

-- Brings the listing up to date. Caller: worker (sweep). Returns how many trades changed. Writes: trades, alerts.
create or replace function fn.unprotected_refresh(p_limit int default 500) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_ids uuid[] := array(
    select u.trade_id from fn.exit_unprotected(v_now) u where u.reason is distinct from u.listed
    union select t.id from public.trades t where t.unprotected_reason is not null and t.status not in ('OPEN', 'EXITING')
    order by 1 limit p_limit);
  t record;
  v_count int := 0;
begin
  if v_ids = '{}' then return 0; end if;
  perform fn.trade_lock(v_ids);
  for t in
    select r.id, r.user_id, r.instrument_id, u.reason from public.trades r
    left join fn.exit_unprotected(v_now) u on u.trade_id = r.id where r.id = any (v_ids) order by r.id
  loop
    continue when not fn.trade_unprotected_set(t.id, t.reason);
    v_count := v_count + 1;
    perform fn.alert_clear('unprotected:' || t.id);
    if t.reason is not null then
      perform fn.alert_raise(t.user_id, 'CRITICAL', 'UNPROTECTED', (select format(
        'The position in %s is not protected: %s.', i.symbol, t.reason) from public.instruments i where i.id = t.instrument_id),
        'trade', t.id, 'unprotected:' || t.id);
    end if;
  end loop;
  return v_count;
end
$$;

grant execute on function fn.unprotected_refresh(int) to lockstep_worker;

reset role;
