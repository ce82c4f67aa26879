-- How an exit attempt ends: with its order, refused, withdrawn or superseded; and what that does to the next attempt.
-- Entry points: fn.exit_order_outcome (stages 4 and 5), fn.exit_intent_end.
-- Invariants: an intent that ended is not touched again, except that its order may still fill it; the cooldown of the
-- next episode stands on the signal from the moment the attempt ends.

set local role lockstep_exit;

-- Failures in a row of a reason on a trade, this attempt's included; superseded attempts count neither way, and a target
-- that keeps off the last minutes has not failed.
create or replace function fn.exit_failures(p_trade uuid, p_reason text, p_rung int) returns int
language sql stable security definer set search_path = ''
as $$
  with tries as (
    select s.episode_id, x.status in ('REJECTED', 'FAILED') and x.code is distinct from 'OUTSIDE_EXIT_WINDOW' as failed
    from public.exit_signals s join public.exit_intents x on x.exit_signal_id = s.id
    where s.trade_id = p_trade and s.exit_reason = p_reason and s.rung = p_rung and x.status <> 'SUPERSEDED'
  )
  select count(*)::int from tries t
  where t.failed and t.episode_id > coalesce((select max(g.episode_id) from tries g where not g.failed), 0)
$$;

-- Milliseconds until a reason may try again after its nth failure in a row: stops (rank 1–5) 1 s, doubling to 30 s, others
-- their cooldown; from the sixth on the interval doubles up to 10 minutes, and it never gives up.
create or replace function fn.exit_backoff_ms(p_rank int, p_failures int, p_cooldown_ms int) returns int
language sql immutable
as $$
  select case
    when p_failures > 5 then least(600000, greatest(p_cooldown_ms, 30000) * 2 ^ least(p_failures - 5, 10))
    when p_rank <= 5 then least(30000, 1000 * 2 ^ (p_failures - 1))
    else p_cooldown_ms end::int
$$;

