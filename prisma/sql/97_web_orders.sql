-- Orders for the pages, and cancelling an entry by hand.
-- Entry points: fn.orders_list (web; row-level security narrows it), fn.order_cancel_manual (web, own orders).

set local role lockstep_order;

-- Purpose: the actor's orders, newest first (p_oldest: oldest first), after a cursor (p_at, p_id; null begins).
--   p_states: the states wanted (null: all); p_kind, p_symbol, p_account narrow further.
-- Caller: web. Reads only.
create or replace function fn.orders_list(p_id uuid, p_states text[], p_kind text, p_symbol text, p_account uuid,
  p_oldest boolean, p_at timestamptz, p_cursor uuid, p_limit int)
returns table (id uuid, created_at timestamptz, symbol text, tick_size numeric, currency text, account text, environment text,
  broker text, trade_id uuid, trade_status text, direction text, kind text, origin text, side text, order_type text,
  qty numeric, filled_qty numeric, limit_price numeric, average numeric, fees numeric, status text, reject_code text,
  reject_text text, cancel_code text, cancel_wanted_at timestamptz, ask_count int, unknown_at timestamptz, client_order_id text,
  broker_order_id text, submitted_at timestamptz, placed_at timestamptz, ended_at timestamptz, exit_reason text)
language sql stable
as $$
  select o.id, o.created_at, i.symbol, i.tick_size, i.currency, b.name, b.environment, b.broker, o.trade_id, t.status,
    t.direction, o.kind, o.origin, o.side, o.order_type, o.qty, o.filled_qty, o.limit_price,
    round(o.filled_value / nullif(o.filled_qty * i.multiplier, 0), 8), o.fees, o.status, o.reject_code, o.reject_text,
    coalesce(o.cancel_cause ->> 'code', o.cancel_cause ->> 'act'), o.cancel_wanted_at, o.ask_count, o.unknown_at,
    o.client_order_id, o.broker_order_id, o.submitted_at, o.placed_at, o.ended_at, x.exit_reason
  from public.orders o
  join public.instruments i on i.id = o.instrument_id
  join public.user_brokers b on b.id = o.user_broker_id
  left join public.trades t on t.id = o.trade_id
  left join public.exit_intents x on x.id = o.exit_intent_id
  where o.user_id = fn.actor() and (p_id is null or o.id = p_id)
    and (p_states is null or o.status = any (p_states)) and (p_kind is null or o.kind = p_kind)
    and (p_symbol is null or i.symbol = p_symbol) and (p_account is null or o.user_broker_id = p_account)
    and (p_at is null or case when p_oldest then (o.created_at, o.id) > (p_at, p_cursor)
      else (o.created_at, o.id) < (p_at, p_cursor) end)
  order by case when p_oldest then o.created_at end, case when p_oldest then o.id end,
    o.created_at desc, o.id desc
  limit least(p_limit, 1001)
$$;

grant execute on function fn.orders_list(uuid, text[], text, text, uuid, boolean, timestamptz, uuid, int) to lockstep_web;

-- Purpose: cancels an entry order of the actor by hand: what is filled of it stays open, the rest is withdrawn. An order
--   whose answer is not known yet is cancelled as soon as it is.
-- Caller: web, own orders. Returns {status: CANCELLED | ASKED | WAITING, jobs}. Writes: orders, order_events and what
--   follows, audit. Codes: LK404; LK409 ORDER_ENDED, NOT_AN_ENTRY.
create or replace function fn.order_cancel_manual(p_order uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  o public.orders;
  v_jobs jsonb;
begin
  perform fn.trade_lock(array(select c.trade_id from public.orders c where c.id = p_order and c.user_id = fn.actor()));
  select * into o from public.orders c where c.id = p_order and c.user_id = fn.actor() for update;
  if o.id is null then perform fn.raise_not_found(); end if;
  if o.kind <> 'ENTRY' then
    perform fn.refuse('LK409', 'NOT_AN_ENTRY: only an entry is cancelled here; an exit by hand is taken back on its trade.');
  end if;
  if fn.order_is_final(o.status) then
    perform fn.refuse('LK409', format('ORDER_ENDED: this order has ended already (%s).', lower(o.status)));
  end if;
  v_jobs := fn.order_cancel_request(p_order, jsonb_build_object('code', 'CANCELLED_BY_HAND', 'by', fn.actor()));
  select * into o from public.orders c where c.id = p_order;
  perform fn.audit_append('order.cancel', 'order', p_order, jsonb_build_object('trade_id', o.trade_id, 'status', o.status));
  return jsonb_build_object('jobs', v_jobs, 'status', case o.status when 'CANCELLED' then 'CANCELLED'
    when 'CANCEL_REQUESTED' then 'ASKED' else 'WAITING' end);
end
$$;

grant execute on function fn.order_cancel_manual(uuid) to lockstep_web;

reset role;
