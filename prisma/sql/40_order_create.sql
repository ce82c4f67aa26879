-- Orders: creation, and the one function through which a state changes.
-- Entry points: fn.order_create (stages 3 and 7), fn.order_move (this stage and stage 5).

set local role lockstep_order;

-- What the paper broker's randomness is derived from: dedupe key of the signal, account, number of the order within
-- its trade. No id of ours is in it, so that a replay repeats.
create or replace function fn.order_seed(p_trade uuid) returns text
language sql stable security definer set search_path = ''
as $$
  select concat_ws('|', s.dedupe_key, b.ordinal, (select count(*) from public.orders o where o.trade_id = t.id))
  from public.trades t
  join public.user_brokers b on b.id = t.user_broker_id
  left join public.signals s on s.id = t.signal_id
  where t.id = p_trade
$$;

-- Creates an order in state CREATED. Keys of p are the columns of orders; id, client_order_id, seed_key and the times
-- of a resting entry limit are made here when absent. A repeat with the same id returns it and changes nothing.
-- Callers: stages 3, 4, 7 (holding the trade). Writes: orders, order_events.
-- Raises 23505 one_live_entry_order_per_trade, one_live_exit_order_per_trade.
create or replace function fn.order_create(p jsonb) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders := jsonb_populate_record(null::public.orders, p);
  v_now timestamptz := fn.clock();
begin
  v.id := coalesce(v.id, uuidv7());
  if v.kind = 'ENTRY' and v.order_type = 'LIMIT' then
    -- The reprices are spread evenly over the entry's time to live.
    select coalesce(v.expires_at, v_now + s.entry_ttl_seconds * interval '1 second'),
      v_now + s.entry_ttl_seconds / (s.entry_reprices + 1.0) * interval '1 second'
    into v.expires_at, v.next_reprice_at
    from public.trades t join public.subscriptions s on s.id = t.subscription_id where t.id = v.trade_id;
  end if;
  insert into public.orders (id, user_id, user_broker_id, instrument_id, trade_id, trade_intent_id, exit_intent_id,
    replaces_order_id, kind, origin, side, order_type, qty, limit_price, stop_price, time_in_force, reserve_price,
    client_order_id, seed_key, reprices, expires_at, next_reprice_at, created_at, updated_at)
  values (v.id, v.user_id, v.user_broker_id, v.instrument_id, v.trade_id, v.trade_intent_id, v.exit_intent_id,
    v.replaces_order_id, v.kind, coalesce(v.origin, case v.kind when 'ENTRY' then 'SIGNAL' else 'EXIT' end), v.side,
    v.order_type, v.qty, v.limit_price, v.stop_price, coalesce(v.time_in_force, 'GTC'), v.reserve_price,
    coalesce(v.client_order_id, fn.client_order_id(v.id)),
    coalesce(nullif(v.seed_key, ''), fn.order_seed(v.trade_id), ''), coalesce(v.reprices, 0), v.expires_at, v.next_reprice_at,
    v_now, v_now)
  on conflict (id) do nothing;
  if found then
    insert into public.order_events (order_id, user_id, to_status, event, cause, at)
    values (v.id, v.user_id, 'CREATED', 'CREATED', '{}', v_now);
  end if;
  return v.id;
end
$$;

-- Moves an order whose row the caller has locked, with its times and its event row; a move to its own state does
-- nothing. p_cause: {code, text, ...}. Callers: stages 4, 5. Writes: orders, order_events, event_log. Raises LKTRN.
create or replace function fn.order_move(p_order uuid, p_to text, p_event text, p_cause jsonb, p_now timestamptz)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_from text;
  v_user uuid;
  v_trade uuid;
