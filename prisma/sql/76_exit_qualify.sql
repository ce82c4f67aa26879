-- May this exit be placed now, and how? Every answer is a code on the intent: GO, WAIT, REFUSE or CANCEL.
-- Entry point: fn.exit_qualify. Invariants: an exit waits only for market, broker or a frozen instrument, and is refused
-- only by the codes below; limits, flags, freezes, halts and disabled accounts are not looked at here at all.

set local role lockstep_exit;

-- What is open on a trade and not locked in orders that are not ours to supersede (native or adopted ones).
create or replace function fn.exit_available(t public.trades) returns numeric
language sql stable security definer set search_path = ''
as $$
  select t.open_qty - coalesce((select sum(o.qty - o.filled_qty) from public.orders o
    where o.trade_id = t.id and not fn.order_is_final(o.status)
      and (o.kind = 'PROTECTION' or o.kind = 'EXIT' and o.exit_intent_id is null)), 0)
$$;

-- Signed open quantity of the account's other trades of the symbol: they may be the other way round (an over-exit's trade
-- beside a rebuy), and then the net position says nothing about this one.
create or replace function fn.exit_others(t public.trades) returns numeric
language sql stable security definer set search_path = ''
as $$
  select coalesce(sum(fn.direction_sign(r.direction) * r.open_qty), 0) from public.trades r
  where r.user_broker_id = t.user_broker_id and r.instrument_id = t.instrument_id and r.id <> t.id
    and r.status in ('OPEN', 'EXITING')
$$;

-- The verdict on one intent whose trade the caller holds. Reads only. One row; refusals that are final come before waits.
create or replace function fn.exit_verdict(x public.exit_intents, t public.trades, p_now timestamptz)
returns table (answer text, code text)
language sql stable security definer set search_path = ''
as $$
  select v.answer, v.code
  from public.user_brokers b, public.instruments i
  left join public.markets m on m.code = i.market
  left join public.positions p on p.user_broker_id = t.user_broker_id and p.instrument_id = t.instrument_id
  left join lateral fn.quote_state(i.id) q on true
  left join lateral fn.market_session(i.market, p_now) s on true,
  lateral (values
    (1, 'REFUSE', 'TRADE_NOT_OPEN', t.status not in ('OPEN', 'EXITING')),
    (2, 'REFUSE', 'NOTHING_TO_EXIT', t.open_qty <= 0),
    (3, 'REFUSE', 'DIRECTION_MISMATCH', fn.direction_sign(t.direction) * coalesce(p.qty, 0) <= 0
      and fn.direction_sign(t.direction) * (coalesce(p.qty, 0) - fn.exit_others(t)) <= 0),
    (4, 'REFUSE', 'QTY_NOT_AVAILABLE', fn.exit_available(t) <= 0),
    (5, 'REFUSE', 'NO_SELL_SYMBOL', i.symbol = any (b.hold_symbols) and x.exit_reason not in ('MANUAL', 'KILL_SWITCH')),
    (6, 'WAIT', 'INSTRUMENT_FROZEN', i.status <> 'ACTIVE'),
    (7, 'WAIT', 'BROKER_SESSION_EXPIRED', b.connection = 'SESSION_EXPIRED'),
    (8, 'WAIT', 'BROKER_DISCONNECTED', b.connection = 'DISCONNECTED'),
    (9, 'WAIT', 'MARKET_CLOSED', not coalesce(s.is_open, false)),
    (10, 'REFUSE', 'OUTSIDE_EXIT_WINDOW', x.exit_reason = 'TARGET_HIT' and not m.always_open
      and s.closes_at - coalesce((t.exit_rules ->> 'quiet_close_s')::int, 300) * interval '1 second' <= p_now),
    (11, 'CANCEL', 'CONDITION_GONE', x.exit_reason = 'TARGET_HIT' and x.waiting_since is not null
      and not (q.is_good and fn.direction_sign(t.direction) * q.mark >= fn.direction_sign(t.direction) * t.target_price)),
    (12, 'GO', null, true)) v (place, answer, code, holds)
  where b.id = t.user_broker_id and i.id = t.instrument_id and v.holds
  order by v.place limit 1
$$;

-- The limit of an exit at this moment: at the touch and the offset through it, on the tick; a target's is never worse than
-- the target; a limit chosen by the user stands, on the tick. Null where there is no good quote and nothing chosen: then at market.
create or replace function fn.exit_limit(x public.exit_intents, t public.trades) returns numeric
language sql stable security definer set search_path = ''
as $$
  select case
    when x.exit_reason = 'MANUAL' then fn.price_round(x.limit_price, i.tick_size, side.name)
    when x.exit_reason = 'TARGET_HIT' then fn.price_round(case side.name when 'SELL'
      then greatest(touch.through, s.trigger_price) else least(touch.through, s.trigger_price) end, i.tick_size, side.name)
    else fn.price_round(touch.through, i.tick_size, side.name) end
  from public.instruments i
  join public.exit_signals s on s.id = x.exit_signal_id
  left join lateral fn.quote_state(i.id) q on true,
  lateral (select fn.closing_side(t.direction) as name) side,
  lateral (select case when q.is_good then coalesce(case side.name when 'SELL' then q.bid else q.ask end, q.mark)
    * (1 - fn.direction_sign(t.direction) * coalesce((t.exit_rules ->> 'limit_offset_bps')::numeric, 1) / 10000) end as through) touch
  where i.id = t.instrument_id
