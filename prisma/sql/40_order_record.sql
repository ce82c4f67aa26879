-- Orders, recorded: what the broker said, once, twice or out of order, and what follows when an order ends.
-- Entry point: fn.orders_record. Invariants: every change of state is one legal step with its event; a report that is
-- old or repeated changes nothing; only fills fill an order.

set local role lockstep_order;

-- What follows from an order that has just become final: its trade, intent or exit intent. Returns jobs.
-- Caller: stages 4 and 5, holding trade and order. Writes through their owners: trades, intents, deliveries, exits.
create or replace function fn.order_ended(p_order uuid, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_trade public.trades;
  v_jobs jsonb := '[]';
begin
  select * into strict v from public.orders where id = p_order;
  select * into v_trade from public.trades where id = v.trade_id;
  if v_trade.id is null then return v_jobs; end if;
  if v.kind = 'EXIT' then
    v_jobs := coalesce(fn.exit_order_outcome(p_order), '[]');
  elsif v.kind = 'ENTRY' and v.status <> 'FILLED' then
    v_jobs := fn.entry_replace(p_order, p_now);
    if v_jobs <> '[]' then return v_jobs; end if;
    if v_trade.entry_qty = 0 and v_trade.status in ('CREATED', 'ENTERING') then
      perform fn.trade_status_set(v_trade.id, case v.status when 'REJECTED' then 'REJECTED' else 'CANCELLED' end,
        jsonb_build_object('order_id', p_order, 'code', v.reject_code));
      if v.trade_intent_id is not null then
        perform fn.intent_failed(v.trade_intent_id, case v.status when 'EXPIRED' then 'EXPIRED' else 'FAILED' end,
          coalesce(v.reject_code, v.status));
      end if;
      return v_jobs || coalesce(fn.delivery_wake(v_trade.id), '[]');
    end if;
  end if;
  return v_jobs || fn.trade_settle(v_trade.id, p_now);
end
$$;

-- A lookup found nothing. A miss is not proof: n times, or once where the broker's misses are proof (p.is_proof). Then
-- the order is cancelled if that was wanted, sent again with the same id where the broker refuses duplicates
-- (p.resendable) and never confirmed it, and otherwise put before a person. Returns jobs.
-- Caller: fn.order_report. Writes: orders, order_events, quarantine.
create or replace function fn.order_missing(p_order uuid, p jsonb, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_asks constant int := 5;
begin
  update public.orders o set ask_count = o.ask_count + 1, updated_at = p_now,
    next_ask_at = p_now + fn.order_ask_delay(o.status, o.ask_count)
  where o.id = p_order and not fn.order_is_final(o.status) and o.status not in ('CREATED', 'SUBMITTING')
  returning * into v;
  if v.id is null or not ((p->>'is_proof')::boolean is true or v.ask_count >= v_asks) then return '[]'; end if;
  if v.broker_order_id is null and v.status = 'UNKNOWN' and v.cancel_wanted_at is not null then
    perform fn.order_move(p_order, 'CANCELLED', 'ABSENT', coalesce(v.cancel_cause, '{}'), p_now);
    return fn.order_ended(p_order, p_now);
  elsif v.broker_order_id is null and v.status = 'UNKNOWN' and (p->>'resendable')::boolean is true then
    update public.orders set absent_at = p_now, next_ask_at = p_now + interval '30 seconds' where id = p_order;
    return fn.job('order.place', p_order);
  end if;
  perform fn.order_move(p_order, fn.order_after_report(v.status, 'MISSING', v.filled_qty), 'MISSING', p, p_now);
  perform fn.quarantine_put(v.user_id, 'order', p_order, 'ORDER_MISSING',
    'The broker does not know this order, and it cannot safely be sent again.',
    jsonb_build_array(jsonb_build_object('status', v.status, 'asked', v.ask_count)));
  return '[]';
end
$$;

-- Takes one report into one order whose trade and row the caller has locked.
-- p: {outcome, broker_order_id?, code?, text?, via?, attempt?, worker?, is_proof?, resendable?}. Returns jobs.
-- Caller: fn.orders_record. Writes: orders, order_events and, through fn.order_ended, the rest.
create or replace function fn.order_report(p_order uuid, p jsonb, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_outcome text := p->>'outcome';
  v_to text;
begin
  select * into strict v from public.orders where id = p_order;
  -- An answer to an earlier sending says nothing about a later one, except that the order lives.
  if (p->>'attempt')::int <> v.attempt and v_outcome in ('REJECTED', 'LOST') then return '[]'; end if;
  update public.orders o set broker_order_id = coalesce(o.broker_order_id, p->>'broker_order_id'), updated_at = p_now,
    last_reconciled_at = case when p ? 'via' then p_now else o.last_reconciled_at end,
    last_reconciled_via = coalesce(p->>'via', o.last_reconciled_via)
  where o.id = p_order;
  if v_outcome = 'NOT_FOUND' then return fn.order_missing(p_order, p, p_now); end if;
  v_to := fn.order_after_report(v.status, v_outcome, v.filled_qty);
  if v_to = v.status then return fn.order_asked(p_order, v_outcome, p_now); end if;
  perform fn.order_move(p_order, v_to, v_outcome,
    case v_to when 'CANCELLED' then coalesce(v.cancel_cause, '{}') else '{}' end || (p - 'outcome' - 'order_id'), p_now);
  if v_outcome = 'CANCEL_REFUSED' then
    -- A new price is given up with its cancel; a withdrawal stays known, so that the entry is never replaced.
    update public.orders o set cancel_wanted_at = null, cancel_requested_at = null,
      cancel_cause = case when o.cancel_cause->>'act' in ('REPRICE', 'TO_MARKET') then null else o.cancel_cause end
    where o.id = p_order;
  elsif fn.order_is_final(v_to) then
    return fn.order_ended(p_order, p_now);
  elsif v_to = 'UNKNOWN' then
    return fn.job('order.refresh', p_order);
  end if;
  return fn.order_cancel_now(p_order, p_now);
end
$$;

-- A report that changed no state: the next time to ask. An order that lives at the broker under a final row of ours is
-- cancelled there (an acceptance that comes late is asked about first: it may say what was so); one whose cancel seems
-- not to have arrived is cancelled again. Returns jobs.
-- Caller: fn.order_report. Writes: orders.
create or replace function fn.order_asked(p_order uuid, p_outcome text, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
begin
  if p_outcome = 'ACCEPTED' and exists (select from public.orders o
    where o.id = p_order and o.status in ('CANCELLED', 'EXPIRED', 'REJECTED') and o.placed_at is null) then
    return fn.job('order.refresh', p_order);
  end if;
  if p_outcome not in ('OPEN', 'ASK_FAILED') then return '[]'; end if;
  update public.orders o set
    ask_count = case when p_outcome = 'OPEN' then o.ask_count + 1 else o.ask_count end,
    next_ask_at = case when not fn.order_is_final(o.status) and o.status <> 'CREATED'
      then p_now + fn.order_ask_delay(o.status, o.ask_count) end
  where o.id = p_order returning * into v;
  if p_outcome = 'OPEN' and (fn.order_is_final(v.status) or v.status = 'CANCEL_REQUESTED') then
    return fn.job('order.cancel', p_order);
  end if;
  return '[]';
end
$$;

-- Records what the broker said of orders: [{order_id | client_order_id | user_broker_id + broker_order_id, outcome,
-- broker_order_id?, code?, text?, via?, attempt?, is_proof?, resendable?}]; outcome ACCEPTED, OPEN, REJECTED, CANCELLED,
-- EXPIRED, CANCEL_REFUSED, LOST, NOT_FOUND or ASK_FAILED. Returns {recorded, unmatched: [reports], jobs}.
-- Locks: trades, then orders, in id order. Caller: worker. Writes: orders, order_events, more.
create or replace function fn.orders_record(p_results jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_found jsonb;
  v_lost jsonb;
  v_now timestamptz;
  v_row record;
  v_jobs jsonb := '[]';
begin
  select jsonb_agg(jsonb_build_object('id', o.id, 'trade', o.trade_id, 'report', r.value) order by o.id, r.n)
      filter (where o.id is not null), coalesce(jsonb_agg(r.value) filter (where o.id is null), '[]')
  into v_found, v_lost
  from jsonb_array_elements(p_results) with ordinality r(value, n)
  -- "offset 0": looked up by the index, one by one; as a plain join every order is read (a hundred reports are expected, one comes).
  left join lateral (select f.id, f.trade_id from public.orders f where f.id = fn.order_find(r.value) offset 0) o on true;
  -- The trades of all of them, also of those that stay alive: a batch of fills holds trades and takes their orders in its own order.
  perform fn.trade_lock(array(select distinct (f->>'trade')::uuid from jsonb_array_elements(v_found) f
    where f->>'trade' is not null order by 1));
  perform 1 from public.orders o
    where o.id = any (array(select (f->>'id')::uuid from jsonb_array_elements(v_found) f)) order by o.id for update;
  v_now := fn.clock();
  for v_row in select (f->>'id')::uuid as id, f->'report' as report from jsonb_array_elements(v_found) f loop
    v_jobs := v_jobs || fn.order_report(v_row.id, v_row.report, v_now);
  end loop;
  return jsonb_build_object('recorded', coalesce(jsonb_array_length(v_found), 0), 'unmatched', v_lost, 'jobs', v_jobs);
end
$$;

-- The order that a report or a fill speaks of: by our id, our client id, or the account and the broker's id.
-- Callers: stages 4, 5. Reads only.
create or replace function fn.order_find(p jsonb) returns uuid
language sql stable security definer set search_path = ''
as $$
  select coalesce(
    (select o.id from public.orders o where o.id = (p->>'order_id')::uuid),
    (select o.id from public.orders o where o.client_order_id = p->>'client_order_id'),
    (select o.id from public.orders o
      where o.user_broker_id = (p->>'user_broker_id')::uuid and o.broker_order_id = p->>'broker_order_id'))
$$;

grant execute on function fn.orders_record(jsonb) to lockstep_worker;
grant execute on function fn.order_ended(uuid, timestamptz), fn.order_find(jsonb) to lockstep_fill;

reset role;
