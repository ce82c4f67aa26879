-- Stage 3: decisions become rows: intents, and for approvals trades and entry orders, all in the deciding transaction.
-- Entry points: fn.intents_record, fn.intent_executed, fn.intent_failed.
-- Invariants: an answer is recorded once per delivery, by whoever claims the delivery; nothing is sent from here.

set local role lockstep_intent;

-- Writes the intents of deliveries that were just claimed, in delivery order. Caller: fn.intents_record.
-- Writes: trade_intents. Returns them.
create or replace function fn.intents_insert(p_decisions jsonb, p_claimed uuid[], p_now timestamptz)
returns setof public.trade_intents
language sql volatile security definer set search_path = ''
as $$
  insert into public.trade_intents (signal_delivery_id, signal_id, user_id, user_broker_id, subscription_id, strategy_id,
    instrument_id, direction, trade_type, status, reason_code, reasons, inputs, bound, qty, price, reserve_price,
    stop_price, target_price, order_type, limit_price, created_at, decided_at)
  select d.id, d.signal_id, d.user_id, d.user_broker_id, d.subscription_id, d.strategy_id, d.instrument_id, d.direction,
    n.trade_type, n.outcome, n.code, coalesce(n.checks, '[]'), coalesce(n.inputs, '{}'), n.bound, coalesce(n.qty, 0),
    n.price, n.reserve_price, n.stop_price, n.target_price, n.order_type, n.limit_price, p_now, p_now
  from jsonb_to_recordset(p_decisions) as n(delivery_id uuid, outcome text, code text, checks jsonb, inputs jsonb,
    bound jsonb, trade_type text, qty numeric, price numeric, reserve_price numeric, stop_price numeric,
    target_price numeric, order_type text, limit_price numeric)
  join public.signal_deliveries d on d.id = n.delivery_id
  where d.id = any (p_claimed)
  order by d.id
  on conflict on constraint one_intent_per_delivery do nothing
  returning *
$$;

-- Creates the trade and the entry order of an approved intent. Caller: fn.intents_record. Returns the order's id.
-- Writes, through their owners: trades, orders.
create or replace function fn.intent_place(p public.trade_intents) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_trade uuid;
  v public.instruments;
  v_signal public.signals;
begin
  select * into strict v from public.instruments i where i.id = p.instrument_id;
  select * into strict v_signal from public.signals s where s.id = p.signal_id;
  v_trade := fn.trade_create(jsonb_build_object('trade_intent_id', p.id, 'user_id', p.user_id,
    'user_broker_id', p.user_broker_id, 'instrument_id', p.instrument_id, 'subscription_id', p.subscription_id,
    'strategy_id', p.strategy_id, 'signal_id', p.signal_id, 'direction', p.direction, 'trade_type', p.trade_type,
    'origin', 'SIGNAL', 'currency', v.currency, 'multiplier', v.multiplier, 'wanted_qty', p.qty,
    'signal_stop', v_signal.stop_price, 'signal_target', v_signal.target_price));
  return fn.order_create(jsonb_build_object('user_id', p.user_id, 'user_broker_id', p.user_broker_id,
    'instrument_id', p.instrument_id, 'trade_id', v_trade, 'trade_intent_id', p.id, 'kind', 'ENTRY',
    'origin', 'SIGNAL', 'side', case p.direction when 'LONG' then 'BUY' else 'SELL' end, 'order_type', p.order_type,
    'qty', p.qty, 'limit_price', p.limit_price, 'reserve_price', p.reserve_price));
end
$$;

-- Records a batch: [{delivery_id, outcome APPROVED|REJECTED|WAIT, trade_id (WAIT), code, checks, inputs, bound,
-- trade_type, qty, price, reserve_price, stop_price, target_price, order_type, limit_price}]. A delivery that somebody
-- else decided is left out. Caller: worker, in the transaction of fn.intents_load.
-- Returns {approved, rejected, waiting, jobs: [order.place]}. Writes: trade_intents, account_exposure and, through
-- their owners, signal_deliveries, trades, orders, event_log.
create or replace function fn.intents_record(p_decisions jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_claimed uuid[];
  v_intents public.trade_intents[];
  v_intent public.trade_intents;
  v_jobs jsonb := '[]';
  v_waiting int;
begin
  v_claimed := array(select fn.deliveries_decided(array(select (n ->> 'delivery_id')::uuid
    from jsonb_array_elements(p_decisions) n where n ->> 'outcome' <> 'WAIT' order by 1), v_now));
  perform fn.delivery_wait((n ->> 'delivery_id')::uuid, (n ->> 'trade_id')::uuid)
  from jsonb_array_elements(p_decisions) n where n ->> 'outcome' = 'WAIT' order by n ->> 'delivery_id';
  get diagnostics v_waiting = row_count;
  v_intents := array(select i from fn.intents_insert(p_decisions, v_claimed, v_now) i);
  foreach v_intent in array v_intents loop
    if v_intent.status = 'APPROVED' then
      v_jobs := v_jobs || fn.job('order.place', fn.intent_place(v_intent));
    end if;
  end loop;
  update public.account_exposure e set decided_at = v_now
  from (select distinct (i).user_broker_id as id from unnest(v_intents) i) a where e.user_broker_id = a.id;
  perform fn.event_append(a.user_id, 'intent', 'signal', a.signal_id,
    jsonb_build_object('approved', a.approved, 'rejected', a.rejected))
  from (select (i).user_id, (i).signal_id, count(*) filter (where (i).status = 'APPROVED') as approved,
      count(*) filter (where (i).status = 'REJECTED') as rejected
    from unnest(v_intents) i group by 1, 2 order by 1, 2) a;
  return jsonb_build_object('approved', jsonb_array_length(v_jobs),
    'rejected', cardinality(v_intents) - jsonb_array_length(v_jobs), 'waiting', v_waiting, 'jobs', v_jobs);
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

grant execute on function fn.intents_record(jsonb) to lockstep_worker;
grant execute on function fn.intent_executed(uuid), fn.intent_failed(uuid, text, text) to lockstep_stage;

reset role;
