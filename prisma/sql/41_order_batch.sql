-- Entry orders of a batch of decisions, created by one statement.
-- Entry point: fn.entry_orders_create. Invariant: what it writes is what fn.order_create writes, order by order.

set local role lockstep_order;

-- Creates the entry order of each of these approved intents, whose trades exist and have none yet; returns the jobs that
-- place them, in intent order. Caller: stage 3, in the deciding transaction. Writes: orders, order_events.
create or replace function fn.entry_orders_create(p_intents uuid[], p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_jobs jsonb;
begin
  with made as (
    insert into public.orders (id, user_id, user_broker_id, instrument_id, trade_id, trade_intent_id, kind, origin, side,
      order_type, qty, limit_price, reserve_price, client_order_id, seed_key, expires_at, next_reprice_at, created_at, updated_at)
    select n.order_id, n.user_id, n.user_broker_id, n.instrument_id, t.id, n.id, 'ENTRY', 'SIGNAL',
      case n.direction when 'LONG' then 'BUY' else 'SELL' end, n.order_type, n.qty, n.limit_price, n.reserve_price,
      fn.client_order_id(n.order_id), concat_ws('|', s.dedupe_key, b.ordinal, 0),
      case when n.order_type = 'LIMIT' then p_now + c.entry_ttl_seconds * interval '1 second' end,
      -- The reprices are spread evenly over the entry's time to live.
      case when n.order_type = 'LIMIT' then p_now + c.entry_ttl_seconds / (c.entry_reprices + 1.0) * interval '1 second' end,
      p_now, p_now
    from (select i.*, uuidv7() as order_id from public.trade_intents i where i.id = any (p_intents) order by i.id) n
    join public.trades t on t.trade_intent_id = n.id
    join public.signals s on s.id = n.signal_id
    join public.user_brokers b on b.id = n.user_broker_id
    join public.subscriptions c on c.id = n.subscription_id
    order by n.id
    returning id, user_id, trade_intent_id
  ), told as (
    insert into public.order_events (order_id, user_id, to_status, event, cause, at)
    select m.id, m.user_id, 'CREATED', 'CREATED', '{}', p_now from made m order by m.trade_intent_id
  )
  select jsonb_agg(jsonb_build_object('name', 'order.place', 'id', m.id) order by m.trade_intent_id) into v_jobs from made m;
  return coalesce(v_jobs, '[]');
end
$$;

grant execute on function fn.entry_orders_create(uuid[], timestamptz) to lockstep_intent;

reset role;
