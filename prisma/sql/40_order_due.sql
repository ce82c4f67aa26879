-- Orders whose state is in doubt or that have not been looked at for a while.
-- Entry points: fn.orders_lost (SUBMITTING whose sender is gone), fn.orders_due (whom to ask about), fn.orders_unsent.

set local role lockstep_order;

-- SUBMITTING orders whose worker has not been heard of for 15 s, or that are older than 30 s, become UNKNOWN.
-- Returns jobs [order.refresh]. Caller: worker (order.reconcile, at start). Writes: orders, order_events.
create or replace function fn.orders_lost(p_limit int) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_id uuid;
  v_jobs jsonb := '[]';
begin
  for v_id in
    select o.id from public.orders o left join public.worker_heartbeats h on h.worker = o.claimed_by
    where o.status = 'SUBMITTING' and (o.claimed_at < v_now - interval '30 seconds' or h.stopped_at >= o.claimed_at
      or greatest(h.beat_at, o.claimed_at) < v_now - interval '15 seconds' and h.worker is not null)
    order by o.id limit p_limit for update of o skip locked
  loop
    perform fn.order_move(v_id, 'UNKNOWN', 'LOST', '{"code": "SENDER_GONE"}', v_now);
    v_jobs := v_jobs || fn.job('order.refresh', v_id);
  end loop;
  return v_jobs;
end
$$;

-- Claims the live orders that are due to be asked about, exits first: each is handed out once per waiting time.
-- Caller: worker (order.reconcile). Writes: orders.
create or replace function fn.orders_due(p_limit int) returns setof uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
begin
  return query
  with due as (
    select o.id from public.orders o
    where o.status in ('UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED') and o.next_ask_at <= v_now
    order by o.kind = 'ENTRY', o.next_ask_at, o.id limit p_limit for update skip locked
  )
  update public.orders o set next_ask_at = v_now + fn.order_ask_delay(o.status, o.ask_count)
  from due where o.id = due.id
  returning o.id;
end
$$;

-- Makes every live order of an account due at once: after a gap in its stream, or at a worker's start.
-- Caller: worker. Writes: orders.
create or replace function fn.orders_due_now(p_user_broker uuid) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_count int;
begin
  update public.orders o set next_ask_at = v_now
  where o.id in (select l.id from public.orders l where l.user_broker_id = p_user_broker
      and l.status in ('UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED') and l.next_ask_at > v_now
    order by l.id for update);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

grant execute on function fn.orders_lost(int), fn.orders_due(int), fn.orders_due_now(uuid) to lockstep_worker;

reset role;
