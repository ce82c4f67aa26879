-- Stage 3: decisions become rows: intents, and for approvals trades and entry orders, all in the deciding transaction.
-- Entry points: fn.intents_record, fn.intent_executed, fn.intent_failed.
-- Invariants: an answer is recorded once per delivery, by whoever claims the delivery; nothing is sent from here.

set local role lockstep_intent;

-- Writes the intents of deliveries that were just claimed, in delivery order. Caller: fn.intents_record.
-- Writes: trade_intents. Returns what the rest of the batch needs of them.
create or replace function fn.intents_insert(p_decisions jsonb, p_checks jsonb, p_claimed uuid[], p_now timestamptz)
returns table (id uuid, user_id uuid, user_broker_id uuid, signal_id uuid, status text)
language sql volatile security definer set search_path = ''
as $$
  insert into public.trade_intents as i (signal_delivery_id, signal_id, user_id, user_broker_id, subscription_id, strategy_id,
    instrument_id, direction, trade_type, status, reason_code, reasons, inputs, bound, qty, price, reserve_price,
    stop_price, target_price, order_type, limit_price, created_at, decided_at)
  select d.id, d.signal_id, d.user_id, d.user_broker_id, d.subscription_id, d.strategy_id, d.instrument_id, d.direction,
    n.trade_type, n.outcome, n.code, coalesce(n.checks, '[]'), coalesce(n.inputs, '{}'), n.bound, coalesce(n.qty, 0),
    n.price, n.reserve_price, n.stop_price, n.target_price, n.order_type, n.limit_price, p_now, p_now
  from rows from (jsonb_to_recordset(p_decisions) as (delivery_id uuid, outcome text, code text, inputs jsonb,
    bound jsonb, trade_type text, qty numeric, price numeric, reserve_price numeric, stop_price numeric,
    target_price numeric, order_type text, limit_price numeric), jsonb_array_elements(p_checks))
    as n(delivery_id, outcome, code, inputs, bound, trade_type, qty, price, reserve_price, stop_price, target_price,
      order_type, limit_price, checks)
  join public.signal_deliveries d on d.id = n.delivery_id
  where d.id = any (p_claimed)
  order by d.id
  on conflict on constraint one_intent_per_delivery do nothing
  returning i.id, i.user_id, i.user_broker_id, i.signal_id, i.status
$$;

-- Records a batch: [{delivery_id, outcome APPROVED|REJECTED|WAIT, trade_id (WAIT), code, inputs, bound, trade_type, qty,
-- price, reserve_price, stop_price, target_price, order_type, limit_price}], and the checks of each by position ([[code or
-- {code, ok, figures}]]; they are five times the rest, and taken apart once). A delivery that somebody else decided is left out. Caller: worker, in the transaction of fn.intents_load.
-- Returns {approved, rejected, waiting, jobs: [order.place]}. Writes: trade_intents, account_exposure and, through
-- their owners, signal_deliveries, trades, orders, event_log.
create or replace function fn.intents_record(p_decisions jsonb, p_checks jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_claimed uuid[];
  v_made record;
  v_jobs jsonb := '[]';
  v_waiting int;
begin
  v_claimed := array(select fn.deliveries_decided(array(select (n ->> 'delivery_id')::uuid
    from jsonb_array_elements(p_decisions) n where n ->> 'outcome' <> 'WAIT' order by 1), v_now));
  perform fn.delivery_wait((n ->> 'delivery_id')::uuid, (n ->> 'trade_id')::uuid)
  from jsonb_array_elements(p_decisions) n where n ->> 'outcome' = 'WAIT' order by n ->> 'delivery_id';
  get diagnostics v_waiting = row_count;
  with made as materialized (
    select i.* from fn.intents_insert(p_decisions, p_checks, v_claimed, v_now) i
  ), told as (
    select m.user_id, m.signal_id, jsonb_build_object('approved', count(*) filter (where m.status = 'APPROVED'),
      'rejected', count(*) filter (where m.status = 'REJECTED')) as data
    from made m group by 1, 2 order by 1, 2
  )
  select count(*) as total, array_agg(m.id order by m.id) filter (where m.status = 'APPROVED') as approved,
    array_agg(distinct m.user_broker_id order by m.user_broker_id) as accounts,
    (select array_agg(t.user_id order by t.user_id, t.signal_id) from told t) as users,
    (select array_agg(t.signal_id order by t.user_id, t.signal_id) from told t) as signals,
    (select array_agg(t.data order by t.user_id, t.signal_id) from told t) as data
  into v_made from made m;
  if v_made.approved is not null then
    perform fn.trades_create(v_made.approved, v_now);
    v_jobs := fn.entry_orders_create(v_made.approved, v_now);
  end if;
  update public.account_exposure e set decided_at = v_now where e.user_broker_id = any (v_made.accounts);
  perform fn.events_append(v_made.users, 'intent', 'signal', v_made.signals, v_made.data);
  return jsonb_build_object('approved', jsonb_array_length(v_jobs),
    'rejected', v_made.total - jsonb_array_length(v_jobs), 'waiting', v_waiting, 'jobs', v_jobs);
end
$$;

-- The first fill came: the intent is EXECUTED, also after it had failed or expired (a late fill). A repeat does
-- nothing. Caller: stage 5. Writes: trade_intents.
create or replace function fn.intent_executed(p_intent uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.trade_intents i set status = 'EXECUTED', executed_at = fn.clock(), ended_at = null
  where i.id = p_intent and i.status in ('APPROVED', 'FAILED', 'EXPIRED');
end
$$;

-- The entry ended without a fill: FAILED or EXPIRED, with the code of the order's end. A repeat, and an intent that was
-- executed, change nothing. Caller: stage 4. Writes: trade_intents.
create or replace function fn.intent_failed(p_intent uuid, p_status text, p_code text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.trade_intents i set status = p_status, reason_code = coalesce(p_code, p_status), ended_at = fn.clock()
  where i.id = p_intent and i.status = 'APPROVED' and p_status in ('FAILED', 'EXPIRED');
end
$$;

grant execute on function fn.intents_record(jsonb, jsonb) to lockstep_worker;
grant execute on function fn.intent_executed(uuid), fn.intent_failed(uuid, text, text) to lockstep_stage;

reset role;
