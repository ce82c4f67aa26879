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
      updated_at = p_at
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
  insert into paper.news (account_id, order_id, fill_id, at)
    values (p_fill.account_id, p_fill.order_id, p_fill.id, p_at), (p_fill.account_id, p_fill.order_id, null, p_at);
end
$$;

-- Everything whose time has come: due fills in the order of their due times, then the end of DAY orders.
-- Called by the feed loop for all accounts and before every read for one; answers how many rows changed. What is due is
-- judged by p_now; what is written carries the clock after the lock waits, so that "since my last read" misses nothing.
create or replace function paper.advance(p_now timestamptz default null, p_account uuid default null) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_now timestamptz := coalesce(p_now, fn.clock());
  v_at timestamptz;
  v_accounts uuid[];
  v_fill paper.fills;
  v_count int := 0;
  v_ended int;
begin
  select array_agg(due.account_id) into v_accounts from (
    select account_id from paper.fills where settled_at is null and due_at <= v_now
    union select account_id from paper.orders where status in ('PLACED', 'PARTIALLY_FILLED') and expires_at <= v_now
      and matched_qty = filled_qty) due
    where p_account is null or due.account_id = p_account;
  if v_accounts is null then
    return 0;
  end if;
  perform 1 from paper.accounts where id = any (v_accounts) order by id for no key update;
  v_at := fn.clock();
  for v_fill in select * from paper.fills where account_id = any (v_accounts) and settled_at is null and due_at <= v_now
      order by due_at, order_id, n limit case when p_account is null then 500 end loop
    perform paper.fill_settle(v_fill, v_at);
    v_count := v_count + 1;
  end loop;
  with ended as (
    update paper.orders set status = 'EXPIRED', updated_at = v_at
    where account_id = any (v_accounts) and status in ('PLACED', 'PARTIALLY_FILLED') and expires_at <= v_now
      and matched_qty = filled_qty
    returning id, account_id
  )
  insert into paper.news (account_id, order_id, at) select e.account_id, e.id, v_at from ended e order by e.id;
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
-- that dies in between leaves them to the next one after the lease, so news may repeat and are never lost. Advances first.
-- Answers [{id, account_id, fill} or {id, account_id, order}] in the order in which they happened.
create or replace function paper.news_claim(p_accounts uuid[], p_now timestamptz, p_lease_ms int, p_limit int) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_now timestamptz := coalesce(p_now, fn.clock());
  v_news jsonb;
begin
  perform paper.advance(p_now);
  with free as (
    select n.id from paper.news n where n.account_id = any (p_accounts) and n.told_at is null
      and (n.leased_until is null or n.leased_until <= v_now)
    order by n.id limit p_limit for update skip locked
  ), leased as (
    update paper.news n set leased_until = v_now + interval '1 millisecond' * p_lease_ms from free where n.id = free.id
    returning n.id, n.account_id, n.order_id, n.fill_id
  )
  select jsonb_agg(jsonb_build_object('id', l.id::text, 'account_id', l.account_id,
      'fill', case when f.id is not null then paper.fill_json(f) end,
      'order', case when f.id is null then paper.order_json(o) end) order by l.id) into v_news
    from leased l join paper.orders o on o.id = l.order_id left join paper.fills f on f.id = l.fill_id;
  return coalesce(v_news, '[]');
end
$$;

-- Marks news as told.
create or replace function paper.news_done(p_ids bigint[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform 1 from paper.news where id = any (p_ids) and told_at is null order by id for update;
  update paper.news set told_at = fn.clock(), leased_until = null where id = any (p_ids) and told_at is null;
end
$$;
