-- Trades: the columns that the trigger book reads. What they should be is stage 7's to say (fn.exit_triggers); this
-- stage only writes them.
-- Entry points: fn.trade_triggers_refresh, fn.trade_trail_move, fn.trade_unprotected_set.

set local role lockstep_trade;

-- Writes the trigger prices of trades that the caller holds, and their ladders.
-- Callers: stages 5, 7. Writes: trades, trade_targets.
create or replace function fn.trade_triggers_refresh(p_trades uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  with wanted as materialized (
    select i.id, e.* from unnest(p_trades) i(id) cross join lateral fn.exit_triggers(i.id) e
  ), moved as (
    update public.trades t set
      exit_rules = x.exit_rules, exit_layers = x.exit_layers, entry_atr = x.entry_atr,
      hard_stop_price = x.hard_stop_price, stop_price = x.stop_price, stop_by = x.stop_by,
      target_price = x.target_price, target_rung = x.target_rung,
      trail_activate_price = x.trail_activate_price, trail_stop_price = x.trail_stop_price,
      trail_raise_price = x.trail_raise_price, trail_distance = x.trail_distance, trail_step = x.trail_step,
      trail_armed_at = x.trail_armed_at, exit_due_at = x.exit_due_at, updated_at = fn.clock()
    from wanted x where t.id = x.id
    returning t.id, t.user_id
  )
  insert into public.trade_targets as g (trade_id, rung, user_id, price, fraction, done_qty, skipped)
  select m.id, l.rung, m.user_id, l.price, l.fraction, l.done_qty, l.skipped
  from moved m
  join wanted x on x.id = m.id
  cross join lateral jsonb_to_recordset(x.targets)
    as l(rung int, price numeric, fraction numeric, done_qty numeric, skipped boolean)
  order by m.id, l.rung
  on conflict (trade_id, rung) do update set price = excluded.price, fraction = excluded.fraction,
    done_qty = excluded.done_qty, skipped = excluded.skipped
    where (g.price, g.fraction, g.done_qty, g.skipped)
      is distinct from (excluded.price, excluded.fraction, excluded.done_qty, excluded.skipped);
end
$$;

-- Moves trails: [{trade_id, trail_stop_price, trail_raise_price, trail_distance, trail_step, at}], for trades that the
-- caller holds. A stop only ever moves in its trade's favour; the next level may move alone.
-- Caller: stage 7. Returns how many moved. Writes: trades.
create or replace function fn.trade_trail_move(p jsonb) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count int;
begin
  update public.trades t set trail_stop_price = x.trail_stop_price, trail_raise_price = x.trail_raise_price,
    trail_distance = x.trail_distance, trail_step = x.trail_step,
    trail_armed_at = coalesce(t.trail_armed_at, x.at, fn.clock()), updated_at = fn.clock()
  from jsonb_to_recordset(p) as x(trade_id uuid, trail_stop_price numeric, trail_raise_price numeric,
    trail_distance numeric, trail_step numeric, at timestamptz)
  where t.id = x.trade_id and t.status in ('OPEN', 'EXITING') and (t.trail_stop_price is null
    or fn.direction_sign(t.direction) * (x.trail_stop_price - t.trail_stop_price) >= 0);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- Sets a trade's own stop and target (null: none, the rules' then apply) and what follows from them. The caller holds it.
-- Caller: stage 7. Writes: trades, trade_targets.
create or replace function fn.trade_stop_set(p_trade uuid, p_stop numeric, p_target numeric) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.trades t set signal_stop = p_stop, signal_target = p_target, updated_at = fn.clock() where t.id = p_trade;
  perform fn.trade_triggers_refresh(array[p_trade]);
end
$$;

-- Marks a trade as unprotected with a reason, or as protected again (null). Caller: stage 7. Writes: trades, event_log.
create or replace function fn.trade_unprotected_set(p_trade uuid, p_reason text) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_user uuid;
begin
  update public.trades t set unprotected_reason = p_reason,
    unprotected_at = case when p_reason is not null then coalesce(t.unprotected_at, v_now) end, updated_at = v_now
  where t.id = p_trade and t.unprotected_reason is distinct from p_reason returning t.user_id into v_user;
  if found then
    perform fn.event_append(v_user, 'trade', 'trade', p_trade, jsonb_build_object('unprotected', p_reason));
  end if;
  return v_user is not null;
end
$$;

-- What fired and where, kept on the trade for its history. Caller: stage 7. Writes: trades.
create or replace function fn.trade_exit_note(p_trade uuid, p_reason text, p_trigger_price numeric) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.trades t set exit_reason = p_reason, exit_trigger_price = p_trigger_price, updated_at = fn.clock()
  where t.id = p_trade
$$;

grant execute on function fn.trade_triggers_refresh(uuid[]), fn.trade_trail_move(jsonb),
  fn.trade_stop_set(uuid, numeric, numeric),
  fn.trade_unprotected_set(uuid, text), fn.trade_exit_note(uuid, text, numeric) to lockstep_stage;

reset role;
