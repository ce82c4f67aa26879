-- Orders, claimed for sending: the last moment at which an entry can be refused.
-- Entry point: fn.orders_claim. Invariants: an account that is halted, frozen or disabled sends no entry from the
-- commit of its switch on; an exit is never refused here; one claimer wins an order.

set local role lockstep_order;

-- Why an entry may not be sent now, or null: {id, code, to}. CREATED becomes DENIED or EXPIRED; an order that the broker
-- was found not to have becomes CANCELLED. A replacement has the entry's own time to live, the first order its signal's.
-- Caller: fn.orders_claim, under the gate and the trades' locks. Reads only.
create or replace function fn.entries_refused(p_ids uuid[], p_accounts uuid[], p_now timestamptz)
returns table (id uuid, code text, next_status text)
language sql stable security definer set search_path = ''
as $$
  with blocked as (
    select g.user_broker_id as account, min(g.code) as code from fn.accounts_operational(p_accounts) g group by g.user_broker_id
  ), judged as (
    select o.id, o.status, case
      when p_now >= case when o.replaces_order_id is null then d.expires_at else coalesce(o.expires_at, 'infinity') end
        then 'SIGNAL_EXPIRED' else b.code end as code
    from public.orders o
    left join public.trade_intents i on i.id = o.trade_intent_id
    left join public.signal_deliveries d on d.id = i.signal_delivery_id
    left join blocked b on b.account = o.user_broker_id
    where o.id = any (p_ids) and o.kind = 'ENTRY'
      and (o.status = 'CREATED' or o.status = 'UNKNOWN' and o.absent_at is not null)
  )
  select j.id, j.code, case when j.status = 'UNKNOWN' then 'CANCELLED'
    when j.code = 'SIGNAL_EXPIRED' then 'EXPIRED' else 'DENIED' end
  from judged j where j.code is not null
$$;

-- What the sender needs of orders just claimed, exits first. Caller: fn.orders_claim. Reads only.
create or replace function fn.orders_to_send(p_ids uuid[]) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', o.id, 'user_id', o.user_id, 'user_broker_id', o.user_broker_id, 'broker', b.broker, 'kind', o.kind,
    'attempt', o.attempt, 'client_order_id', o.client_order_id, 'seed_key', o.seed_key,
    'instrument_id', o.instrument_id, 'symbol', i.symbol, 'asset_class', i.asset_class, 'side', o.side,
    'order_type', o.order_type, 'time_in_force', o.time_in_force, 'qty', o.qty::text,
    'limit_price', o.limit_price::text, 'stop_price', o.stop_price::text, 'trade_id', o.trade_id)
    order by o.kind = 'ENTRY', o.created_at, o.id), '[]')
  from public.orders o
  join public.user_brokers b on b.id = o.user_broker_id
  join public.instruments i on i.id = o.instrument_id
  where o.id = any (p_ids)
$$;

-- Claims orders for sending: CREATED (or UNKNOWN and known to be absent at the broker) → SUBMITTING, with attempt and
-- claimer. Entries that may not go become DENIED, EXPIRED or CANCELLED, and their intents FAILED or EXPIRED.
-- Returns {orders: [to send, exits first], refused: [ids], jobs}. Locks: gate, trades of entries, intents, orders.
-- Caller: worker (order.place). Writes: orders, order_events and, through their owners, trades and intents.
create or replace function fn.orders_claim(p_ids uuid[], p_worker text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_accounts uuid[];
  v_trades uuid[];
  v_now timestamptz;
  v_no record;
  v_refused uuid[] := '{}';
  v_sent uuid[];
  v_jobs jsonb := '[]';
begin
  select array_agg(distinct o.user_broker_id order by o.user_broker_id),
    array_agg(distinct o.trade_id order by o.trade_id) filter (where o.kind = 'ENTRY')
  into v_accounts, v_trades
  from public.orders o where o.id = any (p_ids) and o.status in ('CREATED', 'UNKNOWN');
  if v_accounts is null then
    return jsonb_build_object('orders', '[]'::jsonb, 'refused', '[]'::jsonb, 'jobs', '[]'::jsonb);
  end if;
  perform fn.account_gate(v_accounts);
  perform fn.trade_lock(v_trades);
  v_now := fn.clock();
  for v_no in select r.* from fn.entries_refused(p_ids, v_accounts, v_now) r order by r.id loop
    v_jobs := v_jobs || fn.entry_refuse(v_no.id, v_no.next_status, v_no.code, v_now);
    v_refused := v_refused || v_no.id;
  end loop;
  perform 1 from public.orders o where o.id = any (p_ids) order by o.id for update;
  with sent as (
    update public.orders o set status = 'SUBMITTING', claimed_by = p_worker, claimed_at = v_now, attempt = o.attempt + 1,
      submitted_at = v_now, absent_at = null, updated_at = v_now, ask_count = 0,
      next_ask_at = v_now + interval '30 seconds'
    where o.id = any (p_ids) and o.cancel_wanted_at is null and o.id <> all (v_refused)
      and (o.status = 'CREATED' or o.status = 'UNKNOWN' and o.absent_at is not null and o.broker_order_id is null)
    returning old.status as was, o.id, o.user_id, o.attempt
  ), told as (
    insert into public.order_events (order_id, user_id, from_status, to_status, event, cause, at)
    select s.id, s.user_id, s.was, 'SUBMITTING', 'CLAIMED',
      jsonb_build_object('worker', p_worker, 'attempt', s.attempt), v_now
    from sent s order by s.id
  )
  select coalesce(array_agg(s.id), '{}') into v_sent from sent s;
  perform fn.trades_entering(v_trades, v_now);
  return jsonb_build_object('orders', fn.orders_to_send(v_sent), 'refused', to_jsonb(v_refused), 'jobs', v_jobs);
end
$$;

-- Refuses one entry that was not sent. Caller: fn.orders_claim, under the trade's lock. Returns jobs.
-- Writes: orders, order_events and, through their owners, trades, intents, deliveries.
create or replace function fn.entry_refuse(p_order uuid, p_to text, p_code text, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform fn.order_move(p_order, p_to, 'REFUSED', jsonb_build_object('code', p_code), p_now);
  return fn.order_ended(p_order, p_now);
end
$$;

grant execute on function fn.orders_claim(uuid[], text) to lockstep_worker;

reset role;
