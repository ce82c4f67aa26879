-- Stage 2: what becomes of a delivery: decided, expired, or waiting for a trade and woken again.
-- Entry points: fn.deliveries_expire, fn.deliveries_decided, fn.delivery_wait, fn.delivery_wake, fn.deliveries_sweep.
-- Invariant: a delivery leaves PENDING once, by a guarded update; rows are locked in id order.

set local role lockstep_delivery;

-- Expires what is PENDING of these signals, on these accounts (null: on all). Caller: stage 1 (an exit or a newer entry
-- came in). Returns how many. Writes: signal_deliveries.
create or replace function fn.deliveries_expire(p_signals uuid[], p_accounts uuid[], p_reason text) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_ids uuid[];
  v_now timestamptz;
begin
  select array_agg(d.id) into v_ids from (
    select d.id from public.signal_deliveries d
    where d.signal_id = any (p_signals) and d.status = 'PENDING'
      and (p_accounts is null or d.user_broker_id = any (p_accounts))
    order by d.id for update) d;
  v_now := fn.clock();
  update public.signal_deliveries d set status = 'EXPIRED', reason = p_reason, expired_at = v_now
  where d.id = any (v_ids) and d.status = 'PENDING';
  return coalesce(cardinality(v_ids), 0);
end
$$;

-- Expires these deliveries if they still are PENDING. Callers: fn.intents_load, fn.deliveries_sweep. Returns how many.
create or replace function fn.deliveries_end(p_deliveries uuid[], p_reason text, p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count int;
begin
  perform from public.signal_deliveries d where d.id = any (p_deliveries) order by d.id for update;
  update public.signal_deliveries d set status = 'EXPIRED', reason = p_reason, expired_at = p_now
  where d.id = any (p_deliveries) and d.status = 'PENDING';
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- Claims the decision of deliveries: PENDING → DECIDED. Returns those that this call decided: nobody else will.
-- Caller: fn.intents_record. Writes: signal_deliveries.
create or replace function fn.deliveries_decided(p_deliveries uuid[], p_now timestamptz) returns setof uuid
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.signal_deliveries d where d.id = any (p_deliveries) order by d.id for update;
  return query
  update public.signal_deliveries d set status = 'DECIDED', decided_at = p_now, waits_for_trade_id = null
  where d.id = any (p_deliveries) and d.status = 'PENDING'
  returning d.id;
end
$$;

-- Lets a delivery wait for a trade that appeared after the fan-out, at most max_lag from the signal. A trade that
-- closed meanwhile is found by the sweep. Caller: fn.intents_record. Writes: signal_deliveries.
create or replace function fn.delivery_wait(p_delivery uuid, p_trade uuid) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.signal_deliveries d set waits_for_trade_id = p_trade,
    expires_at = greatest(d.expires_at, s.published_at
      + coalesce(s.max_lag_ms * interval '1 millisecond', g.max_lag_seconds * interval '1 second'))
  from public.signals s join public.strategies g on g.id = s.strategy_id
  where d.id = p_delivery and d.status = 'PENDING' and s.id = d.signal_id
$$;

-- Moves whoever waits for this trade on: to the next opposite trade of the strategy on that account, or to its decision.
-- Callers: stage 6 in the transaction that ends the trade (its row locked), the sweep. Returns jobs [delivery.decide].
-- Writes: signal_deliveries.
create or replace function fn.delivery_wake(p_trade uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_jobs jsonb;
begin
  perform from public.signal_deliveries d where d.waits_for_trade_id = p_trade and d.status = 'PENDING'
    order by d.id for update;
  with moved as (
    update public.signal_deliveries d
    set waits_for_trade_id =
      fn.reversal_waits_for(d.strategy_id, d.instrument_id, d.user_broker_id, d.direction, p_trade)
    where d.waits_for_trade_id = p_trade and d.status = 'PENDING'
    returning d.id, d.waits_for_trade_id
  )
  select jsonb_agg(jsonb_build_object('name', 'delivery.decide', 'id', m.id) order by m.id) into v_jobs
  from moved m where m.waits_for_trade_id is null;
  return coalesce(v_jobs, '[]');
end
$$;

-- Finds deliveries past their allowed age: those out of time expire, those whose trade is gone are woken, those whose
-- decision never came are asked for again. Returns {expired, woken, jobs}. Caller: worker (every 10 s).
-- Writes: signal_deliveries.
create or replace function fn.deliveries_sweep(p_limit int) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_expired int;
  v_gone uuid;
  v_woken int := 0;
  v_jobs jsonb := '[]';
begin
  v_expired := fn.deliveries_end(array(select d.id from public.signal_deliveries d
    where d.status = 'PENDING' and d.decided_at is null and d.expires_at <= v_now order by d.created_at limit p_limit), 'SIGNAL_EXPIRED', v_now);
  for v_gone in
    select distinct d.waits_for_trade_id from public.signal_deliveries d
    join public.trades t on t.id = d.waits_for_trade_id
    where d.status = 'PENDING' and d.decided_at is null and t.status in ('CLOSED', 'CANCELLED', 'REJECTED')
    order by 1 limit p_limit
  loop
    v_woken := v_woken + 1;
    v_jobs := v_jobs || fn.delivery_wake(v_gone);
  end loop;
  select v_jobs || coalesce(jsonb_agg(jsonb_build_object('name', 'delivery.decide', 'id', d.id, 'key', d.id)), '[]')
  into v_jobs
  from (select d.id from public.signal_deliveries d
    where d.status = 'PENDING' and d.decided_at is null and d.waits_for_trade_id is null and d.created_at < v_now - interval '30 seconds'
    order by d.created_at limit p_limit) d;
  return jsonb_build_object('expired', v_expired, 'woken', v_woken, 'jobs', v_jobs);
end
$$;

grant execute on function fn.deliveries_expire(uuid[], uuid[], text), fn.delivery_wake(uuid) to lockstep_stage;
grant execute on function fn.deliveries_end(uuid[], text, timestamptz), fn.deliveries_decided(uuid[], timestamptz),
  fn.delivery_wait(uuid, uuid) to lockstep_intent;
grant execute on function fn.deliveries_sweep(int) to lockstep_worker;

reset role;