-- Ends a live attempt. Does nothing where it already ended. Writes: exit_intents, exit_signals (cooldown), alerts, event_log.
create or replace function fn.exit_intent_end(p_intent uuid, p_status text, p_code text, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  x public.exit_intents;
  v_rung int;
  v_failures int := 0;
begin
  update public.exit_intents e set status = p_status, code = p_code, ended_at = p_now, waits_for = null
  where e.id = p_intent and e.status in ('PENDING', 'APPROVED', 'PLACED') returning * into x;
  if x.id is null then return; end if;
  select s.rung into v_rung from public.exit_signals s where s.id = x.exit_signal_id;
  if p_status in ('REJECTED', 'FAILED') then v_failures := fn.exit_failures(x.trade_id, x.exit_reason, v_rung); end if;
  if v_failures > 0 or p_status = 'SUPERSEDED' then
    update public.exit_signals s set cooldown_ms = case when p_status = 'SUPERSEDED' then 0 else
      ceil(extract(epoch from p_now - s.recorded_at) * 1000)::int + fn.exit_backoff_ms(x.rank, v_failures, s.cooldown_ms) end
    where s.id = x.exit_signal_id;
  end if;
  perform fn.event_append(x.user_id, 'exit', 'trade', x.trade_id, jsonb_build_object('exit_intent_id', p_intent,
    'reason', x.exit_reason, 'status', p_status, 'code', p_code));
  perform fn.exit_alerts(x, v_failures);
end
$$;

-- Tells the owner that an attempt failed (at once), and owner and admin again at each step from the fifth on; clears it
-- when one succeeds. Writes: alerts.
create or replace function fn.exit_alerts(x public.exit_intents, p_failures int) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_text text;
begin
  if x.status in ('REJECTED', 'FAILED') then
    select format('The exit of %s (%s) did not go through: %s. It will be tried again%s.', i.symbol, x.exit_reason, x.code,
      case when p_failures >= 5 then format('; %s attempts have failed in a row', p_failures) else '' end)
      into v_text from public.instruments i where i.id = x.instrument_id;
    if p_failures >= 5 then
      perform fn.alert_clear('exit_failed:' || x.trade_id), fn.alert_clear('exit_failed_admin:' || x.trade_id);
      perform fn.alert_raise(null, 'CRITICAL', 'EXIT_FAILED', v_text, 'trade', x.trade_id, 'exit_failed_admin:' || x.trade_id);
    end if;
    perform fn.alert_raise(x.user_id, case when x.rank <= 8 then 'CRITICAL' else 'WARN' end, 'EXIT_FAILED', v_text,
      'trade', x.trade_id, 'exit_failed:' || x.trade_id);
  elsif x.status in ('FILLED', 'CANCELLED') then
    perform fn.alert_clear('exit_failed:' || x.trade_id), fn.alert_clear('exit_failed_admin:' || x.trade_id),
      fn.alert_clear('exit_waits:' || x.trade_id);
  end if;
end
$$;

-- Notes what a pending exit waits for, and alerts once per cause. Writes: exit_intents, alerts, event_log.
create or replace function fn.exit_waits(p_intent uuid, p_code text, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  x public.exit_intents;
begin
  update public.exit_intents e set waits_for = p_code, waiting_since = coalesce(e.waiting_since, p_now)
  where e.id = p_intent and e.status = 'PENDING' and e.waits_for is distinct from p_code returning * into x;
  if x.id is null then return; end if;
  perform fn.event_append(x.user_id, 'exit', 'trade', x.trade_id, jsonb_build_object('exit_intent_id', p_intent,
    'reason', x.exit_reason, 'status', 'PENDING', 'waits_for', p_code));
  perform fn.alert_clear('exit_waits:' || x.trade_id);
  perform fn.alert_raise(x.user_id, case when x.rank <= 8 then 'CRITICAL' else 'WARN' end, 'EXIT_WAITS',
    (select format('The exit of %s (%s) waits: %s. It goes out as soon as that is over.', i.symbol, x.exit_reason, p_code)
      from public.instruments i where i.id = x.instrument_id), 'trade', x.trade_id, 'exit_waits:' || x.trade_id);
end
$$;

-- Counts what the intent's orders have filled, notes the reason on the trade, shrinks the partial wish that it serves,
-- moves the ladder on, and marks the intent FILLED when done.
-- Returns the intent. Writes: exit_intents; trades, through stage 6.
create or replace function fn.exit_take_fills(p_intent uuid, p_now timestamptz) returns public.exit_intents
language plpgsql volatile security definer set search_path = ''
as $$
declare
  x public.exit_intents;
  v_before numeric;
begin
  select e.filled_qty into v_before from public.exit_intents e where e.id = p_intent for update;
  update public.exit_intents e set filled_qty = (select sum(o.filled_qty) from public.orders o where o.exit_intent_id = p_intent)
  where e.id = p_intent returning * into x;
  if x.filled_qty > v_before then
    perform fn.trade_exit_note(x.trade_id, x.exit_reason, s.trigger_price) from public.exit_signals s where s.id = x.exit_signal_id;
    perform fn.trade_wish_shrink(t.id, x.filled_qty - v_before) from public.trades t
    where t.id = x.trade_id and x.from_wish and t.exit_wish_reason = x.exit_reason;
    if x.exit_reason = 'TARGET_HIT' then perform fn.trade_triggers_refresh(array[x.trade_id]); end if;
  end if;
  if x.qty is not null and x.filled_qty >= x.qty and x.status <> 'FILLED' then
    update public.exit_intents e set status = 'FILLED', ended_at = p_now, code = null where e.id = p_intent returning * into x;
    perform fn.event_append(x.user_id, 'exit', 'trade', x.trade_id, jsonb_build_object('exit_intent_id', p_intent,
      'reason', x.exit_reason, 'status', 'FILLED'));
    perform fn.exit_alerts(x, 0);
  end if;
  return x;
end
$$;

-- What follows for the exit when its order filled, in part or whole, or became terminal: the intent's quantity and state,
-- the market order after a limit that rested, the waiting intent's order, the trade back to OPEN.
-- Callers: stages 4 and 5, holding the trade, after order and trade quantities are written. Returns jobs.
-- Writes: exit_intents, exit_signals; orders and trades through their owners.
create or replace function fn.exit_order_outcome(p_order uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  o public.orders;
  x public.exit_intents;
  t public.trades;
  v_now timestamptz := fn.clock();
  v_by_us boolean;
begin
  select * into strict o from public.orders where id = p_order;
  v_by_us := o.status = 'CANCELLED' and (o.cancel_wanted_at is not null or o.submitted_at is null);
  if o.exit_intent_id is not null then x := fn.exit_take_fills(o.exit_intent_id, v_now); end if;
  select * into t from public.trades where id = o.trade_id;
  if t.id is null then return '[]'; end if;
  if not fn.order_is_final(o.status) then return fn.exit_resize(t); end if;
  if x.status = 'PLACED' then
    if t.open_qty > 0 and not fn.exit_order_lives(t.id)
      and (x.order_type = 'MARKET' and o.order_type = 'LIMIT' or v_by_us and coalesce(o.cancel_cause ->> 'code', o.reject_code) = 'RESIZED') then
      return fn.exit_order_make(x.id, v_now);
    elsif t.open_qty <= 0 or v_by_us then
      perform fn.exit_intent_end(x.id, 'CANCELLED', case when t.open_qty <= 0 then 'NOTHING_LEFT' else 'WITHDRAWN' end, v_now);
    elsif not fn.exit_order_lives(t.id) then
      perform fn.exit_intent_end(x.id, 'FAILED', coalesce(o.reject_code, 'BROKER_' || o.status), v_now);
    end if;
  end if;
  return fn.exit_resize(t) || fn.exit_next(t, v_now);
end
$$;

-- A late fill of an old exit order leaves less open than a live one would sell: that one is cancelled, and made anew for
-- what is open when it has ended. Returns jobs. The caller holds the trade.
create or replace function fn.exit_resize(t public.trades) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_order uuid;
  v_jobs jsonb := '[]';
begin
  for v_order in select o.id from public.orders o where o.trade_id = t.id and o.kind = 'EXIT' and not fn.order_is_final(o.status)
    and o.cancel_wanted_at is null and o.qty - o.filled_qty > t.open_qty order by o.id loop
    v_jobs := v_jobs || fn.order_cancel_request(v_order, '{"code": "RESIZED"}');
  end loop;
  return v_jobs;
end
$$;

-- After an exit order ended: the intent that waited for it gets its order for what is open now, or is cancelled where
-- nothing is; otherwise the trade is OPEN again. The caller holds the trade. Returns jobs.
create or replace function fn.exit_next(t public.trades, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  w public.exit_intents;
  v_jobs jsonb := '[]';
begin
  select * into w from public.exit_intents where trade_id = t.id and status in ('PENDING', 'APPROVED', 'PLACED');
  if t.open_qty <= 0 then
    if w.status in ('PENDING', 'APPROVED') then perform fn.exit_intent_end(w.id, 'CANCELLED', 'NOTHING_LEFT', p_now); end if;
    return v_jobs;
  end if;
  if fn.exit_order_lives(t.id) then return v_jobs; end if;
  if w.status = 'APPROVED' then v_jobs := fn.exit_order_make(w.id, p_now); end if;
  if v_jobs = '[]' and t.status = 'EXITING' then
    perform fn.trade_status_set(t.id, 'OPEN', jsonb_build_object('code', 'EXIT_ENDED'));
  end if;
  return v_jobs;
end
$$;

grant execute on function fn.exit_order_outcome(uuid) to lockstep_stage;

reset role;
