-- Fills: each is recorded once, with all its effects, in one transaction.
-- Entry point: fn.fills_apply. Invariants: (account, broker's fill id) counts once, whichever channel brings it; lock
-- order account days → positions → trades → … → orders → lots; a repeat changes nothing.

set local role lockstep_fill;

-- What a fill costs by the account's schedule when the broker does not say: rate × value, or per share and per contract,
-- at least the minimum once per order. Whether a limit order rested is not known here, so it pays the dearer rate.
-- p_qty and p_value are what the order has filled with this fill; the result is what is still missing of its fee.
create or replace function fn.fee_estimate(p_order uuid, p_qty numeric, p_value numeric) returns numeric
language sql stable security definer set search_path = ''
as $$
  select greatest(0, round(greatest(b.fee_minimum, p_value
      * case when o.order_type = 'LIMIT' then greatest(b.maker_bps, b.taker_bps) else b.taker_bps end / 10000
      + p_qty * case i.asset_class when 'EQUITY' then b.fee_per_share when 'OPTION' then b.fee_per_contract else 0 end), 8)
    - o.fees)
  from public.orders o
  join public.user_brokers b on b.id = o.user_broker_id
  join public.instruments i on i.id = o.instrument_id
  where o.id = p_order
$$;

-- Records one fill row and takes it into position, lots and trade; the caller holds all three. Returns its id.
-- p_part: what distinguishes the second row of a fill that closed one trade and opened another.
-- Caller: fn.fill_apply. Writes: trade_fills and, through stage 6, positions, fifo_*, trades, daily_pnl.
create or replace function fn.fill_put(o public.orders, p jsonb, p_trade uuid, p_effect text, p_qty numeric, p_fee numeric,
  p_part text, p_reason text, p_now timestamptz) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid := uuidv7();
  v_multiplier numeric;
  v_price numeric := (p->>'price')::numeric;
begin
  select t.multiplier into strict v_multiplier from public.trades t where t.id = p_trade;
  insert into public.trade_fills (id, user_id, user_broker_id, order_id, trade_id, instrument_id, broker_fill_id, effect,
    side, qty, price, multiplier, fee, fee_estimated, ingest_via, fill_seq, occurred_at, recorded_at)
  values (v_id, o.user_id, o.user_broker_id, o.id, p_trade, o.instrument_id, (p->>'broker_fill_id') || p_part, p_effect,
    o.side, p_qty, v_price, v_multiplier, p_fee, (p->>'fee_estimated')::boolean, p->>'via',
    fn.position_take(o.user_broker_id, o.instrument_id, o.side, p_qty,
      fn.fill_value(p_qty, v_price, v_multiplier), p_fee, p_now),
    least((p->>'occurred_at')::timestamptz, p_now), p_now);
  perform fn.fifo_take(v_id);
  perform fn.trade_take(v_id, p_reason, p_now);
  return v_id;
end
$$;

-- A fill in its final shape: quantity, price and id made from a cumulative report where the broker has no fill ids
-- (quantity = max(0, cumulative − filled)), and the fee estimated where the broker names none. Null when nothing is new.
-- Caller: fn.fill_apply, holding the order. Reads only.
create or replace function fn.fill_shape(o public.orders, p jsonb, p_multiplier numeric) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_qty numeric := (p->>'qty')::numeric;
  v_price numeric := (p->>'price')::numeric;
  v_fee numeric := (p->>'fee')::numeric;
  v_id text := p->>'broker_fill_id';
begin
  if p ? 'cumulative_qty' then
    v_qty := (p->>'cumulative_qty')::numeric - o.filled_qty;
    if v_qty <= 0 then return null; end if;
    v_price := round(((p->>'cumulative_qty')::numeric * (p->>'avg_price')::numeric - o.filled_value / p_multiplier) / v_qty, 12);
    v_id := 'sum:' || o.id || ':' || trim_scale((p->>'cumulative_qty')::numeric);
  end if;
  if exists (select from public.trade_fills f where f.user_broker_id = o.user_broker_id and f.broker_fill_id = v_id) then
    return null;
  end if;
  return p || jsonb_build_object('qty', v_qty::text, 'price', v_price::text, 'broker_fill_id', v_id,
    'fee_estimated', v_fee is null or coalesce((p->>'fee_estimated')::boolean, false),
    'fee', coalesce(v_fee, fn.fee_estimate(o.id, o.filled_qty + v_qty,
      o.filled_value + fn.fill_value(v_qty, v_price, p_multiplier)))::text);
end
$$;

-- What an exit sold beyond what its trade held: a trade of its own in the other direction, with a wish to be out.
-- Returns its id. Caller: fn.fill_apply. Writes: trades, alerts.
create or replace function fn.overfill_trade(o public.orders, p_qty numeric, p_now timestamptz) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
begin
  select fn.trade_create(jsonb_build_object('user_id', t.user_id, 'user_broker_id', t.user_broker_id,
    'instrument_id', t.instrument_id, 'subscription_id', t.subscription_id, 'strategy_id', t.strategy_id,
    'direction', case t.direction when 'LONG' then 'SHORT' else 'LONG' end, 'origin', 'OVERFILL',
    'currency', t.currency, 'multiplier', t.multiplier, 'wanted_qty', 0))
  into v_id from public.trades t where t.id = o.trade_id;
  perform fn.trade_wish_set(v_id, 'MANUAL', null, p_now);
  perform fn.alert_raise(o.user_id, 'CRITICAL', 'OVER_EXIT',
    format('An exit sold or bought %s more than the trade held; the surplus is a trade of its own and is being closed.', trim_scale(p_qty)),
    'trade', v_id, 'over-exit:' || o.id);
  return v_id;
end
$$;

grant execute on function fn.fee_estimate(uuid, numeric, numeric) to lockstep_stage;

reset role;