$$;

-- Creates the order of an approved intent for what is open now, and marks the trade EXITING.
-- The caller holds the trade and has seen that no exit order lives. Returns jobs. Writes: exit_intents; orders, trades.
create or replace function fn.exit_order_make(p_intent uuid, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  x public.exit_intents;
  t public.trades;
  v_qty numeric;
  v_limit numeric;
  v_type text;
  v_order uuid;
begin
  select * into x from public.exit_intents where id = p_intent;
  select * into t from public.trades where id = x.trade_id;
  select fn.qty_floor(least(coalesce(x.requested_qty - x.filled_qty, t.open_qty), fn.exit_available(t)), i.lot_size)
    into v_qty from public.instruments i where i.id = t.instrument_id;
  if coalesce(v_qty, 0) <= 0 then
    perform fn.exit_intent_end(x.id, 'CANCELLED', 'NOTHING_LEFT', p_now);
    return '[]';
  end if;
  v_type := x.order_type;
  if v_type = 'LIMIT' then v_limit := fn.exit_limit(x, t); end if;
  if v_type = 'LIMIT' and v_limit is null then v_type := 'MARKET'; end if;
  v_order := fn.order_create(jsonb_build_object('user_id', t.user_id, 'user_broker_id', t.user_broker_id,
    'instrument_id', t.instrument_id, 'trade_id', t.id, 'exit_intent_id', x.id, 'kind', 'EXIT',
    'origin', case x.exit_reason when 'MANUAL' then 'MANUAL' else 'EXIT' end, 'side', fn.closing_side(t.direction),
    'order_type', v_type, 'qty', v_qty, 'limit_price', v_limit));
  update public.exit_intents e set status = 'PLACED', qty = e.filled_qty + v_qty, order_type = v_type, limit_price = v_limit,
    placed_at = coalesce(e.placed_at, p_now), rest_until = case when v_type = 'LIMIT' and e.rest_then <> 'LEAVE'
      then p_now + e.rest_seconds * interval '1 second' end
  where e.id = x.id;
  if t.status = 'OPEN' then
    perform fn.trade_status_set(t.id, 'EXITING', jsonb_build_object('exit_intent_id', x.id, 'reason', x.exit_reason, 'order_id', v_order));
  end if;
  return fn.job('order.place', v_order);
end
$$;

-- Whether an exit order of a trade still lives, ours or an old one: it blocks a new one, whatever its intent says.
create or replace function fn.exit_order_lives(p_trade uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (select from public.orders o where o.trade_id = p_trade and o.kind = 'EXIT' and not fn.order_is_final(o.status))
$$;

-- One pending intent, its trade held. Returns jobs. Writes: exit_intents, alerts, event_log; orders and trades.
create or replace function fn.exit_qualify_one(p_intent uuid, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  x public.exit_intents;
  t public.trades;
  v record;
begin
  select * into x from public.exit_intents where id = p_intent and status = 'PENDING' for update;
  if x.id is null then return '[]'; end if;
  select * into t from public.trades where id = x.trade_id;
  select * into v from fn.exit_verdict(x, t, p_now);
  if v.answer = 'WAIT' then
    perform fn.exit_waits(p_intent, v.code, p_now);
  elsif v.answer = 'REFUSE' then
    perform fn.exit_intent_end(p_intent, case when v.code in ('TRADE_NOT_OPEN', 'NOTHING_TO_EXIT') then 'CANCELLED' else 'REJECTED' end, v.code, p_now);
  elsif v.answer = 'CANCEL' then
    perform fn.exit_intent_end(p_intent, 'CANCELLED', v.code, p_now);
  else
    update public.exit_intents e set status = 'APPROVED', approved_at = p_now, waits_for = null where e.id = p_intent;
    perform fn.alert_clear('exit_waits:' || t.id);
    if not fn.exit_order_lives(t.id) then return fn.exit_order_make(p_intent, p_now); end if;
  end if;
  return '[]';
end
$$;

-- Decides pending intents. Caller: worker (job exit.qualify), the sweep. Locks trades in id order. Returns {jobs}.
create or replace function fn.exit_qualify(p_intents uuid[]) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
  v_now timestamptz;
  v_jobs jsonb := '[]';
begin
  perform fn.trade_lock(array(select distinct x.trade_id from public.exit_intents x
    where x.id = any (p_intents) and x.status = 'PENDING' order by x.trade_id));
  v_now := fn.clock();
  for v_id in select x.id from public.exit_intents x where x.id = any (p_intents) and x.status = 'PENDING' order by x.trade_id loop
    v_jobs := v_jobs || fn.exit_qualify_one(v_id, v_now);
  end loop;
  return jsonb_build_object('jobs', v_jobs);
end
$$;

grant execute on function fn.exit_qualify(uuid[]) to lockstep_stage, lockstep_worker;

reset role;
