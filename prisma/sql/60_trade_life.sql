-- Trades: creation, locking, states, exit wishes and the trigger prices that stage 7 computes.
-- Entry points: fn.trade_create, fn.trade_lock, fn.trade_status_set, fn.trade_wish_set, fn.trade_triggers_refresh.
-- Invariant: whoever changes a trade, its orders or its exits holds the trade's row, taken in id order.

set local role lockstep_trade;

-- Locks trades in id order, without blocking foreign-key checks. Callers: every stage. Null and unknown ids are ignored.
create or replace function fn.trade_lock(p_trades uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform 1 from public.trades t where t.id = any (p_trades) order by t.id for no key update;
end
$$;

-- Creates a trade in state CREATED; keys of p are the columns of trades (currency and multiplier come from the
-- instrument when absent). A repeat for the same intent returns the first one.
-- Callers: stage 3, stage 5 (origin OVERFILL). Writes: trades, event_log.
create or replace function fn.trade_create(p jsonb) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.trades := jsonb_populate_record(null::public.trades, p);
  v_id uuid;
  v_now timestamptz := fn.clock();
begin
  insert into public.trades (id, trade_intent_id, user_id, user_broker_id, instrument_id, subscription_id, strategy_id,
    signal_id, direction, trade_type, origin, currency, multiplier, wanted_qty, signal_stop, signal_target,
    exit_wish_reason, exit_wish_qty, exit_wish_at, created_at, updated_at)
  select coalesce(v.id, uuidv7()), v.trade_intent_id, v.user_id, v.user_broker_id, v.instrument_id, v.subscription_id,
    v.strategy_id, v.signal_id, v.direction, coalesce(v.trade_type, 'NEWBUY'), coalesce(v.origin, 'SIGNAL'),
    coalesce(v.currency, i.currency), coalesce(v.multiplier, i.multiplier), coalesce(v.wanted_qty, 0), v.signal_stop,
    v.signal_target, v.exit_wish_reason, v.exit_wish_qty, v.exit_wish_at, v_now, v_now
  from public.instruments i where i.id = v.instrument_id
  on conflict do nothing
  returning id into v_id;
  if v_id is null then
    select t.id into strict v_id from public.trades t where t.trade_intent_id = v.trade_intent_id or t.id = v.id;
  end if;
  return v_id;
end
$$;

-- Trades whose first entry order has just been claimed: CREATED → ENTERING. The caller holds them.
-- Caller: stage 4. Writes: trades.
create or replace function fn.trades_entering(p_trades uuid[], p_now timestamptz) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.trades t set status = 'ENTERING', updated_at = p_now
  where t.id = any (p_trades) and t.status = 'CREATED'
    -- asked per trade: as a join it was planned for one order and met a hundred
    and (select true from public.orders o where o.trade_id = t.id and o.kind = 'ENTRY' and o.status = 'SUBMITTING' limit 1)
$$;

-- Moves a trade that the caller holds; a move to its own state does nothing. CLOSED is fn.trade_settle's alone.
-- p_cause goes into the event. Callers: stages 4, 7. Writes: trades, event_log. Raises LKTRN.
create or replace function fn.trade_status_set(p_trade uuid, p_to text, p_cause jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_user uuid;
begin
  update public.trades t set status = p_to, updated_at = v_now
  where t.id = p_trade and t.status <> p_to returning t.user_id into v_user;
  if found then
    perform fn.event_append(v_user, 'trade', 'trade', p_trade, coalesce(p_cause, '{}') || jsonb_build_object('status', p_to));
  end if;
end
$$;

-- Stores a wish to be out, in the transaction that accepts it; it is kept through CANCELLED, REJECTED and CLOSED for a
-- late fill. p_qty null: all; p_detail: how it was asked for ({type, limit}). A full wish beats a partial one, then
-- urgency decides, then, of the same reason, the larger part; otherwise the first stands. Returns whether it was stored. The caller holds the trade.
-- Callers: stages 1, 5, 7. Writes: trades.
create or replace function fn.trade_wish_set(
  p_trade uuid, p_reason text, p_qty numeric, p_at timestamptz, p_detail jsonb default '{}')
returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.trades t set exit_wish_reason = p_reason, exit_wish_qty = p_qty, exit_wish_at = p_at,
    exit_wish_detail = coalesce(p_detail, '{}'), updated_at = fn.clock()
  where t.id = p_trade and (t.exit_wish_reason is null
    or (p_qty is null and t.exit_wish_qty is not null)
    or (p_reason = t.exit_wish_reason and p_qty > t.exit_wish_qty)
    or ((p_qty is null) = (t.exit_wish_qty is null) and fn.exit_rank(p_reason) < fn.exit_rank(t.exit_wish_reason)));
  return found;
end
$$;

-- What a partial wish still asks for after an exit of its own filled; 0 clears it. Caller: stage 7. Writes: trades.
create or replace function fn.trade_wish_shrink(p_trade uuid, p_filled numeric) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.trades t set updated_at = fn.clock(),
    exit_wish_qty = case when t.exit_wish_qty > p_filled then t.exit_wish_qty - p_filled end,
    exit_wish_reason = case when t.exit_wish_qty > p_filled then t.exit_wish_reason end,
    exit_wish_at = case when t.exit_wish_qty > p_filled then t.exit_wish_at end,
    exit_wish_detail = case when t.exit_wish_qty > p_filled then t.exit_wish_detail else '{}' end
  where t.id = p_trade and t.exit_wish_qty is not null and p_filled > 0
$$;

-- Takes a wish back: done, or withdrawn by its owner. Caller: stage 7. Writes: trades.
create or replace function fn.trade_wish_clear(p_trade uuid) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.trades t set exit_wish_reason = null, exit_wish_qty = null, exit_wish_at = null, exit_wish_detail = '{}',
    updated_at = fn.clock()
  where t.id = p_trade and t.exit_wish_reason is not null
$$;

grant execute on function fn.trade_lock(uuid[]), fn.trade_create(jsonb), fn.trades_entering(uuid[], timestamptz),
  fn.trade_status_set(uuid, text, jsonb), fn.trade_wish_set(uuid, text, numeric, timestamptz, jsonb),
  fn.trade_wish_shrink(uuid, numeric), fn.trade_wish_clear(uuid)
  to lockstep_stage;

reset role;
