-- The safety net, every second: what the trigger book missed, what was wished and not done, what waited and may go, what
-- rested long enough. Entry points: fn.exit_sweep, fn.exit_rest_sweep, fn.unprotected_refresh, fn.entries_halted_withdraw.
-- Invariants: prices count only from good quotes within the session; each call is bounded and says whether there is more.

set local role lockstep_exit;

-- Open trades on which something holds right now, as proposals for fn.exits_raise, oldest first. Reads only.
create or replace function fn.exit_sweep_proposals(p_limit int) returns jsonb
language sql stable security definer set search_path = ''
as $$
  with c as materialized (select fn.clock() as now),
  live as materialized (
    select i.id, s.is_open, s.is_open and q.is_good as priced, q.mark
    from (select distinct t.instrument_id from public.trades t where t.status in ('OPEN', 'EXITING')) d
    join public.instruments i on i.id = d.instrument_id
    cross join c
    left join lateral fn.quote_state(i.id) q on true
    left join lateral fn.market_session(i.market, c.now) s on true
  ), due as (
    select t.id, case when l.priced then l.mark end as price
    from public.trades t join live l on l.id = t.instrument_id cross join c
    where t.status in ('OPEN', 'EXITING') and t.open_qty > 0
      and (l.priced and (fn.exit_trail_due(t, l.mark, l.mark) or exists (select from fn.exit_conditions(t, l.mark, l.mark, c.now)))
        or l.is_open and t.exit_due_at <= c.now
        or t.exit_wish_reason is not null
        or fn.exit_flattened(t.user_id, t.user_broker_id))
      and not exists (select from public.exit_intents x where x.trade_id = t.id and x.status in ('APPROVED', 'PLACED') and x.order_type = 'MARKET')
    order by t.id limit p_limit
  )
  select coalesce(jsonb_agg(jsonb_build_object('trade_id', d.id, 'by', 'SWEEP') || case when d.price is null then '{}'
    else jsonb_build_object('last', d.price::text) end order by d.id), '[]')
  from due d
$$;

-- Pending intents that nothing holds back any more, and those whose job was lost. Reads only.
create or replace function fn.exit_sweep_pending(p_limit int) returns uuid[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(p.id), '{}')
  from (select x.id
    from public.exit_intents x join public.trades t on t.id = x.trade_id,
      lateral fn.exit_verdict(x, t, fn.clock()) v
    where x.status = 'PENDING' and (x.waits_for is null and x.created_at < fn.clock() - interval '2 seconds'
      or x.waits_for is not null and (v.answer <> 'WAIT' or v.code <> x.waits_for))
    order by x.created_at limit p_limit) p
$$;

-- Approved intents that have nothing in their way and still no order: their order's end was recorded without them.
create or replace function fn.exit_sweep_approved(p_limit int) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_trades uuid[] := array(select x.trade_id from public.exit_intents x
    where x.status = 'APPROVED' and not fn.exit_order_lives(x.trade_id) order by x.trade_id limit p_limit);
  v_now timestamptz;
  v_jobs jsonb := '[]';
  t public.trades;
begin
  if v_trades = '{}' then return v_jobs; end if;
  perform fn.trade_lock(v_trades);
  v_now := fn.clock();
  for t in select * from public.trades where id = any (v_trades) order by id loop
    v_jobs := v_jobs || fn.exit_next(t, v_now);
  end loop;
  return v_jobs;
end
$$;

-- One pass over everything above. Caller: worker (exit.sweep). Returns {raised, jobs, more}.
create or replace function fn.exit_sweep(p_limit int default 200) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_proposals jsonb := fn.exit_sweep_proposals(p_limit);
  v_done jsonb := fn.exits_raise(v_proposals);
  v_jobs jsonb := v_done -> 'jobs';
begin
  v_jobs := v_jobs || (fn.exit_qualify(fn.exit_sweep_pending(p_limit)) -> 'jobs') || fn.exit_sweep_approved(p_limit);
  return jsonb_build_object('raised', v_done -> 'raised', 'jobs', v_jobs,
    'more', jsonb_array_length(v_done -> 'raised') > 0 and jsonb_array_length(v_proposals) = p_limit);
end
$$;

-- Exit limits that rested for their time in an open session: cancelled, and then at market (fn.exit_order_outcome makes
-- that order), or withdrawn. A refused cancel is asked again. Caller: worker. Returns {jobs}. Writes: exit_intents, orders.
create or replace function fn.exit_rest_sweep(p_limit int default 200) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_rested uuid[] := array(select x.id
    from public.exit_intents x
    join public.orders o on o.exit_intent_id = x.id and o.order_type = 'LIMIT' and o.status in ('PLACED', 'PARTIALLY_FILLED')
    join public.instruments i on i.id = x.instrument_id
    cross join lateral fn.market_session(i.market, v_now) s
    where x.status = 'PLACED' and x.rest_then in ('MARKET', 'WITHDRAW') and s.is_open
      and o.placed_at + x.rest_seconds * interval '1 second' <= v_now
    order by x.trade_id limit p_limit);
  v_one record;
  v_jobs jsonb := '[]';
begin
  perform fn.trade_lock(array(select x.trade_id from public.exit_intents x where x.id = any (v_rested) order by x.trade_id));
  for v_one in
    update public.exit_intents x set order_type = case x.rest_then when 'MARKET' then 'MARKET' else x.order_type end
    from public.orders o
    where x.id = any (v_rested) and x.status = 'PLACED' and o.exit_intent_id = x.id and o.order_type = 'LIMIT'
      and o.status in ('PLACED', 'PARTIALLY_FILLED')
    returning o.id as order_id, x.rest_then, x.id
  loop
    v_jobs := v_jobs || fn.order_cancel_request(v_one.order_id,
      jsonb_build_object('code', 'RESTED', 'then', v_one.rest_then, 'exit_intent_id', v_one.id));
  end loop;
  return jsonb_build_object('jobs', v_jobs);
end
$$;

-- Withdraws resting and unsent entries under a standing HALT or FLATTEN. Caller: worker, fn.switch_set. Returns {jobs}.
create or replace function fn.entries_halted_withdraw(p_limit int default 200) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_trade uuid;
  v_trades uuid[] := array(select distinct o.trade_id
    from public.orders o join public.switches s on s.state <> 'OFF'
      and (s.scope = 'PLATFORM' or s.scope = 'USER' and s.user_id = o.user_id or s.user_broker_id = o.user_broker_id)
    where o.kind = 'ENTRY' and o.cancel_wanted_at is null and o.trade_id is not null
      and o.status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED')
    order by 1 limit p_limit);
  v_jobs jsonb := '[]';
begin
  perform fn.trade_lock(v_trades);
  foreach v_trade in array v_trades loop
    v_jobs := v_jobs || fn.trade_entries_withdraw(v_trade, '{"code": "HALTED"}');
  end loop;
  return jsonb_build_object('jobs', v_jobs);
end
$$;

grant execute on function fn.exit_sweep(int), fn.exit_rest_sweep(int) to lockstep_worker;
grant execute on function fn.entries_halted_withdraw(int) to lockstep_worker, lockstep_stage;

reset role;
