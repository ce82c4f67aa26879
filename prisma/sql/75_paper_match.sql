-- The paper broker: matching orders against quotes. Decides fills and their due time; nothing happens before that.

-- What an order would be filled at, or null while it rests. The touch (half the spread away from the middle) plus
-- slippage, rounded to the tick against the order; a limit is never passed.
-- p_limit is null for market orders and triggered stops. Slippage: p_bps of the price, in basis points.
create or replace function paper.fill_price(p_side text, p_limit numeric, p_bid numeric, p_ask numeric, p_last numeric,
  p_tick numeric, p_bps numeric) returns numeric
language sql immutable parallel safe
as $$
  select case
    when p_side = 'BUY' and coalesce(p_ask, p_last) > p_limit then null
    when p_side = 'SELL' and coalesce(p_bid, p_last) < p_limit then null
    when p_side = 'BUY' then
      least(p_limit, ceil((coalesce(p_ask, p_last) + abs(coalesce(p_ask, p_last)) * p_bps / 10000) / p_tick) * p_tick)
    else
      greatest(p_limit, floor((coalesce(p_bid, p_last) - abs(coalesce(p_bid, p_last)) * p_bps / 10000) / p_tick) * p_tick)
  end
$$;

-- How much of the rest is filled now: all of it, or with the knob's probability a share of 20 to 80 % in whole lots.
-- At most three partial fills, so that an order always ends.
create or replace function paper.fill_qty(p_order paper.orders, p_knobs paper.knobs, p_key text) returns numeric
language sql immutable parallel safe
as $$
  select case
    when p_order.matches < 3 and paper.chance(p_key || '|partial') < p_knobs.partial_probability
      then coalesce(nullif(floor((p_order.qty - p_order.matched_qty) * (0.2 + 0.6 * paper.chance(p_key || '|share'))
        / p_order.lot_size) * p_order.lot_size, 0), p_order.qty - p_order.matched_qty)
    else p_order.qty - p_order.matched_qty
  end
$$;

-- The account's schedule on one fill, before the minimum per order: basis points of the value (maker for an order that
-- rested at its limit, taker otherwise), per share, per contract.
create or replace function paper.fill_fee(p_order paper.orders, p_account paper.accounts, p_qty numeric, p_price numeric,
  p_at timestamptz) returns numeric
language sql immutable parallel safe
as $$
  select abs(p_qty * p_price * p_order.multiplier) / 10000
      * case when p_order.type = 'LIMIT' and p_at > p_order.submitted_at then p_account.maker_bps else p_account.taker_bps end
    + case p_order.asset_class when 'EQUITY' then p_qty * p_account.fee_per_share
        when 'OPTION' then p_qty * p_account.fee_per_contract else 0 end
$$;

-- Matches one order of a locked account against one quote; true when a fill was decided.
-- A stop triggers on the last price and is a market order from then on.
create or replace function paper.order_match(p_order paper.orders, p_account paper.accounts, p_knobs paper.knobs,
  p_bid numeric, p_ask numeric, p_last numeric, p_at timestamptz) returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  v_key text := p_knobs.seed || '|' || p_order.seed_key || '|' || (p_order.matches + 1);
  v_price numeric;
  v_qty numeric;
  v_accrued numeric;
  v_fee numeric;
  v_due timestamptz;
begin
  if p_order.type = 'STOP' and p_order.triggered_at is null then
    if (p_order.side = 'BUY' and p_last < p_order.stop_price) or (p_order.side = 'SELL' and p_last > p_order.stop_price) then
      return false;
    end if;
    p_order.triggered_at := p_at;
  end if;
  v_price := paper.fill_price(p_order.side, p_order.limit_price, p_bid, p_ask, p_last, p_order.tick_size, p_knobs.slippage_bps);
  if v_price is null then
    return false;
  end if;
  v_qty := paper.fill_qty(p_order, p_knobs, v_key);
  v_accrued := p_order.fee_accrued + paper.fill_fee(p_order, p_account, v_qty, v_price, p_at);
  v_fee := greatest(round(greatest(v_accrued, p_account.fee_minimum), 8) - p_order.fee_charged, 0);
  -- a later fill of the same order is never due before an earlier one
  v_due := p_at + interval '1 millisecond' * (p_knobs.latency_min_ms
    + floor(paper.chance(v_key || '|latency') * (p_knobs.latency_max_ms - p_knobs.latency_min_ms + 1))::int);
  select greatest(v_due, max(f.due_at)) into v_due from paper.fills f where f.order_id = p_order.id;
  insert into paper.fills (account_id, order_id, n, fill_id, qty, price, fee, quote, matched_at, due_at)
    values (p_order.account_id, p_order.id, p_order.matches + 1, 'F' || p_order.id || '-' || (p_order.matches + 1),
      v_qty, v_price, v_fee, jsonb_build_object('bid', p_bid::text, 'ask', p_ask::text, 'last', p_last::text), p_at, v_due);
  update paper.orders set matched_qty = matched_qty + v_qty, matches = matches + 1, fee_accrued = v_accrued,
      fee_charged = fee_charged + v_fee, triggered_at = p_order.triggered_at
    where id = p_order.id;
  return true;
