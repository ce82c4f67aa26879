-- Orders, cancelled: a wish that is carried out as soon as the order is known.
-- Entry points: fn.order_cancel_request, fn.trade_entries_withdraw, fn.orders_to_cancel.

set local role lockstep_order;

-- Moves a resting order with a cancel wish to CANCEL_REQUESTED. Returns jobs [order.cancel] or [].
-- Caller: stages 4 and 5, holding the order. Writes: orders, order_events.
create or replace function fn.order_cancel_now(p_order uuid, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_cause jsonb;
begin
  select coalesce(o.cancel_cause, '{}') into v_cause from public.orders o
  where o.id = p_order and o.cancel_wanted_at is not null and o.status in ('PLACED', 'PARTIALLY_FILLED');
  if not found then return '[]'; end if;
  perform fn.order_move(p_order, 'CANCEL_REQUESTED', 'CANCEL_REQUESTED', v_cause, p_now);
  return fn.job('order.cancel', p_order);
end
$$;

-- Asks for an order's cancellation. CREATED is cancelled here and now; PLACED and PARTIALLY_FILLED become
-- CANCEL_REQUESTED; for SUBMITTING and UNKNOWN the wish is kept until the order is known; final orders stay. The newest
-- wish's cause stands, except that repricing never replaces a real withdrawal. Returns jobs.
-- Callers: stages 3, 4, 7, holding the trade (locked here otherwise). Writes: orders, order_events and what follows.
create or replace function fn.order_cancel_request(p_order uuid, p_cause jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_now timestamptz;
begin
  perform fn.trade_lock(array(select o.trade_id from public.orders o where o.id = p_order and o.trade_id is not null));
  select * into v from public.orders o where o.id = p_order for update;
  if v.id is null or fn.order_is_final(v.status) then return '[]'; end if;
  v_now := fn.clock();
  if v.status = 'CREATED' then
    perform fn.order_move(p_order, 'CANCELLED', 'CANCELLED', p_cause, v_now);
    return fn.order_ended(p_order, v_now);
  end if;
  update public.orders o set cancel_wanted_at = coalesce(o.cancel_wanted_at, v_now), updated_at = v_now,
    cancel_cause = case when o.cancel_cause is not null and coalesce(p_cause->>'act', '') in ('REPRICE', 'TO_MARKET')
      then o.cancel_cause else coalesce(p_cause, '{}') end
  where o.id = p_order;
  return fn.order_cancel_now(p_order, v_now);
end
$$;

-- Withdraws what is unfilled of a trade's entry, wherever it is. Returns jobs.
-- Callers: stages 1, 3, 7, and the switches. Writes: see fn.order_cancel_request.
create or replace function fn.trade_entries_withdraw(p_trade uuid, p_cause jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
  v_jobs jsonb := '[]';
begin
  perform fn.trade_lock(array[p_trade]);
  for v_id in select o.id from public.orders o
    where o.trade_id = p_trade and o.kind = 'ENTRY' and not fn.order_is_final(o.status) order by o.id loop
    v_jobs := v_jobs || fn.order_cancel_request(v_id, p_cause);
  end loop;
  return v_jobs;
end
$$;

-- What is needed to speak to the broker about orders, for cancelling and for asking: our view of each.
-- Caller: worker. Reads only.
create or replace function fn.orders_view(p_ids uuid[]) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', o.id, 'user_id', o.user_id, 'user_broker_id', o.user_broker_id, 'broker', b.broker, 'kind', o.kind,
    'status', o.status, 'client_order_id', o.client_order_id, 'broker_order_id', o.broker_order_id, 'symbol', i.symbol,
    'instrument_id', o.instrument_id, 'side', o.side, 'order_type', o.order_type, 'qty', o.qty::text,
    'filled_qty', o.filled_qty::text, 'filled_value', o.filled_value::text, 'multiplier', i.multiplier::text,
    'attempt', o.attempt, 'claimed_at', o.claimed_at, 'created_at', o.created_at) order by o.kind = 'ENTRY', o.id), '[]')
  from public.orders o
  join public.user_brokers b on b.id = o.user_broker_id
  join public.instruments i on i.id = o.instrument_id
  where o.id = any (p_ids)
$$;

grant execute on function fn.order_cancel_request(uuid, jsonb), fn.trade_entries_withdraw(uuid, jsonb)
  to lockstep_stage, lockstep_worker;
grant execute on function fn.orders_view(uuid[]) to lockstep_worker;
grant execute on function fn.order_cancel_now(uuid, timestamptz) to lockstep_fill;

reset role;
