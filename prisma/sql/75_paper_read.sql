-- The paper broker: what its adapter reads, and the check of its own ledger. Decimals leave as text.

-- An order as the port tells it.
create or replace function paper.order_json(p_order paper.orders) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('broker_order_id', 'P' || p_order.id, 'client_order_id', p_order.client_order_id,
    'symbol', p_order.symbol, 'side', p_order.side, 'type', p_order.type, 'qty', p_order.qty::text,
    'filled_qty', p_order.filled_qty::text,
    'avg_price', case when p_order.filled_qty > 0 then (p_order.filled_value / p_order.filled_qty)::text end,
    'limit_price', p_order.limit_price::text, 'stop_price', p_order.stop_price::text, 'status', p_order.status,
    'reject_code', p_order.reject_code, 'reject_text', p_order.reject_text,
    'submitted_at', p_order.submitted_at, 'updated_at', p_order.updated_at)
$$;

-- A fill as the port tells it; it occurred when it was due.
create or replace function paper.fill_json(p_fill paper.fills) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('fill_id', p_fill.fill_id, 'broker_order_id', 'P' || o.id, 'client_order_id', o.client_order_id,
    'symbol', o.symbol, 'side', o.side, 'qty', p_fill.qty::text, 'price', p_fill.price::text, 'fee', p_fill.fee::text,
    'occurred_at', p_fill.due_at)
  from paper.orders o where o.id = p_fill.order_id
$$;

-- One order by either id, or null. A miss is looked at again under the account's lock, which waits for a placement under
-- way: so null means that no order was on its way through the book, and a resend with the same id is safe in any case.
create or replace function paper.order_read(p_account uuid, p_ref jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_order paper.orders;
begin
  perform paper.advance(null, p_account);
  v_order := paper.order_find(p_account, p_ref);
  if v_order.id is null then
    perform 1 from paper.accounts where id = p_account for share;
    v_order := paper.order_find(p_account, p_ref);
  end if;
  return case when v_order.id is not null then paper.order_json(v_order) end;
end
$$;

-- A page of orders changed at or after p_since, oldest change first: [{at, id, order}].
create or replace function paper.orders_read(p_account uuid, p_since timestamptz, p_after_id bigint, p_limit int) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  perform paper.advance(null, p_account);
  perform 1 from paper.accounts where id = p_account for share;
  return (select coalesce(jsonb_agg(jsonb_build_object('at', o.updated_at, 'id', o.id::text, 'order',
      paper.order_json(o::paper.orders)) order by o.updated_at, o.id), '[]')
    from (select * from paper.orders where account_id = p_account and (updated_at, id) > (p_since, p_after_id)
      order by updated_at, id limit p_limit) o);
end
$$;

-- A page of fills that became known at or after p_since, oldest first: [{at, id, fill}]. The share lock waits for a
-- settlement under way, and times are read after locks: so "since the time of my last call" misses nothing.
create or replace function paper.fills_read(p_account uuid, p_since timestamptz, p_after_id bigint, p_limit int) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  perform paper.advance(null, p_account);
  perform 1 from paper.accounts where id = p_account for share;
  return (select coalesce(jsonb_agg(jsonb_build_object('at', f.settled_at, 'id', f.id::text, 'fill',
      paper.fill_json(f::paper.fills)) order by f.settled_at, f.id), '[]')
    from (select * from paper.fills where account_id = p_account and (settled_at, id) > (p_since, p_after_id)
      order by settled_at, id limit p_limit) f);
end
$$;

-- Open positions: [{symbol, instrument_id, qty, avg_price}], by symbol.
create or replace function paper.positions_read(p_account uuid) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  perform paper.advance(null, p_account);
  return (select coalesce(jsonb_agg(jsonb_build_object('symbol', p.symbol, 'instrument_id', p.instrument_id,
      'qty', p.qty::text, 'avg_price', (p.cost / p.qty / i.multiplier)::text) order by p.symbol), '[]')
    from paper.positions p join public.instruments i on i.id = p.instrument_id
    where p.account_id = p_account and p.qty <> 0);
end
$$;

-- Money of an account: {currency, cash, equity (at cost), buying_power}, or null when it is not open.
create or replace function paper.account_read(p_account uuid) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  perform paper.advance(null, p_account);
  return (select jsonb_build_object('currency', a.currency, 'cash', a.cash::text,
      'equity', (a.cash + coalesce((select sum(p.cost) from paper.positions p where p.account_id = a.id), 0))::text,
      'buying_power', greatest(paper.buying_power(a.id), 0)::text)
    from paper.accounts a where a.id = p_account);
end
$$;

-- The book against itself: one row per violation, empty is healthy.
create or replace function paper.ledger_check() returns table (name text, account_id uuid, detail jsonb)
language sql stable set search_path = ''
as $$
  with flows as (
    select f.account_id, o.instrument_id, f.id, case o.side when 'BUY' then f.qty else -f.qty end as signed, f.fee,
      round(case o.side when 'BUY' then -1 else 1 end * f.qty * f.price * o.multiplier, 8) as flow
    from paper.fills f join paper.orders o on o.id = f.order_id where f.settled_at is not null
  ), positions as (
    select account_id, instrument_id, sum(signed) as qty, sum(flow) as flow, sum(fee) as fees from flows group by 1, 2
  )
  select 'cash_is_the_sum_of_its_ledger', a.id, jsonb_build_object('cash', a.cash, 'ledger', l.total)
    from paper.accounts a left join lateral (select sum(amount) as total from paper.cash_ledger c where c.account_id = a.id) l on true
    where a.cash is distinct from l.total
  union all
  select 'every_settled_fill_moves_its_money_once', f.account_id, jsonb_build_object('fill', f.id, 'flow', f.flow, 'ledger', c.total)
    from flows f left join lateral (select sum(amount) as total from paper.cash_ledger c where c.fill_id = f.id) c on true
    where c.total is distinct from f.flow - f.fee
  union all
  select 'no_money_moves_before_its_fill', c.account_id, jsonb_build_object('fill', c.fill_id)
    from paper.cash_ledger c join paper.fills f on f.id = c.fill_id where f.settled_at is null
  union all
  select 'position_is_the_sum_of_its_fills', coalesce(p.account_id, s.account_id), jsonb_build_object('instrument',
      coalesce(p.instrument_id, s.instrument_id), 'position', p.qty, 'fills', s.qty, 'realized', p.realized, 'cost', p.cost, 'flow', s.flow)
    from paper.positions p full join positions s on s.account_id = p.account_id and s.instrument_id = p.instrument_id
    where p.qty is distinct from s.qty or p.realized - p.cost is distinct from s.flow or p.fees is distinct from s.fees
  union all
  select 'order_quantity_is_the_sum_of_its_fills', o.account_id, jsonb_build_object('order', 'P' || o.id,
      'filled', o.filled_qty, 'matched', o.matched_qty)
    from paper.orders o left join lateral (select coalesce(sum(qty) filter (where settled_at is not null), 0) as settled,
      coalesce(sum(qty), 0) as matched, coalesce(sum(fee), 0) as fees from paper.fills f where f.order_id = o.id) f on true
    where o.filled_qty <> f.settled or o.matched_qty <> f.matched or o.fee_charged <> f.fees
$$;
