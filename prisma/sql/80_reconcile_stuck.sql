-- Stuck work: rows past their allowed age are replayed safely. Stale entries expire on the way, exits never do.
-- Entry point: fn.stuck_sweep. The table of ages is fn.stuck_ages; deliveries are swept by their own stage
-- (fn.deliveries_sweep), waiting and approved exits by theirs (fn.exit_sweep), SUBMITTING by fn.orders_lost.

set local role lockstep_reconcile;

-- How old a row may become in a state before it counts as stuck.
create or replace function fn.stuck_ages() returns table (what text, allowed interval)
language sql immutable
as $$
  values ('signal.fanout', interval '30 seconds'), ('signal.apply', interval '30 seconds'),
    ('order.place', interval '30 seconds'), ('exit.qualify', interval '30 seconds'),
    ('order.unresolved', interval '5 minutes'), ('trade.entering', interval '30 seconds')
$$;

-- Rows whose job was lost, oldest first, as jobs to do again: [{name, id, key}]. Caller: fn.stuck_sweep. Reads only.
create or replace function fn.stuck_jobs(p_now timestamptz, p_limit int) returns jsonb
language sql stable security definer set search_path = ''
as $$
  with late as (
    select a.what, p_now - a.allowed as before from fn.stuck_ages() a
  ), found as (
    (select l.what, s.id, s.recorded_at as since from late l join public.signals s on s.recorded_at < l.before
      where l.what = 'signal.fanout' and s.status = 'PUBLISHED' and s.action in ('ENTRY', 'ADD') and s.fanned_out_at is null
        and s.applied_at is not null)
    union all
    (select l.what, s.id, s.recorded_at from late l join public.signals s on s.recorded_at < l.before
      where l.what = 'signal.apply' and s.status = 'PUBLISHED' and s.applied_at is null)
    union all
    (select l.what, o.id, o.created_at from late l join public.orders o on o.created_at < l.before
      where l.what = 'order.place' and o.status = 'CREATED')
    union all
    (select l.what, x.id, x.created_at from late l join public.exit_intents x on x.created_at < l.before
      where l.what = 'exit.qualify' and x.status = 'PENDING' and x.waits_for is null)
    order by 3 limit p_limit
  )
  select coalesce(jsonb_agg(jsonb_build_object('name', f.what, 'id', f.id, 'key', f.id) order by f.since, f.id), '[]')
  from found f
$$;

-- Orders that could not be resolved within their time, put before a person. Returns how many are new.
-- Caller: fn.stuck_sweep. Writes: quarantine, alerts.
create or replace function fn.stuck_orders(p_now timestamptz, p_limit int) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  o record;
  v_count int := 0;
begin
  for o in
    select r.id, r.user_id, r.status, r.ask_count, r.kind from public.orders r
    join fn.stuck_ages() a on a.what = 'order.unresolved'
    where (r.status = 'UNKNOWN' and r.unknown_at < p_now - a.allowed
        or r.status = 'CANCEL_REQUESTED' and r.cancel_requested_at < p_now - a.allowed)
      and not exists (select from public.quarantine q where q.entity = 'order' and q.entity_id = r.id and q.resolved_at is null)
    order by r.id limit p_limit
  loop
    v_count := v_count + 1;
    perform fn.quarantine_put(o.user_id, 'order', o.id, 'ORDER_UNRESOLVED',
      format('An %s order could not be settled with the broker within 5 minutes; it is %s.', lower(o.kind), o.status),
      jsonb_build_array(jsonb_build_object('status', o.status, 'asked', o.ask_count, 'at', p_now)));
  end loop;
  return v_count;
end
$$;

-- Trades that wait for an entry order which no longer exists: cancelled, with their intents. Returns jobs.
-- Caller: fn.stuck_sweep. Writes through their owners: trades, trade_intents, signal_deliveries.
create or replace function fn.stuck_trades(p_now timestamptz, p_limit int) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_ids uuid[];
  t public.trades;
  v_jobs jsonb := '[]';
begin
  select array_agg(s.id) into v_ids from (
    select r.id from public.trades r join fn.stuck_ages() a on a.what = 'trade.entering'
    where r.status in ('CREATED', 'ENTERING') and r.updated_at < p_now - a.allowed
      and not exists (select from public.orders o where o.trade_id = r.id and not fn.order_is_final(o.status))
    order by r.id limit p_limit) s;
  perform fn.trade_lock(v_ids);
  for t in select r.* from public.trades r where r.id = any (v_ids) and r.status in ('CREATED', 'ENTERING')
      and not exists (select from public.orders o where o.trade_id = r.id and not fn.order_is_final(o.status))
    order by r.id
  loop
    perform fn.trade_status_set(t.id, 'CANCELLED', '{"code": "NO_ENTRY_ORDER"}');
    if t.trade_intent_id is not null then
      perform fn.intent_failed(t.trade_intent_id, 'FAILED', 'NO_ENTRY_ORDER');
    end if;
    v_jobs := v_jobs || coalesce(fn.delivery_wake(t.id), '[]');
  end loop;
  return v_jobs;
end
$$;

-- Finds what is stuck and sets it going again. Returns {found, quarantined, jobs}. Caller: worker (every 10 s).
-- Writes: quarantine, alerts and, through their owners, trades and what follows.
create or replace function fn.stuck_sweep(p_limit int default 500) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_jobs jsonb;
  v_quarantined int;
begin
  v_jobs := fn.stuck_jobs(v_now, p_limit);
  v_quarantined := fn.stuck_orders(v_now, p_limit);
  v_jobs := v_jobs || fn.stuck_trades(v_now, p_limit);
  return jsonb_build_object('found', jsonb_array_length(v_jobs), 'quarantined', v_quarantined, 'jobs', v_jobs);
end
$$;

grant execute on function fn.stuck_ages() to lockstep_stage, lockstep_worker;
grant execute on function fn.stuck_sweep(int) to lockstep_worker;

reset role;
