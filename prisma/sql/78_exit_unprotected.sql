-- Open positions that nothing would get out: listed on the trade, alerted once, cleared when the cause is gone.
-- Entry point: fn.unprotected_refresh.

set local role lockstep_exit;

-- Why an open trade is unprotected, or null. Grace: 60 s for a quote within the session, 10 s for an UNKNOWN exit order.
create or replace function fn.exit_unprotected(t public.trades, p_now timestamptz) returns text
language sql stable security definer set search_path = ''
as $$
  select case
    when i.status <> 'ACTIVE' then 'INSTRUMENT_FROZEN'
    when b.connection = 'SESSION_EXPIRED' then 'BROKER_SESSION_EXPIRED'
    when b.connection = 'DISCONNECTED' then 'BROKER_DISCONNECTED'
    when i.symbol = any (b.hold_symbols) then 'NO_SELL_SYMBOL'
    when t.hard_stop_price is null and t.stop_price is null and t.trail_stop_price is null then 'NO_STOP'
    when exists (select from public.orders o where o.trade_id = t.id and o.kind = 'EXIT' and o.status = 'UNKNOWN'
      and o.unknown_at <= p_now - interval '10 seconds') then 'EXIT_UNKNOWN'
    when exists (select from public.exit_intents x where x.trade_id = t.id and x.rank <= 8
      and (x.status in ('REJECTED', 'FAILED') or x.status = 'PENDING' and x.waits_for is not null)
      and not exists (select from public.exit_intents n where n.trade_id = t.id and n.created_at > x.created_at
        and n.status in ('APPROVED', 'PLACED', 'FILLED'))) then 'EXIT_REFUSED'
    when s.is_open and p_now - s.opens_at > interval '60 seconds' and not coalesce(q.is_good, false)
      and coalesce(q.age_ms, 60001) > 60000 then 'NO_GOOD_QUOTE'
    end
  from public.instruments i
  cross join public.user_brokers b
  left join lateral fn.quote_state(i.id) q on true
  left join lateral fn.market_session(i.market, p_now) s on true
  where i.id = t.instrument_id and b.id = t.user_broker_id
$$;

-- Brings the listing up to date. Caller: worker (sweep). Returns how many trades changed. Writes: trades, alerts.
create or replace function fn.unprotected_refresh(p_limit int default 500) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_ids uuid[] := array(select t.id from public.trades t
    where t.status in ('OPEN', 'EXITING') and fn.exit_unprotected(t, v_now) is distinct from t.unprotected_reason
      or t.unprotected_reason is not null and t.status not in ('OPEN', 'EXITING')
    order by t.id limit p_limit);
  t public.trades;
  v_reason text;
  v_count int := 0;
begin
  perform fn.trade_lock(v_ids);
  for t in select * from public.trades where id = any (v_ids) order by id loop
    v_reason := case when t.status in ('OPEN', 'EXITING') then fn.exit_unprotected(t, v_now) end;
    continue when not fn.trade_unprotected_set(t.id, v_reason);
    v_count := v_count + 1;
    perform fn.alert_clear('unprotected:' || t.id);
    if v_reason is not null then
      perform fn.alert_raise(t.user_id, 'CRITICAL', 'UNPROTECTED', (select format(
        'The position in %s is not protected: %s.', i.symbol, v_reason) from public.instruments i where i.id = t.instrument_id),
        'trade', t.id, 'unprotected:' || t.id);
    end if;
  end loop;
  return v_count;
end
$$;

grant execute on function fn.unprotected_refresh(int) to lockstep_worker;

reset role;
