-- Tax lots: first in, first out, per account and instrument, in the order of fill_seq.
-- Entry points: fn.fifo_take (one fill), fn.fifo_rebuild (all of them again, with identical rows).
-- Invariants: quantities, values and fees of a lot are its allocations plus what remains, exactly: every share is
-- rounded to money's 8 decimals and the last one takes the remainder. Ids derive from the fills, so a rebuild repeats them.

set local role lockstep_trade;

-- The share of an amount that goes with part of a quantity; the last part takes what is left of it.
create or replace function fn.fifo_share(p_whole numeric, p_left numeric, p_qty numeric, p_left_qty numeric, p_whole_qty numeric)
returns numeric
language sql immutable
as $$ select case when p_qty = p_left_qty then p_left else round(p_whole * p_qty / p_whole_qty, 8) end $$;

-- Takes one recorded fill into the lots: consumes the oldest of the other direction, then opens one with the rest.
-- The caller holds the position. Callers: stage 5, fn.fifo_rebuild. Writes: fifo_lots, fifo_allocations.
create or replace function fn.fifo_take(p_fill uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  f public.trade_fills;
  l public.fifo_lots;
  v_qty numeric; v_value numeric; v_fee numeric; v_whole numeric;
  q numeric; v_in numeric; v_in_fee numeric; v_out numeric; v_out_fee numeric;
begin
  select * into strict f from public.trade_fills where id = p_fill;
  v_whole := fn.fill_value(f.qty, f.price, f.multiplier);
  v_qty := f.qty; v_value := v_whole; v_fee := f.fee;
  for l in select x.* from public.fifo_lots x
    where x.user_broker_id = f.user_broker_id and x.instrument_id = f.instrument_id and x.remaining_qty > 0
      and x.direction = case f.side when 'BUY' then 'SHORT' else 'LONG' end
    order by x.fill_seq
  loop
    exit when v_qty = 0;
    q := least(v_qty, l.remaining_qty);
    v_out := fn.fifo_share(v_whole, v_value, q, v_qty, f.qty);
    v_out_fee := fn.fifo_share(f.fee, v_fee, q, v_qty, f.qty);
    v_in := fn.fifo_share(l.value, l.remaining_value, q, l.remaining_qty, l.qty);
    v_in_fee := fn.fifo_share(l.fee, l.remaining_fee, q, l.remaining_qty, l.qty);
    update public.fifo_lots x set remaining_qty = x.remaining_qty - q, remaining_value = x.remaining_value - v_in,
      remaining_fee = x.remaining_fee - v_in_fee where x.id = l.id;
    perform fn.fifo_allocate(l, f, q, v_in, v_in_fee, v_out, v_out_fee);
    v_qty := v_qty - q; v_value := v_value - v_out; v_fee := v_fee - v_out_fee;
  end loop;
  if v_qty > 0 then
    insert into public.fifo_lots (id, user_id, user_broker_id, instrument_id, opening_fill_id, fill_seq, direction, qty,
      remaining_qty, price, multiplier, value, remaining_value, fee, remaining_fee, opened_at)
    values (f.id, f.user_id, f.user_broker_id, f.instrument_id, f.id, f.fill_seq,
      case f.side when 'BUY' then 'LONG' else 'SHORT' end, v_qty, v_qty, f.price, f.multiplier, v_value, v_value,
      v_fee, v_fee, f.occurred_at);
  end if;
end
$$;

-- One allocation: q of lot l closed by fill f, with the value and fee of either side. What was bought is the cost basis
-- (with its fee), what was sold the proceeds. Caller: fn.fifo_take. Writes: fifo_allocations.
create or replace function fn.fifo_allocate(l public.fifo_lots, f public.trade_fills, q numeric,
  p_in numeric, p_in_fee numeric, p_out numeric, p_out_fee numeric) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.fifo_allocations (id, user_id, user_broker_id, instrument_id, lot_id, closing_fill_id, closing_seq,
    direction, qty, open_price, close_price, multiplier, open_fee, close_fee, cost_basis, gross_proceeds, net_proceeds,
    pnl, bought_at, sold_at)
  select md5(l.id::text || f.id::text)::uuid, f.user_id, f.user_broker_id, f.instrument_id, l.id, f.id, f.fill_seq,
    l.direction, q, l.price, f.price, f.multiplier, p_in_fee, p_out_fee, s.cost, s.gross, s.gross - s.sell_fee,
    s.gross - s.sell_fee - s.cost,
    case l.direction when 'LONG' then l.opened_at else f.occurred_at end,
    case l.direction when 'LONG' then f.occurred_at else l.opened_at end
  from (select case l.direction when 'LONG' then p_in + p_in_fee else p_out + p_out_fee end as cost,
    case l.direction when 'LONG' then p_out else p_in end as gross,
    case l.direction when 'LONG' then p_out_fee else p_in_fee end as sell_fee) s
$$;

-- Throws the lots of one account and instrument away and builds them again from the fills, in the order of fill_seq.
-- Returns the number of fills taken. Locks the position. Caller: worker, operations. Writes: fifo_lots, fifo_allocations.
create or replace function fn.fifo_rebuild(p_account uuid, p_instrument uuid) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_fill uuid;
  v_count int := 0;
begin
  perform 1 from public.positions p where p.user_broker_id = p_account and p.instrument_id = p_instrument for update;
  delete from public.fifo_allocations a where a.user_broker_id = p_account and a.instrument_id = p_instrument;
  delete from public.fifo_lots l where l.user_broker_id = p_account and l.instrument_id = p_instrument;
  for v_fill in select f.id from public.trade_fills f
    where f.user_broker_id = p_account and f.instrument_id = p_instrument order by f.fill_seq
  loop
    perform fn.fifo_take(v_fill);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

grant execute on function fn.fifo_share(numeric, numeric, numeric, numeric, numeric) to lockstep_stage;
grant execute on function fn.fifo_take(uuid) to lockstep_fill;
grant execute on function fn.fifo_rebuild(uuid, uuid) to lockstep_worker, lockstep_fill;

reset role;
