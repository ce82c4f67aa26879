-- The batch around fn.exit_fire: locks, evaluates, and fires at most one reason per trade.

set local role lockstep_exit;

-- Moves the trail of a trade that a favourable price has carried on. Returns the stop if it was moved, else null.
-- The caller holds the trade. Writes: trades, through stage 6.
create or replace function fn.exit_trail_apply(t public.trades, p_low numeric, p_high numeric, p_now timestamptz) returns numeric
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_next record;
begin
  if not fn.exit_trail_due(t, p_low, p_high) then return null; end if;
  select n.* into v_next from fn.exit_trail_next(t, p_low, p_high, fn.atr(t.instrument_id, '5m', 14)) n;
  perform fn.trade_trail_move(jsonb_build_array(jsonb_build_object('trade_id', t.id, 'trail_stop_price', v_next.trail_stop_price,
    'trail_raise_price', v_next.trail_raise_price, 'trail_distance', v_next.trail_distance, 'trail_step', v_next.trail_step, 'at', p_now)));
  return case when v_next.trail_stop_price is distinct from t.trail_stop_price then v_next.trail_stop_price end;
end
$$;

-- One trade of a batch, held by the caller. p: {trade_id, low?, high?, last?, version?, since?, at?, by}. Without prices
-- only time, wishes and switches count. Returns {trade_id, reason, intent, jobs}, or null where nothing is raised.
create or replace function fn.exit_raise(p jsonb, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  t public.trades;
  x public.exit_intents;
  v_seen record;
  v_raised numeric;
  v_reason record;
  v_asks numeric;
  v_episode int;
begin
  select * into t from public.trades where id = (p ->> 'trade_id')::uuid;
  if t.id is null or t.status not in ('OPEN', 'EXITING') or t.open_qty <= 0 then return null; end if;
  select s.* into v_seen from fn.exit_seen(t, p, p_now) s;
  v_raised := fn.exit_trail_apply(t, v_seen.low, v_seen.high, p_now);
  select * into x from public.exit_intents where trade_id = t.id and status in ('PENDING', 'APPROVED', 'PLACED');
  for v_reason in
    select r.* from fn.exit_reasons_now(t, v_seen.in_session, v_seen.low, v_seen.high, v_seen.last, v_raised, p_now) r
  loop
    v_asks := fn.exit_request(t, v_reason.reason, v_reason.rung);
    continue when x.id is not null and not fn.exit_outranks(v_reason.reason, v_asks is null,
      (select s.order_type = 'MARKET' from fn.exit_style(t, v_reason.reason) s), x);
    v_episode := fn.exit_episode_generate(t.id, v_reason.reason, v_reason.rung);
    continue when v_episode is null;
    return jsonb_build_object('trade_id', t.id, 'reason', v_reason.reason, 'jobs', fn.exit_fire(t, jsonb_build_object(
      'reason', v_reason.reason, 'rung', v_reason.rung, 'trigger_price', v_reason.trigger_price,
      'market_price', v_seen.last, 'also', to_jsonb(v_reason.also), 'by', coalesce(p ->> 'by', 'SWEEP'), 'at', p ->> 'at',
      'episode', v_episode, 'requested_qty', v_asks), p_now));
  end loop;
  return null;
end
$$;

-- From this many proposals on the plain ones are taken out and raised together.
create or replace function fn.exit_many() returns int language sql immutable as $$ select 8 $$;

-- Evaluates proposals and raises what holds. Caller: worker (book), sweep, web functions. p: array as in fn.exit_raise;
-- several proposals of one trade are taken in the order given. Returns {raised: [{trade_id, reason}], jobs}.
create or replace function fn.exits_raise(p_proposals jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz;
  v_one record;
  v_done jsonb;
  v_plain jsonb := '{"raised": [], "trades": [], "jobs": []}';
  v_raised jsonb := '[]';
  v_jobs jsonb := '[]';
begin
  perform fn.trade_lock(array(select distinct (e ->> 'trade_id')::uuid as id from jsonb_array_elements(p_proposals) e order by id));
  v_now := fn.clock();
  if jsonb_array_length(p_proposals) >= fn.exit_many() then v_plain := fn.exits_raise_plain(p_proposals, v_now); end if;
  for v_one in
    select e.value as p from jsonb_array_elements(p_proposals) with ordinality e
    where (e.value ->> 'trade_id')::uuid not in (select d::uuid from jsonb_array_elements_text(v_plain -> 'trades') d)
    order by (e.value ->> 'trade_id')::uuid, e.ordinality
  loop
    v_done := fn.exit_raise(v_one.p, v_now);
    continue when v_done is null;
    v_raised := v_raised || (v_done - 'jobs');
    v_jobs := v_jobs || (v_done -> 'jobs');
  end loop;
  return jsonb_build_object('raised', (v_plain -> 'raised') || v_raised, 'jobs', (v_plain -> 'jobs') || v_jobs);
end
$$;

grant execute on function fn.exits_raise(jsonb) to lockstep_stage, lockstep_worker;

reset role;
