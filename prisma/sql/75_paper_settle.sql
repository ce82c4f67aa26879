-- The paper broker: fills happen when they are due (order, position, cash, ledger in one transaction), DAY orders end,
-- and both are handed to the stream.

-- One due fill of a locked account into the book.
-- Cost is kept at average cost; realized grows so that always: sum of cash flows = realized − cost, to the last digit.
create or replace function paper.fill_settle(p_fill paper.fills, p_at timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_order paper.orders;
  v_old paper.positions;
  v_signed numeric;
  v_flow numeric;
  v_cost numeric;
begin
  update paper.orders set filled_qty = filled_qty + p_fill.qty, filled_value = filled_value + p_fill.qty * p_fill.price,
      status = case when filled_qty + p_fill.qty = qty then 'FILLED' else 'PARTIALLY_FILLED' end,
      updated_at = p_at, untold_at = p_at
    where id = p_fill.order_id returning * into v_order;
  v_signed := case v_order.side when 'BUY' then p_fill.qty else -p_fill.qty end;
  v_flow := round(-v_signed * p_fill.price * v_order.multiplier, 8);

  insert into paper.positions (account_id, instrument_id, symbol, updated_at)
    values (p_fill.account_id, v_order.instrument_id, v_order.symbol, p_at) on conflict do nothing;
  select * into v_old from paper.positions
    where account_id = p_fill.account_id and instrument_id = v_order.instrument_id for update;
  v_cost := case
    when v_old.qty * v_signed >= 0 then v_old.cost - v_flow
    when abs(v_signed) < abs(v_old.qty) then v_old.cost - round(v_old.cost * abs(v_signed) / abs(v_old.qty), 8)
    when abs(v_signed) = abs(v_old.qty) then 0
    else round((v_old.qty + v_signed) * p_fill.price * v_order.multiplier, 8)
  end;
  update paper.positions set qty = v_old.qty + v_signed, cost = v_cost,
      realized = v_old.realized + v_flow + v_cost - v_old.cost, fees = v_old.fees + p_fill.fee, updated_at = p_at
    where account_id = p_fill.account_id and instrument_id = v_order.instrument_id;

  update paper.accounts set cash = cash + v_flow - p_fill.fee where id = p_fill.account_id;
  insert into paper.cash_ledger (account_id, kind, amount, fill_id, at)
    select p_fill.account_id, m.kind, m.amount, p_fill.id, p_at
    from (values ('FILL', v_flow), ('FEE', -p_fill.fee)) m (kind, amount) where m.kind = 'FILL' or m.amount <> 0;
  update paper.fills set settled_at = p_at where id = p_fill.id;
end
$$;

-- Everything whose time has come: due fills in the order of their due times, then the end of DAY orders.
-- Called before every read and by the feed loop; answers how many rows changed.
create or replace function paper.advance(p_now timestamptz default null) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_now timestamptz := coalesce(p_now, fn.clock());
  v_fill paper.fills;
  v_count int := 0;
  v_ended int;
begin
  if not exists (select from paper.fills where settled_at is null and due_at <= v_now)
    and not exists (select from paper.orders where status in ('PLACED', 'PARTIALLY_FILLED') and expires_at <= v_now
      and matched_qty = filled_qty) then
    return 0;
  end if;
  perform 1 from paper.accounts where id in (
      select account_id from paper.fills where settled_at is null and due_at <= v_now
      union select account_id from paper.orders where status in ('PLACED', 'PARTIALLY_FILLED') and expires_at <= v_now)
    order by id for update;
  for v_fill in select * from paper.fills where settled_at is null and due_at <= v_now order by due_at, order_id, n loop
    perform paper.fill_settle(v_fill, greatest(v_now, v_fill.matched_at));
    v_count := v_count + 1;
  end loop;
  update paper.orders set status = 'EXPIRED', updated_at = v_now, untold_at = v_now
    where status in ('PLACED', 'PARTIALLY_FILLED') and expires_at <= v_now and matched_qty = filled_qty;
  get diagnostics v_ended = row_count;
  return v_count + v_ended;
end
$$;

-- When the book changes next by itself: the earliest due fill or end of a DAY order; null when nothing waits.
create or replace function paper.next_due_at() returns timestamptz
language sql stable set search_path = ''
as $$
  select least(
    (select min(due_at) from paper.fills where settled_at is null),
    (select min(expires_at) from paper.orders where status in ('PLACED', 'PARTIALLY_FILLED') and expires_at is not null
      and matched_qty = filled_qty))
$$;

-- Leases news of these accounts to one process, which hands them to its stream and then calls paper.news_done; a process
-- that dies in between leaves them to the next one after the lease, so news may repeat and are never lost.
-- Answers {fills: [{id, account_id, fill}], orders: [{id, account_id, untold_at, order}]}, oldest first.
create or replace function paper.news_claim(p_accounts uuid[], p_now timestamptz, p_lease_ms int, p_limit int) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_now timestamptz := coalesce(p_now, fn.clock());
  v_until timestamptz := v_now + interval '1 millisecond' * p_lease_ms;
  v_fills jsonb;
  v_orders jsonb;
begin
  with due as (
    select f.id from paper.fills f where f.account_id = any (p_accounts) and f.settled_at is not null and f.delivered_at is null
      and (f.leased_until is null or f.leased_until <= v_now)
    order by f.due_at, f.order_id, f.n limit p_limit for update skip locked
  ), leased as (
    update paper.fills f set leased_until = v_until from due where f.id = due.id returning f.*
  )
  select jsonb_agg(jsonb_build_object('id', l.id::text, 'account_id', l.account_id,
      'fill', paper.fill_json(l::paper.fills)) order by l.due_at, l.order_id, l.n) into v_fills from leased l;
  with due as (
    select o.id from paper.orders o where o.account_id = any (p_accounts) and o.untold_at is not null
      and (o.leased_until is null or o.leased_until <= v_now)
    order by o.untold_at, o.id limit p_limit for update skip locked
  ), leased as (
    update paper.orders o set leased_until = v_until from due where o.id = due.id returning o.*
  )
  select jsonb_agg(jsonb_build_object('id', l.id::text, 'account_id', l.account_id, 'untold_at', l.untold_at,
      'order', paper.order_json(l::paper.orders)) order by l.untold_at, l.id) into v_orders from leased l;
  return jsonb_build_object('fills', coalesce(v_fills, '[]'), 'orders', coalesce(v_orders, '[]'));
end
$$;

-- Marks news as told. An order that changed again meanwhile keeps its newer news, free to be claimed.
create or replace function paper.news_done(p_fills bigint[], p_orders bigint[], p_untold timestamptz[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update paper.fills set delivered_at = fn.clock(), leased_until = null where id = any (p_fills) and delivered_at is null;
  update paper.orders o set untold_at = case when o.untold_at > t.untold_at then o.untold_at end, leased_until = null
    from unnest(p_orders, p_untold) t (id, untold_at) where o.id = t.id;
end
$$;
