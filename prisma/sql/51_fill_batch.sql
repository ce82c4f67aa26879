-- Fills, the batch: resolves them to orders, takes every lock in order, applies them one by one.

set local role lockstep_fill;

-- Applies one fill to its order and everything behind it; the caller holds account day, position and trade.
-- Returns {applied: 0|1, jobs, entered?}, or {refused: code} for an order that was never sent.
-- Caller: fn.fills_apply. Writes: trade_fills and, through the other stages, all that follows.
create or replace function fn.fill_apply(p_order uuid, p jsonb, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  o public.orders;
  t public.trades;
  v_qty numeric; v_price numeric; v_fee numeric; v_over numeric := 0; v_fee_over numeric := 0;
  v_reason text; v_trade uuid;
begin
  select * into strict o from public.orders where id = p_order;
  if o.status in ('CREATED', 'DENIED') then return '{"refused": "ORDER_NEVER_SENT"}'; end if;
  select * into strict t from public.trades where id = o.trade_id;
  p := fn.fill_shape(o, p, t.multiplier);
  if p is null then return '{"applied": 0, "jobs": []}'; end if;
  v_qty := (p->>'qty')::numeric; v_price := (p->>'price')::numeric; v_fee := (p->>'fee')::numeric;
  if o.kind = 'ENTRY' then
    perform fn.fill_put(o, p, t.id, 'OPEN', v_qty, v_fee, '', null, p_now);
  else
    v_reason := coalesce((select x.exit_reason from public.exit_intents x where x.id = o.exit_intent_id), 'EXTERNAL');
    v_over := greatest(v_qty - t.open_qty, 0);
    v_fee_over := case when v_over = v_qty then v_fee else round(v_fee * v_over / v_qty, 8) end;
    if v_over < v_qty then
      perform fn.fill_put(o, p, t.id, 'CLOSE', v_qty - v_over, v_fee - v_fee_over, '', v_reason, p_now);
    end if;
    if v_over > 0 then
      v_trade := fn.overfill_trade(o, v_over, p_now);
      perform fn.fill_put(o, p, v_trade, 'OPEN', v_over, v_fee_over, case when v_over < v_qty then ':over' else '' end, null, p_now);
    end if;
  end if;
  return fn.fill_follow(o, t, v_trade, fn.order_fill(o.id, v_qty, v_over,
    fn.fill_value(v_qty - v_over, v_price, t.multiplier) + fn.fill_value(v_over, v_price, t.multiplier), v_fee,
    p->>'broker_order_id', p - 'order_id', p_now), p_now);
end
$$;

-- What follows a fill: intent, exit intent, a cancel that waited for the order to be known, the trade's close. p_was:
-- the order before the fill; p_is: after it. Returns {applied, jobs, entered: the trade that grew, or null}.
-- Caller: fn.fill_apply.
create or replace function fn.fill_follow(
  p_was public.orders, t public.trades, p_over_trade uuid, p_is public.orders, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_jobs jsonb := '[]';
begin
  if p_is.kind = 'ENTRY' and t.entry_qty = 0 and p_is.trade_intent_id is not null then
    perform fn.intent_executed(p_is.trade_intent_id);
  end if;
  if p_is.filled_qty > p_is.qty and p_is.kind = 'ENTRY' then
    perform fn.alert_raise(p_is.user_id, 'WARN', 'ORDER_OVERFILLED',
      format('The broker filled %s of an order for %s; the exit covers all of it.', trim_scale(p_is.filled_qty), trim_scale(p_is.qty)),
      'order', p_is.id, 'overfill:' || p_is.id);
  end if;
  -- A late fill of a withdrawn entry: what was sent in its place is no longer wanted.
  if p_is.kind = 'ENTRY' and p_was.status in ('CANCELLED', 'EXPIRED', 'REJECTED') then
    v_jobs := v_jobs || fn.trade_entries_withdraw(t.id, '{"code": "LATE_FILL"}');
  end if;
  v_jobs := v_jobs || fn.order_cancel_now(p_is.id, p_now);
  if p_is.kind = 'EXIT' then
    v_jobs := v_jobs || coalesce(fn.exit_order_outcome(p_is.id), '[]');
  end if;
  return jsonb_build_object('applied', 1, 'jobs', v_jobs || fn.trade_settle(t.id, p_now),
    'entered', case when p_is.kind = 'ENTRY' then t.id else p_over_trade end);
end
$$;

-- Applies fills: [{order_id | client_order_id | user_broker_id + broker_order_id, broker_fill_id, qty, price, fee?,
-- fee_estimated?, occurred_at, via}], or {…, cumulative_qty, avg_price} from a broker without fill ids. Returns {applied,
-- duplicates, unmatched: [fills of no order of ours], jobs}. Locks: account days, positions, trades, each in key order,
-- before anything is written. Caller: worker. Writes: see fn.fill_apply.
create or replace function fn.fills_apply(p_fills jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_fills jsonb;
  v_lost jsonb;
  v_days uuid[];
  v_entered uuid[] := '{}';
  v_fill record;
  v_done jsonb;
  v_applied int := 0;
  v_repeated int := 0;
  v_now timestamptz;
  v_jobs jsonb := '[]';
begin
  select coalesce(jsonb_agg(jsonb_build_object('fill', f.value, 'order_id', o.id, 'trade_id', o.trade_id, 'user_id', o.user_id,
      'user_broker_id', o.user_broker_id, 'instrument_id', o.instrument_id, 'closes', o.kind <> 'ENTRY')
      order by f.n) filter (where o.trade_id is not null), '[]'),
    coalesce(jsonb_agg(f.value) filter (where o.trade_id is null), '[]')
  into v_fills, v_lost
  from jsonb_array_elements(p_fills) with ordinality f(value, n)
  -- As in fn.orders_record: by the index, one by one.
  left join lateral (select r.* from public.orders r where r.id = fn.order_find(f.value) offset 0) o on true;
  v_days := array(select distinct (x->>'user_broker_id')::uuid from jsonb_array_elements(v_fills) x
    where (x->>'closes')::boolean order by 1);
  perform fn.account_days_open(v_days, fn.clock());
  perform fn.positions_lock(v_fills);
  perform fn.trade_lock(array(select distinct (x->>'trade_id')::uuid from jsonb_array_elements(v_fills) x order by 1));
  v_now := fn.clock();
  for v_fill in select x->'fill' as p, (x->>'order_id')::uuid as order_id from jsonb_array_elements(v_fills) x loop
    v_done := fn.fill_apply(v_fill.order_id, v_fill.p, v_now);
    if v_done ? 'refused' then
      v_lost := v_lost || jsonb_build_array(v_fill.p || v_done);
      continue;
    end if;
    v_applied := v_applied + (v_done->>'applied')::int;
    v_repeated := v_repeated + 1 - (v_done->>'applied')::int;
    v_jobs := v_jobs || (v_done->'jobs');
    v_entered := v_entered || (v_done->>'entered')::uuid;
  end loop;
  perform fn.trade_triggers_refresh(array(select distinct e from unnest(v_entered) e where e is not null order by e));
  if v_applied > 0 and cardinality(v_days) > 0 then
    perform fn.account_days_mark(v_days);
  end if;
  return jsonb_build_object('applied', v_applied, 'duplicates', v_repeated, 'unmatched', v_lost, 'jobs', v_jobs);
end
$$;

grant execute on function fn.fills_apply(jsonb) to lockstep_worker;

reset role;
