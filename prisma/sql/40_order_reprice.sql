-- Resting entry limits: moved with the market up to N times, then market, cancelled or left, within a time to live.
-- Entry point: fn.entries_reprice. Invariant: a new price is a confirmed cancel and then a new row for the rest, so one
-- live entry order per trade always holds; a replacement never reserves more money than the decision approved.

set local role lockstep_order;

-- The limit that an entry would have now: at the touch, moved through it by the subscription's offset, on the tick.
-- Null without a good quote. Caller: this file. Reads only.
create or replace function fn.entry_limit_now(p_trade uuid, p_side text) returns numeric
language sql stable security definer set search_path = ''
as $$
  select fn.price_round(case p_side
      when 'BUY' then q.ask + abs(q.ask) * s.entry_offset_bps / 10000
      else q.bid - abs(q.bid) * s.entry_offset_bps / 10000 end, i.tick_size, p_side)
  from public.trades t
  join public.subscriptions s on s.id = t.subscription_id
  join public.instruments i on i.id = t.instrument_id
  cross join lateral fn.quote_state(t.instrument_id) q
  where t.id = p_trade and q.is_good and q.bid is not null and q.ask is not null
$$;

-- After a confirmed cancel for a new price: the order for the rest, or nothing when the entry is no longer wanted, no
-- good quote is there, or the money approved does not reach for one lot. Returns jobs [order.place] or [].
-- Caller: fn.order_ended, holding trade and order. Writes: orders, order_events.
create or replace function fn.entry_replace(p_order uuid, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_trade public.trades;
  v_limit numeric;
  v_reserve numeric;
  v_rest numeric;
  v_market boolean;
begin
  select * into strict v from public.orders where id = p_order;
  if v.status <> 'CANCELLED' or coalesce(v.cancel_cause->>'act', '') not in ('REPRICE', 'TO_MARKET') then return '[]'; end if;
  select * into strict v_trade from public.trades where id = v.trade_id;
  if v_trade.exit_wish_reason is not null or v_trade.status not in ('ENTERING', 'OPEN') then return '[]'; end if;
  v_market := v.cancel_cause->>'act' = 'TO_MARKET';
  v_limit := fn.entry_limit_now(v.trade_id, v.side);
  v_reserve := case when v_market then v_limit * 1.03 else v_limit end;
  select fn.qty_floor(least(v.qty - v.filled_qty,
      (i.qty * i.reserve_price - v_trade.entry_value / v_trade.multiplier) / v_reserve), n.lot_size)
  into v_rest
  from public.trade_intents i join public.instruments n on n.id = i.instrument_id where i.id = v.trade_intent_id;
  if v_rest is null or v_rest <= 0 then return '[]'; end if;
  return fn.job('order.place', fn.order_create(jsonb_build_object(
    'user_id', v.user_id, 'user_broker_id', v.user_broker_id, 'instrument_id', v.instrument_id, 'trade_id', v.trade_id,
    'trade_intent_id', v.trade_intent_id, 'replaces_order_id', v.id, 'kind', v.kind, 'origin', v.origin, 'side', v.side,
    'order_type', case when v_market then 'MARKET' else 'LIMIT' end, 'qty', v_rest,
    'limit_price', case when v_market then null else v_limit end, 'time_in_force', v.time_in_force,
    'reserve_price', v_reserve, 'reprices', v.reprices + 1,
    'expires_at', case when v_market then p_now + interval '30 seconds' else v.expires_at end)));
end
$$;

-- One resting entry limit that is due, its trade and row locked: cancelled for a new price, for the market or for good,
-- or left. Returns jobs. Caller: fn.entries_reprice. Writes: orders, order_events.
create or replace function fn.entry_reprice(p_order uuid, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_sub public.subscriptions;
  v_limit numeric;
begin
  select * into v from public.orders o where o.id = p_order and o.status in ('PLACED', 'PARTIALLY_FILLED')
    and o.cancel_wanted_at is null and least(o.next_reprice_at, o.expires_at) <= p_now for update;
  if v.id is null then return '[]'; end if;
  select s.* into strict v_sub
  from public.trades t join public.subscriptions s on s.id = t.subscription_id where t.id = v.trade_id;
  if p_now >= v.expires_at then
    if v_sub.entry_after_reprices = 'LEAVE' then
      update public.orders set next_reprice_at = null, expires_at = null where id = p_order;
      return '[]';
    end if;
    return fn.order_cancel_request(p_order, jsonb_build_object('code', 'ENTRY_TTL',
      'act', case v_sub.entry_after_reprices when 'MARKET' then 'TO_MARKET' else 'EXPIRE' end));
  end if;
  v_limit := fn.entry_limit_now(v.trade_id, v.side);
  if v.reprices < v_sub.entry_reprices and v_limit <> v.limit_price then
    return fn.order_cancel_request(p_order, jsonb_build_object('act', 'REPRICE', 'code', 'REPRICED', 'to', v_limit::text));
  end if;
  update public.orders set next_reprice_at = least(expires_at,
    p_now + v_sub.entry_ttl_seconds / (v_sub.entry_reprices + 1.0) * interval '1 second') where id = p_order;
  return '[]';
end
$$;

-- Looks after resting entry limits whose time has come. Returns jobs [order.cancel].
-- Caller: worker (order.reconcile). Locks: trades, then orders, in id order. Writes: orders, order_events.
create or replace function fn.entries_reprice(p_limit int) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_due uuid[];
  v_id uuid;
  v_jobs jsonb := '[]';
begin
  select array_agg(d.id) into v_due from (
    select o.id from public.orders o
    where o.kind = 'ENTRY' and o.order_type = 'LIMIT' and o.status in ('PLACED', 'PARTIALLY_FILLED')
      and o.next_reprice_at <= v_now and o.cancel_wanted_at is null
    order by o.next_reprice_at limit p_limit) d;
  perform fn.trade_lock(array(select o.trade_id from public.orders o where o.id = any (v_due) order by 1));
  v_now := fn.clock();
  for v_id in select x from unnest(v_due) x order by x loop
    v_jobs := v_jobs || fn.entry_reprice(v_id, v_now);
  end loop;
  return v_jobs;
end
$$;

grant execute on function fn.entries_reprice(int) to lockstep_worker;

reset role;