begin
  update public.orders o set
    status = p_to, updated_at = p_now, ask_count = 0, absent_at = null,
    next_ask_at = case when fn.order_is_final(p_to) then null
      when p_to = 'UNKNOWN' then p_now else p_now + fn.order_ask_delay(p_to, 0) end,
    placed_at = case when p_to in ('PLACED', 'PARTIALLY_FILLED') then coalesce(o.placed_at, p_now) else o.placed_at end,
    unknown_at = case when p_to = 'UNKNOWN' then coalesce(o.unknown_at, p_now)
      when p_to = 'SUBMITTING' then o.unknown_at end,
    cancel_requested_at = case when p_to = 'CANCEL_REQUESTED' then p_now else o.cancel_requested_at end,
    ended_at = case when fn.order_is_final(p_to) then p_now end,
    reject_code = case when p_to in ('DENIED', 'REJECTED', 'EXPIRED', 'CANCELLED')
      then coalesce(p_cause->>'code', o.reject_code, case when p_to in ('DENIED', 'REJECTED') then 'OTHER' end)
      else o.reject_code end,
    reject_text = coalesce(case when fn.order_is_final(p_to) then p_cause->>'text' end, o.reject_text)
  where o.id = p_order and o.status <> p_to
  returning old.status, new.user_id, new.trade_id into v_from, v_user, v_trade;
  if not found then return; end if;
  insert into public.order_events (order_id, user_id, from_status, to_status, event, cause, at)
  values (p_order, v_user, v_from, p_to, p_event, coalesce(p_cause, '{}'), p_now);
  if v_from in ('UNKNOWN', 'CANCEL_REQUESTED') and p_to <> 'SUBMITTING' then
    perform fn.quarantine_clear('order', p_order, p_to);
  end if;
  perform fn.event_append(v_user, 'order', 'order', p_order, jsonb_build_object('status', p_to, 'trade_id', v_trade));
end
$$;

-- Takes one fill into its order: sums, overfill, state. p_over: the part of it that the trade could not take (an
-- over-exit). The caller holds positions and trade. Returns the order as it is then.
-- Caller: stage 5. Writes: orders, order_events, event_log.
create or replace function fn.order_fill(p_order uuid, p_qty numeric, p_over numeric, p_value numeric, p_fee numeric,
  p_broker_order_id text, p_cause jsonb, p_now timestamptz)
returns public.orders
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_from text;
  v_filled numeric;
  v_to text;
begin
  select * into strict v from public.orders where id = p_order for update;
  v_from := v.status;
  v_filled := v.filled_qty + p_qty;
  v_to := fn.order_after_fill(v_from, v_filled, v.qty);
  -- The state and the sum change together: a CHECK holds FILLED and full quantity to each other.
  update public.orders o set
    filled_qty = v_filled, overfill_qty = greatest(o.overfill_qty + p_over, v_filled - o.qty, 0),
    filled_value = o.filled_value + p_value, fees = o.fees + p_fee,
    broker_order_id = coalesce(o.broker_order_id, p_broker_order_id),
    status = v_to, updated_at = p_now, ask_count = 0, absent_at = null,
    next_ask_at = case when fn.order_is_final(v_to) then null
      when v_to <> o.status then p_now + fn.order_ask_delay(v_to, 0) else o.next_ask_at end,
    placed_at = coalesce(o.placed_at, p_now),
    unknown_at = case when v_to = o.status then o.unknown_at end,
    ended_at = case when v_to <> o.status and fn.order_is_final(v_to) then p_now else o.ended_at end
  where o.id = p_order
  returning o.* into v;
  if v_to <> v_from then
    insert into public.order_events (order_id, user_id, from_status, to_status, event, cause, at)
    values (p_order, v.user_id, v_from, v_to, 'FILL', coalesce(p_cause, '{}'), p_now);
    perform fn.quarantine_clear('order', p_order, v_to) where v_from in ('UNKNOWN', 'CANCEL_REQUESTED');
    perform fn.event_append(v.user_id, 'order', 'order', p_order, jsonb_build_object('status', v_to, 'trade_id', v.trade_id));
  end if;
  return v;
end
$$;

grant execute on function fn.order_create(jsonb) to lockstep_stage;
grant execute on function fn.order_seed(uuid) to lockstep_order;
grant execute on function fn.order_move(uuid, text, text, jsonb, timestamptz),
  fn.order_fill(uuid, numeric, numeric, numeric, numeric, text, jsonb, timestamptz) to lockstep_fill;

reset role;
