-- The paper broker: accounts, taking an order, refusing it, cancelling it.
--
-- Functions of schema paper belong to the owner of the database, run with the rights of their caller (lockstep_paper,
-- the paper broker's own log-in) and share nothing with the pipeline but its prices, instruments, calendar and clock.
-- Lock order inside the book: accounts in id order → orders → fills → positions → news. An account is the
-- mutex of its part of the book: nothing of it is written without its lock, and no one waits for a second one but in order.

-- The venue's randomness: [0, 1) from the first 48 bits of a key's SHA-256. Keys hold no id that a run draws, and random()
-- is never used, so that a replay repeats.
create or replace function paper.chance(p_key text) returns numeric
language sql immutable parallel safe
as $$
  select ('x' || substr(encode(sha256(convert_to(p_key, 'UTF8')), 'hex'), 1, 12))::bit(48)::bigint::numeric / 281474976710656
$$;

-- Opens an account with its first cash. Caller: paper adapter. A repeat changes nothing.
-- p: {currency, cash, leverage?, maker_bps?, taker_bps?, fee_per_share?, fee_per_contract?, fee_minimum?}
create or replace function paper.account_open(p_account uuid, p jsonb) returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  v_at timestamptz := fn.clock();
  v_cash numeric := (p->>'cash')::numeric;
begin
  insert into paper.accounts (id, currency, opening_cash, cash, leverage, maker_bps, taker_bps, fee_per_share,
      fee_per_contract, fee_minimum, opened_at)
    values (p_account, p->>'currency', v_cash, v_cash, coalesce((p->>'leverage')::numeric, 1),
      coalesce((p->>'maker_bps')::numeric, 0), coalesce((p->>'taker_bps')::numeric, 0),
      coalesce((p->>'fee_per_share')::numeric, 0), coalesce((p->>'fee_per_contract')::numeric, 0),
      coalesce((p->>'fee_minimum')::numeric, 0), v_at)
    on conflict (id) do nothing;
  if not found then
    return false;
  end if;
  insert into paper.cash_ledger (account_id, kind, amount, at) values (p_account, 'OPENING', v_cash, v_at);
  return true;
end
$$;

-- What new positions may still cost: equity at cost times leverage, less what positions and live orders bind.
-- A short position binds its full proceeds, so for an account that is only long this is its cash less reservations.
create or replace function paper.buying_power(p_account uuid) returns numeric
language sql stable set search_path = ''
as $$
  select a.leverage * (a.cash + p.cost) - p.bound - o.reserved
  from paper.accounts a,
    lateral (select coalesce(sum(cost), 0) as cost, coalesce(sum(abs(cost)), 0) as bound
      from paper.positions where account_id = a.id) p,
    lateral (select coalesce(sum(reserved * (qty - filled_qty) / qty), 0) as reserved
      from paper.orders where account_id = a.id and status in ('PLACED', 'PARTIALLY_FILLED')) o
  where a.id = p_account
$$;

-- How much of an order would open or enlarge a position; the rest reduces what is held and needs no money.
create or replace function paper.opening_qty(p_order paper.orders) returns numeric
language sql stable set search_path = ''
as $$
  select greatest(0, p_order.qty - greatest(0,
    coalesce((select case p_order.side when 'SELL' then p.qty else -p.qty end from paper.positions p
      where p.account_id = p_order.account_id and p.instrument_id = p_order.instrument_id), 0)
    - coalesce((select sum(o.qty - o.filled_qty) from paper.orders o
      where o.account_id = p_order.account_id and o.instrument_id = p_order.instrument_id
        and o.side = p_order.side and o.status in ('PLACED', 'PARTIALLY_FILLED')), 0)))
$$;

-- The order as a row, with the facts of its instrument; market stays null where the symbol is not known.
create or replace function paper.order_from(p jsonb, p_at timestamptz) returns paper.orders
language sql volatile set search_path = ''
as $$
  select jsonb_populate_record(null::paper.orders, p || jsonb_build_object(
    'id', nextval('paper.orders_id_seq'), 'seed_key', coalesce(nullif(p->>'seed_key', ''), p->>'client_order_id'),
    'market', i.market, 'tick_size', coalesce(i.tick_size, 0.01), 'lot_size', coalesce(i.lot_size, 1),
    'multiplier', coalesce(i.multiplier, 1), 'status', 'PLACED', 'matched_qty', 0, 'filled_qty', 0, 'filled_value', 0,
    'fee_accrued', 0, 'fee_charged', 0, 'matches', 0, 'reserved', 0, 'submitted_at', p_at, 'updated_at', p_at))
  from (select 1) one
  left join public.instruments i on i.id = (p->>'instrument_id')::uuid and i.symbol = p->>'symbol'
    and i.asset_class = p->>'asset_class' and i.status <> 'DELISTED'
$$;

-- The order's rules, before money: code and sentence of a refusal, or nulls, and when a DAY order ends.
create or replace function paper.order_refusal(p_order paper.orders, p_account paper.accounts, p_knobs paper.knobs,
  p_at timestamptz, out code text, out sentence text, out expires_at timestamptz)
language plpgsql stable set search_path = ''
as $$
declare
  v_currency text;
  v_open boolean;
  v_closes timestamptz;
  v_price numeric := coalesce(p_order.limit_price, p_order.stop_price);
begin
  select i.currency into v_currency from public.instruments i where i.id = p_order.instrument_id;
  if p_order.market is null then
    code := 'UNKNOWN_SYMBOL'; sentence := format('%s is not a symbol of this venue.', p_order.symbol);
    return;
  elsif v_currency <> p_account.currency then
    code := 'NOT_SUPPORTED';
    sentence := format('%s trades in %s and the account is kept in %s.', p_order.symbol, v_currency, p_account.currency);
    return;
  elsif p_order.qty % p_order.lot_size <> 0 then
    code := 'INVALID_ORDER'; sentence := format('The quantity must be a multiple of %s.', trim_scale(p_order.lot_size));
    return;
  elsif v_price % p_order.tick_size <> 0 then
    code := 'INVALID_ORDER'; sentence := format('The price must be a multiple of %s.', trim_scale(p_order.tick_size));
    return;
  end if;
  select s.is_open, s.closes_at into v_open, v_closes from fn.market_session(p_order.market, p_at) s;
  -- Nothing waits for the next open by surprise: only a resting order that asked for it (GTC) is taken meanwhile.
  if not coalesce(v_open, false) and (p_order.type = 'MARKET' or p_order.time_in_force <> 'GTC') then
    code := 'MARKET_CLOSED'; sentence := format('The market of %s is closed.', p_order.symbol);
    return;
  end if;
  if p_order.time_in_force = 'DAY' then
    expires_at := v_closes;
  end if;
  if paper.chance(p_knobs.seed || '|' || p_order.seed_key || '|reject') < p_knobs.reject_probability then
    code := 'VENUE_REJECTED'; sentence := 'The venue rejected the order.';
  end if;
end
$$;

-- Money that the opening part would bind at the price it may cost, null while no price has ever been seen.
create or replace function paper.order_reserve(p_order paper.orders, p_knobs paper.knobs) returns numeric
language sql stable set search_path = ''
as $$
  select round(paper.opening_qty(p_order) * p_order.multiplier * abs(coalesce(p_order.limit_price, p_order.stop_price,
    (select case p_order.side when 'BUY' then coalesce(q.ask, q.last) * (1 + p_knobs.slippage_bps / 10000)
        else coalesce(q.bid, q.last) end
      from public.quotes q where q.instrument_id = p_order.instrument_id))), 8)
$$;

-- Takes an order or refuses it, in one transaction; matches it on arrival against a fresh quote.
-- Caller: paper adapter. p: columns of paper.orders as the caller knows them.
-- Answers {kind: accepted, broker_order_id} or {kind: rejected, code, sentence}. A duplicate id is refused and leaves
-- the first order as it is; every other refused order stays in the book as REJECTED, so that it can be looked up.
create or replace function paper.order_place(p jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_account paper.accounts;
  v_knobs paper.knobs;
  v_order paper.orders;
  v_reserve numeric;
  v_at timestamptz;
begin
  select * into v_account from paper.accounts where id = (p->>'account_id')::uuid for no key update;
  if not found then
    return jsonb_build_object('kind', 'rejected', 'code', 'INVALID_ORDER', 'sentence', 'The account is not open.');
  end if;
  v_at := fn.clock();
  if exists (select from paper.orders where account_id = v_account.id and client_order_id = p->>'client_order_id') then
    return jsonb_build_object('kind', 'rejected', 'code', 'DUPLICATE_CLIENT_ORDER_ID',
      'sentence', 'An order with this client order id exists already.');
  end if;
  select * into v_knobs from paper.knobs;
  v_order := paper.order_from(p, v_at);
  select r.code, r.sentence, r.expires_at into v_order.reject_code, v_order.reject_text, v_order.expires_at
    from paper.order_refusal(v_order, v_account, v_knobs, v_at) r;
  if v_order.reject_code is null then
    v_reserve := paper.order_reserve(v_order, v_knobs);
    if v_reserve is null then
      v_order.reject_code := 'VENUE_REJECTED';
      v_order.reject_text := format('No price of %s has been seen yet.', v_order.symbol);
    elsif v_reserve > 0 and v_reserve > paper.buying_power(v_account.id) then
      v_order.reject_code := 'INSUFFICIENT_FUNDS';
      v_order.reject_text := format('The order needs %s %s and %s are available.', trim_scale(v_reserve),
        v_account.currency, trim_scale(round(paper.buying_power(v_account.id), 2)));
    end if;
  end if;
  v_order.reserved := coalesce(v_reserve, 0);
  if v_order.reject_code is not null then
    v_order.status := 'REJECTED';
    v_order.reserved := 0;
  end if;
  insert into paper.orders overriding system value select (v_order).*;
  if v_order.reject_code is not null then
    return jsonb_build_object('kind', 'rejected', 'code', v_order.reject_code, 'sentence', v_order.reject_text);
  end if;
  perform paper.order_arrive(v_order, v_account, v_knobs, v_at);
  return jsonb_build_object('kind', 'accepted', 'broker_order_id', 'P' || v_order.id);
end
$$;

-- Finds an order of an account by our id or by the broker's. Volatile, so that it sees what came while its caller waited
-- for a lock.
create or replace function paper.order_find(p_account uuid, p_ref jsonb) returns paper.orders
language sql volatile set search_path = ''
as $$
  select o.* from paper.orders o
  where o.account_id = p_account
    and (o.client_order_id = p_ref->>'client_order_id'
      or o.id = case when p_ref->>'broker_order_id' ~ '^P[0-9]{1,18}$' then substr(p_ref->>'broker_order_id', 2)::bigint end)
$$;

-- Cancels what is left of a live order. Fills that were decided and not yet due happen now: after the answer nothing
-- follows. Caller: paper adapter. Codes: ORDER_NOT_FOUND, ORDER_NOT_CANCELLABLE.
create or replace function paper.order_cancel(p_account uuid, p_ref jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_order paper.orders;
  v_fill paper.fills;
  v_at timestamptz;
begin
  perform 1 from paper.accounts where id = p_account for no key update;
  v_at := fn.clock();
  v_order := paper.order_find(p_account, p_ref);
  if v_order.id is null then
    return jsonb_build_object('kind', 'rejected', 'code', 'ORDER_NOT_FOUND', 'sentence', 'There is no such order.');
  end if;
  if v_order.status not in ('PLACED', 'PARTIALLY_FILLED') or v_order.matched_qty = v_order.qty then
    return jsonb_build_object('kind', 'rejected', 'code', 'ORDER_NOT_CANCELLABLE', 'sentence',
      format('The order is %s.', case when v_order.matched_qty = v_order.qty then 'FILLED' else v_order.status end));
  end if;
  update paper.fills set due_at = least(due_at, v_at) where order_id = v_order.id and settled_at is null;
  for v_fill in select * from paper.fills where order_id = v_order.id and settled_at is null order by n loop
    perform paper.fill_settle(v_fill, v_at);
  end loop;
  update paper.orders set status = 'CANCELLED', updated_at = v_at where id = v_order.id returning * into v_order;
  insert into paper.news (account_id, order_id, at) values (p_account, v_order.id, v_at);
  return jsonb_build_object('kind', 'accepted', 'broker_order_id', 'P' || v_order.id, 'order', paper.order_json(v_order));
end
$$;