end
$$;

-- A new order meets the stored quote, when that is fresh and of the session now open; what is left of an IOC ends.
create or replace function paper.order_arrive(p_order paper.orders, p_account paper.accounts, p_knobs paper.knobs,
  p_at timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_quote record;
begin
  select q.bid, q.ask, q.last into v_quote
  from public.quotes q cross join lateral fn.market_session(p_order.market, p_at) s
  where q.instrument_id = p_order.instrument_id and s.is_open and q.source_time >= s.opens_at
    and q.recorded_at >= p_at - interval '1 millisecond' * p_knobs.quote_max_age_ms;
  if found then
    perform paper.order_match(p_order, p_account, p_knobs, v_quote.bid, v_quote.ask, v_quote.last, p_at);
  end if;
  if p_order.time_in_force = 'IOC'
      and exists (select from paper.orders where id = p_order.id and matched_qty < qty) then
    perform paper.order_cancel(p_order.account_id, jsonb_build_object('broker_order_id', 'P' || p_order.id));
  end if;
end
$$;

-- Whether the calendar has this market open; unknown counts as closed.
create or replace function paper.market_is_open(p_market text, p_at timestamptz) returns boolean
language sql stable set search_path = ''
as $$ select coalesce((select s.is_open from fn.market_session(p_market, p_at) s), false) $$;

-- Numbers, and above zero where the instrument cannot be below it: anything else matches nothing.
create or replace function paper.price_is_sane(p_low numeric, p_high numeric, p_allows_negative boolean) returns boolean
language sql immutable parallel safe
as $$ select coalesce(p_high < 'Infinity' and p_low > case when p_allows_negative then '-Infinity'::numeric else 0 end, false) $$;

-- Matches every resting order of an instrument against a new quote; answers how many fills it decided.
-- Caller: the feed loop of the worker that holds the instrument's lease, once per tick.
create or replace function paper.quote_match(p_instrument uuid, p_bid numeric, p_ask numeric, p_last numeric) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_order paper.orders;
  v_account paper.accounts;
  v_knobs paper.knobs;
  v_instrument record;
  v_accounts uuid[];
  v_count int := 0;
  v_at timestamptz;
begin
  -- the cheap way out, taken by nearly every tick
  if not exists (select from paper.orders where instrument_id = p_instrument and status in ('PLACED', 'PARTIALLY_FILLED')
      and matched_qty < qty) then
    return 0;
  end if;
  select i.market, i.allows_negative into v_instrument from public.instruments i where i.id = p_instrument;
  if not paper.price_is_sane(least(p_bid, p_ask, p_last), greatest(p_bid, p_ask, p_last), v_instrument.allows_negative) then
    return 0;
  end if;
  select array_agg(distinct account_id) into v_accounts from paper.orders
    where instrument_id = p_instrument and status in ('PLACED', 'PARTIALLY_FILLED') and matched_qty < qty;
  perform 1 from paper.accounts where id = any (v_accounts) order by id for no key update;
  v_at := fn.clock();
  select * into v_knobs from paper.knobs;
  if not paper.market_is_open(v_instrument.market, v_at) then
    return 0;
  end if;
  -- an order of an account that came in between is not locked, and waits for the next quote
  for v_order in select * from paper.orders where instrument_id = p_instrument and account_id = any (v_accounts)
      and status in ('PLACED', 'PARTIALLY_FILLED') and matched_qty < qty
      and (expires_at is null or expires_at > v_at) order by id loop
    select * into v_account from paper.accounts where id = v_order.account_id;
    if paper.order_match(v_order, v_account, v_knobs, p_bid, p_ask, p_last, v_at) then
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end
$$;
