-- Invariants of stages 4 and 5: orders and fills.

set local role lockstep_reconcile;

-- Orders against their intents and their own quantities. Caller: fn.invariants. Reads only.
create or replace function fn.invariants_orders()
returns table (name text, entity text, id text, detail text)
language sql stable security definer set search_path = ''
as $$
  select 'one_live_order_per_intent', 'orders', min(o.id::text), count(*)::text
  from public.orders o
  where o.status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED')
  group by coalesce(o.trade_intent_id, o.exit_intent_id), o.kind having count(*) > 1 and coalesce(o.trade_intent_id, o.exit_intent_id) is not null
  union all
  select 'one_live_order_per_trade', 'orders', min(o.id::text), o.kind
  from public.orders o
  where o.status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED') and o.trade_id is not null
  group by o.trade_id, o.kind having count(*) > 1
  union all
  select 'order_has_an_intent', 'orders', o.id::text, o.kind || ' ' || o.origin
  from public.orders o
  where o.origin not in ('IMPORT', 'EXTERNAL', 'OVERFILL', 'NATIVE') and o.trade_intent_id is null and o.exit_intent_id is null
  union all
  select 'state_agrees_with_quantity', 'orders', o.id::text, o.status || ' ' || o.filled_qty || ' of ' || o.qty
  from public.orders o
  where (o.status = 'FILLED') <> (o.filled_qty >= o.qty)
    or (o.status = 'PARTIALLY_FILLED' and o.filled_qty = 0)
    or (o.status in ('CREATED', 'DENIED') and o.filled_qty > 0)
    or o.filled_qty > o.qty + o.overfill_qty
  union all
  select 'order_is_sent_soon', 'orders', o.id::text, o.status
  from public.orders o
  where (o.status = 'CREATED' and o.created_at < fn.clock() - interval '60 seconds')
    or (o.status = 'SUBMITTING' and o.claimed_at < fn.clock() - interval '60 seconds')
  union all
  select 'unknown_order_is_settled_or_quarantined', 'orders', o.id::text, o.status
  from public.orders o
  where ((o.status = 'UNKNOWN' and o.unknown_at < fn.clock() - interval '6 minutes')
      or (o.status = 'CANCEL_REQUESTED' and o.cancel_requested_at < fn.clock() - interval '6 minutes'))
    and not exists (select from public.quarantine q where q.entity = 'order' and q.entity_id = o.id and q.resolved_at is null)
  union all
  select 'disabled_account_sends_no_entry', 'orders', o.id::text, o.submitted_at::text
  from public.orders o join public.user_brokers b on b.id = o.user_broker_id
  where o.kind = 'ENTRY' and b.disabled_at is not null and o.submitted_at > b.disabled_at
  union all
  select 'history_is_legal', 'order_events', e.id::text, e.from_status || ' → ' || e.to_status
  from public.order_events e
  where e.from_status is not null and e.from_status <> e.to_status and not fn.order_next_ok(e.from_status, e.to_status)
  union all
  select 'order_is_of_its_tenant', 'orders', o.id::text, ''
  from public.orders o join public.user_brokers b on b.id = o.user_broker_id where b.user_id <> o.user_id
$$;

-- Fills against their orders. Caller: fn.invariants. Reads only.
create or replace function fn.invariants_fills()
returns table (name text, entity text, id text, detail text)
language sql stable security definer set search_path = ''
as $$
  select 'fill_counts_once', 'trade_fills', min(f.id::text), f.broker_fill_id
  from public.trade_fills f group by f.user_broker_id, f.broker_fill_id having count(*) > 1
  union all
  select 'fills_sum_to_their_order', 'orders', o.id::text, coalesce(sum(f.qty), 0) || ' filled, order says ' || o.filled_qty
  from public.orders o left join public.trade_fills f on f.order_id = o.id
  group by o.id, o.filled_qty having coalesce(sum(f.qty), 0) <> o.filled_qty
  union all
  select 'fill_value_sums_to_its_order', 'orders', o.id::text, o.filled_value::text
  from public.orders o join public.trade_fills f on f.order_id = o.id
  group by o.id, o.filled_value, o.fees
  having sum(round(f.qty * f.price * f.multiplier, 8)) <> o.filled_value or sum(f.fee) <> o.fees
  union all
  select 'fill_is_of_its_tenant', 'trade_fills', f.id::text, ''
  from public.trade_fills f join public.orders o on o.id = f.order_id
  where o.user_id <> f.user_id or o.user_broker_id <> f.user_broker_id
  union all
  select 'numbers_are_sane', 'trade_fills', f.id::text, f.price || ' × ' || f.qty
  from public.trade_fills f join public.instruments i on i.id = f.instrument_id
  where (f.price <= 0 and not i.allows_negative) or f.qty = 0 or mod(f.qty, i.lot_size) <> 0
$$;

reset role;
