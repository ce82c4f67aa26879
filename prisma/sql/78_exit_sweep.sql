-- The safety net, every second: what the trigger book missed, what was wished and not done, what waited and may go, what
-- rested long enough. Entry points: fn.exit_sweep, fn.exit_rest_sweep, fn.unprotected_refresh, fn.entries_halted_withdraw.
-- Invariants: prices count only from good quotes within the session; each call is bounded and says where to go on.

set local role lockstep_exit;

-- Open trades on which something holds right now, in id order after p_after, as proposals for fn.exits_raise. Reads only.
create or replace function fn.exit_sweep_proposals(p_limit int, p_after uuid) returns jsonb
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
  ), flat as materialized (
    select s.scope, s.user_id, s.user_broker_id from public.switches s where s.state = 'FLATTEN'
  ), due as (
    select t.id, case when l.priced then l.mark end as price
    from public.trades t join live l on l.id = t.instrument_id cross join c
    where t.status in ('OPEN', 'EXITING') and t.open_qty > 0 and (p_after is null or t.id > p_after)
      and (l.priced and (fn.exit_trail_due(t, l.mark, l.mark) or exists (select from fn.exit_conditions(t, l.mark, l.mark, c.now)))
        or l.is_open and t.exit_due_at <= c.now
        or t.exit_wish_reason is not null
        or exists (select from flat f where f.scope = 'PLATFORM' or f.scope = 'USER' and f.user_id = t.user_id
          or f.user_broker_id = t.user_broker_id))
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

-- Trades whose approved exit has nothing in its way and still no order: that order's end was recorded without it.
create or replace function fn.exit_sweep_approved(p_limit int) returns uuid[]
language sql stable security definer set search_path = ''
as $$
  select array(select x.trade_id from public.exit_intents x
    where x.status = 'APPROVED' and not fn.exit_order_lives(x.trade_id) order by x.trade_id limit p_limit)
$$;

-- One pass over everything above. All trades are locked in one round, in id order, before anything is done: two rounds
-- would lock against the order. Caller: worker (exit.sweep). Returns {raised, jobs, next}: where the next pass goes on, null
-- when this was the last. (Always from the beginning, trades that cannot go out yet would hide those behind them.)
create or replace function fn.exit_sweep(p_limit int default 200, p_after uuid default null) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_proposals jsonb := fn.exit_sweep_proposals(p_limit, p_after);
  v_pending uuid[] := fn.exit_sweep_pending(p_limit);
  v_approved uuid[] := fn.exit_sweep_approved(p_limit);
  v_done jsonb;
  v_jobs jsonb;
  v_now timestamptz;
  t public.trades;
begin
  if v_proposals = '[]' and v_pending = '{}' and v_approved = '{}' then return '{"raised": [], "jobs": [], "next": null}'; end if;
  perform fn.trade_lock(array(select (e ->> 'trade_id')::uuid from jsonb_array_elements(v_proposals) e
    union select x.trade_id from public.exit_intents x where x.id = any (v_pending) union select unnest(v_approved)));
  v_now := fn.clock();
  v_done := fn.exits_raise(v_proposals);
  v_jobs := (v_done -> 'jobs') || (fn.exit_qualify(v_pending) -> 'jobs');
  for t in select * from public.trades where id = any (v_approved) order by id loop
    v_jobs := v_jobs || fn.exit_next(t, v_now);
  end loop;
  return jsonb_build_object('raised', v_done -> 'raised', 'jobs', v_jobs,
    'next', case when jsonb_array_length(v_proposals) = p_limit then v_proposals -> -1 -> 'trade_id' end);
end
$$;

-- Exit limits that have rested for their time in an open session, and exit orders that rest although their intent has
-- ended (their cancel was refused). Reads only.
create or replace function fn.exit_rested(p_now timestamptz, p_limit int)
returns table (order_id uuid, trade_id uuid, exit_intent_id uuid, then_at_market boolean)
language sql stable security definer set search_path = ''
as $$
  select o.id, o.trade_id, x.id, x.status = 'PLACED' and x.rest_then = 'MARKET'
  from public.orders o
  join public.exit_intents x on x.id = o.exit_intent_id
  join public.instruments i on i.id = x.instrument_id
  cross join lateral fn.market_session(i.market, p_now) s
  where o.kind = 'EXIT' and o.status in ('PLACED', 'PARTIALLY_FILLED') and s.is_open
    and (x.status in ('SUPERSEDED', 'CANCELLED', 'FAILED')
      or x.status = 'PLACED' and o.order_type = 'LIMIT' and x.rest_then in ('MARKET', 'WITHDRAW')
        and o.placed_at + x.rest_seconds * interval '1 second' <= p_now)
  order by o.trade_id limit p_limit
$$;

-- Cancels what has rested long enough: then it goes at market (fn.exit_order_outcome makes that order) or is withdrawn.
-- A refused cancel is asked again. Caller: worker. Returns {jobs}. Writes: exit_intents, orders.
create or replace function fn.exit_rest_sweep(p_limit int default 200) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_trades uuid[] := array(select r.trade_id from fn.exit_rested(fn.clock(), p_limit) r);
  v_one record;
  v_jobs jsonb := '[]';
begin
  if v_trades = '{}' then return '{"jobs": []}'; end if;
  perform fn.trade_lock(v_trades);
  for v_one in select r.* from fn.exit_rested(fn.clock(), p_limit) r where r.trade_id = any (v_trades) loop
    if v_one.then_at_market then
      update public.exit_intents x set order_type = 'MARKET' where x.id = v_one.exit_intent_id;
    end if;
    v_jobs := v_jobs || fn.order_cancel_request(v_one.order_id,
      jsonb_build_object('code', 'RESTED', 'exit_intent_id', v_one.exit_intent_id));
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

grant execute on function fn.exit_sweep(int, uuid), fn.exit_rest_sweep(int) to lockstep_worker;
grant execute on function fn.entries_halted_withdraw(int) to lockstep_worker, lockstep_stage;

reset role;
