-- Trades and positions, moved by fills; closing, and opening again.
-- Entry points: fn.positions_lock, fn.position_take, fn.trade_take (stage 5), fn.trade_settle (stages 4, 5).
-- Invariants: the first entry fill opens a trade; CLOSED needs open quantity 0 (a remainder under the lot is dust) and
-- every order of the trade final; stored P&L is fn.trade_result of the stored sums at every step.

set local role lockstep_trade;

-- Makes sure that positions exist and locks them, in key order: [{user_id, user_broker_id, instrument_id}].
-- Caller: stage 5, before any trade. Writes: positions.
create or replace function fn.positions_lock(p jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.positions (user_broker_id, instrument_id, user_id, updated_at)
  select distinct x.user_broker_id, x.instrument_id, x.user_id, fn.clock()
  from jsonb_to_recordset(p) as x(user_id uuid, user_broker_id uuid, instrument_id uuid)
  order by 1, 2
  on conflict do nothing;
  perform 1 from public.positions o
  where (o.user_broker_id, o.instrument_id) in (select x.user_broker_id, x.instrument_id
    from jsonb_to_recordset(p) as x(user_broker_id uuid, instrument_id uuid))
  order by o.user_broker_id, o.instrument_id for update;
end
$$;

-- Takes one fill into its position, which the caller holds, and gives the fill its place in FIFO. Returns fill_seq.
-- Caller: stage 5. Writes: positions.
create or replace function fn.position_take(
  p_account uuid, p_instrument uuid, p_side text, p_qty numeric, p_value numeric, p_fee numeric, p_now timestamptz)
returns bigint
language sql volatile security definer set search_path = ''
as $$
  update public.positions o set fill_seq = o.fill_seq + 1, updated_at = p_now,
    qty = o.qty + case p_side when 'BUY' then p_qty else -p_qty end,
    cash_flow = o.cash_flow + case p_side when 'BUY' then -p_value else p_value end - p_fee
  where o.user_broker_id = p_account and o.instrument_id = p_instrument
  returning o.fill_seq
$$;

-- The result of a trade as its row stands; dust counts as having left once the trade is closed.
create or replace function fn.trade_result_of(t public.trades, out pnl numeric, out fees numeric)
language sql stable
as $$
  select r.pnl, r.fees from fn.trade_result(t.direction, t.entry_qty, t.exit_qty + t.dust_qty, t.entry_value, t.exit_value,
    t.entry_fees, t.exit_fees) r
$$;

-- Books the difference between two states of a trade: its stored P&L and the daily results. (The account's day is
-- recomputed from the trades by its own stage.) Caller: this file, holding the trade. Writes: trades, daily_pnl.
create or replace function fn.trade_book(p_old public.trades, p_at timestamptz, p_reason text, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  t public.trades;
  v_old record;
  v_new record;
begin
  select * into strict t from public.trades where id = p_old.id;
  select * into v_old from fn.trade_result_of(p_old);
  select * into v_new from fn.trade_result_of(t);
  if v_new.pnl = v_old.pnl and v_new.fees = v_old.fees then return; end if;
  update public.trades set realized_pnl = v_new.pnl where id = t.id;
  perform fn.daily_pnl_add(t.id, p_at, p_reason, v_new.pnl - v_old.pnl, v_new.fees - v_old.fees, 0, 0, p_now);
end
$$;

-- Takes a recorded fill into its trade, which the caller holds. p_reason: why it exited, for a fill that closes.
-- Caller: stage 5. Writes: trades, daily_pnl.
create or replace function fn.trade_take(p_fill uuid, p_reason text, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  f public.trade_fills;
  v_old public.trades;
  v_value numeric;
begin
  select * into strict f from public.trade_fills where id = p_fill;
  v_value := fn.fill_value(f.qty, f.price, f.multiplier);
  update public.trades set status = 'ENTERING' where id = f.trade_id and status = 'CREATED';
  perform fn.trade_unclose(f.trade_id, p_now) where f.effect = 'OPEN';
  select * into strict v_old from public.trades where id = f.trade_id;
  if f.effect = 'OPEN' then
    update public.trades t set entry_qty = t.entry_qty + f.qty, entry_value = t.entry_value + v_value,
      entry_fees = t.entry_fees + f.fee, opened_at = coalesce(t.opened_at, f.occurred_at),
      status = case when t.status = 'EXITING' then t.status else 'OPEN' end, updated_at = p_now
    where t.id = f.trade_id;
  else
    update public.trades t set exit_qty = t.exit_qty + f.qty, exit_value = t.exit_value + v_value,
      exit_fees = t.exit_fees + f.fee, exit_reason = p_reason, updated_at = p_now
    where t.id = f.trade_id;
  end if;
  perform fn.trade_book(v_old, f.occurred_at, case when f.effect = 'CLOSE' then p_reason else v_old.exit_reason end, p_now);
  perform fn.event_append(f.user_id, 'fill', 'trade', f.trade_id, jsonb_build_object(
    'effect', f.effect, 'side', f.side, 'qty', f.qty::text, 'price', f.price::text, 'order_id', f.order_id));
end
$$;

-- A closed trade into which a late entry fill falls: its close is taken back where it was booked, dust included.
-- Caller: fn.trade_take. Writes: trades, daily_pnl.
create or replace function fn.trade_unclose(p_trade uuid, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_old public.trades;
begin
  select * into strict v_old from public.trades where id = p_trade;
  if v_old.status <> 'CLOSED' then return; end if;
  perform fn.daily_pnl_add(p_trade, v_old.closed_at, v_old.exit_reason, 0, 0, -1, v_old.realized_pnl, p_now);
  update public.trades set status = 'OPEN', dust_qty = 0, closed_at = null where id = p_trade;
  perform fn.trade_book(v_old, v_old.closed_at, v_old.exit_reason, p_now);
  perform fn.event_append(v_old.user_id, 'trade', 'trade', p_trade, '{"status": "OPEN", "code": "LATE_FILL"}');
end
$$;

-- Closes a trade that is flat and has no order left; what remains under one lot becomes dust. Returns jobs (deliveries
-- that waited for it). Callers: stages 4, 5, 7, holding the trade. Writes: trades, daily_pnl, signal_deliveries.
create or replace function fn.trade_settle(p_trade uuid, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_old public.trades;
  v_pnl numeric;
begin
  select t.* into v_old from public.trades t join public.instruments i on i.id = t.instrument_id
  where t.id = p_trade and t.status in ('OPEN', 'EXITING') and t.open_qty < i.lot_size
    and not exists (select from public.orders o where o.trade_id = t.id and not fn.order_is_final(o.status));
  if v_old.id is null then return '[]'; end if;
  update public.trades t set status = 'CLOSED', dust_qty = t.open_qty, closed_at = p_now, updated_at = p_now
  where t.id = p_trade;
  perform fn.trade_book(v_old, p_now, v_old.exit_reason, p_now);
  select t.realized_pnl into v_pnl from public.trades t where t.id = p_trade;
  perform fn.daily_pnl_add(p_trade, p_now, v_old.exit_reason, 0, 0, 1, v_pnl, p_now);
  perform fn.event_append(v_old.user_id, 'trade', 'trade', p_trade, jsonb_build_object(
    'status', 'CLOSED', 'reason', v_old.exit_reason, 'pnl', v_pnl::text));
  return coalesce(fn.delivery_wake(p_trade), '[]');
end
$$;

grant execute on function fn.positions_lock(jsonb), fn.position_take(uuid, uuid, text, numeric, numeric, numeric, timestamptz),
  fn.trade_take(uuid, text, timestamptz) to lockstep_fill;
grant execute on function fn.trade_result_of(public.trades) to lockstep_stage;
grant execute on function fn.trade_settle(uuid, timestamptz) to lockstep_stage;

reset role;
