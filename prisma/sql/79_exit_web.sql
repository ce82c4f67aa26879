-- What a user may do about an exit by hand, and what the trigger book reads.
-- Entry points: fn.trade_close_manual, fn.trade_exit_withdraw (web), fn.triggers_read (worker).

set local role lockstep_exit;

-- Closes a trade of the caller, all of it (p_qty null) or a part, at market or with a limit. Caller: web, own trades.
-- Returns {status: ACCEPTED | WAITING, trade_id, jobs}: WAITING when the entry has not filled yet; the wish stands then.
-- Writes: trades (wish), exit_signals, exit_intents, orders, audit.
-- Codes: LK404; LK400 quantity, type or limit; LK409 TRADE_NOT_OPEN, ALREADY_CLOSING.
create or replace function fn.trade_close_manual(p_trade uuid, p_qty numeric default null, p_type text default 'MARKET',
  p_limit numeric default null) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  t public.trades;
  x public.exit_intents;
  v_jobs jsonb;
  v_done jsonb;
begin
  perform fn.trade_lock(array(select c.id from public.trades c where c.id = p_trade and c.user_id = fn.actor()));
  select * into t from public.trades where id = p_trade and user_id = fn.actor();
  if t.id is null then perform fn.raise_not_found(); end if;
  if t.status not in ('CREATED', 'ENTERING', 'OPEN', 'EXITING') then perform fn.refuse('LK409', 'TRADE_NOT_OPEN: this trade is not open.'); end if;
  perform fn.close_check(t, p_qty, p_type, p_limit);
  if p_qty >= t.open_qty and t.open_qty > 0 then p_qty := null; end if;
  select * into x from public.exit_intents where trade_id = t.id and status in ('PENDING', 'APPROVED', 'PLACED');
  if x.id is not null and not fn.exit_outranks('MANUAL', p_qty is null, p_type = 'MARKET', x) then
    perform fn.refuse('LK409', 'ALREADY_CLOSING: an exit of this trade is already on its way.');
  end if;
  if t.exit_wish_reason = 'MANUAL' then perform fn.trade_wish_clear(t.id); end if;
  perform fn.trade_wish_set(t.id, 'MANUAL', p_qty, fn.clock(), jsonb_strip_nulls(jsonb_build_object(
    'type', p_type, 'limit', p_limit::text, 'by', fn.actor())));
  v_jobs := fn.trade_entries_withdraw(t.id, '{"code": "CLOSED_BY_HAND"}');
  v_done := fn.exits_raise(jsonb_build_array(jsonb_build_object('trade_id', t.id, 'by', 'USER')));
  perform fn.audit_append('trade.close', 'trade', t.id, jsonb_build_object('qty', p_qty, 'type', p_type, 'limit', p_limit));
  return jsonb_build_object('status', case when v_done -> 'raised' = '[]' then 'WAITING' else 'ACCEPTED' end, 'trade_id', t.id,
    'jobs', v_jobs || (v_done -> 'jobs'));
end
$$;

-- Refuses what cannot be meant by closing a trade. Codes: LK400.
create or replace function fn.close_check(t public.trades, p_qty numeric, p_type text, p_limit numeric) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_lot numeric := (select i.lot_size from public.instruments i where i.id = t.instrument_id);
begin
  if p_type is null or p_type not in ('MARKET', 'LIMIT') then perform fn.refuse('LK400', 'The type must be MARKET or LIMIT.'); end if;
  if (p_type = 'LIMIT') <> (p_limit is not null) then perform fn.refuse('LK400', 'A limit order needs a limit, a market order none.'); end if;
  if p_limit is not null and not (p_limit > 0 and p_limit < 'Infinity') then perform fn.refuse('LK400', 'The limit must be above 0.'); end if;
  if p_qty is not null and not (p_qty > 0 and p_qty < 'Infinity') then perform fn.refuse('LK400', 'The quantity must be above 0.'); end if;
  if p_qty > greatest(t.open_qty, t.wanted_qty) then perform fn.refuse('LK400', 'That is more than is open.'); end if;
  if p_qty % v_lot <> 0 then perform fn.refuse('LK400', format('The quantity must be a multiple of %s.', trim_scale(v_lot))); end if;
end
$$;

-- Takes back what the caller asked for by hand: the wish, and a limit of his that rests. Caller: web, own trades.
-- What is on its way at market goes on. Returns {status: WITHDRAWN | NOTHING, jobs}. Codes: LK404.
create or replace function fn.trade_exit_withdraw(p_trade uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  t public.trades;
  x public.exit_intents;
  v_order uuid;
  v_jobs jsonb := '[]';
begin
  perform fn.trade_lock(array(select c.id from public.trades c where c.id = p_trade and c.user_id = fn.actor()));
  select * into t from public.trades where id = p_trade and user_id = fn.actor();
  if t.id is null then perform fn.raise_not_found(); end if;
  select * into x from public.exit_intents where trade_id = t.id and exit_reason = 'MANUAL' and status in ('PENDING', 'APPROVED', 'PLACED');
  if t.exit_wish_reason is distinct from 'MANUAL' and x.id is null then return '{"status": "NOTHING", "jobs": []}'; end if;
  if t.exit_wish_reason = 'MANUAL' then perform fn.trade_wish_clear(t.id); end if;
  if x.status in ('PENDING', 'APPROVED') then
    perform fn.exit_intent_end(x.id, 'CANCELLED', 'WITHDRAWN', fn.clock());
  elsif x.status = 'PLACED' and x.order_type = 'LIMIT' then
    for v_order in select o.id from public.orders o where o.exit_intent_id = x.id and not fn.order_is_final(o.status) order by o.id loop
      v_jobs := v_jobs || fn.order_cancel_request(v_order, '{"code": "WITHDRAWN"}');
    end loop;
  end if;
  perform fn.audit_append('trade.exit_withdraw', 'trade', t.id, '{}');
  return jsonb_build_object('status', 'WITHDRAWN', 'jobs', v_jobs);
end
$$;

-- What the trigger book holds of some instruments: everything open (p_since null), or what changed since a cursor, closed
-- trades included. The new cursor is the oldest running transaction, so that what commits late comes with the next call;
-- rows may come twice, with the same version. Caller: worker. Reads only. Returns {cursor, trades: [...]}.
create or replace function fn.triggers_read(p_instruments uuid[], p_since xid8 default null) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('cursor', pg_snapshot_xmin(pg_current_snapshot())::text, 'trades', coalesce(jsonb_agg(jsonb_build_object(
    'id', t.id, 'instrument_id', t.instrument_id, 'direction', t.direction, 'version', t.triggers_version,
    'open', t.status in ('OPEN', 'EXITING') and t.open_qty > 0, 'at', (extract(epoch from coalesce(t.triggers_at, t.opened_at)) * 1000)::float8,
    'hard_stop', t.hard_stop_price::float8, 'stop', t.stop_price::float8, 'target', t.target_price::float8,
    'trail_activate', case when t.trail_stop_price is null then t.trail_activate_price::float8 end,
    'trail_stop', t.trail_stop_price::float8, 'trail_raise', t.trail_raise_price::float8)), '[]'))
  from public.trades t
  where t.instrument_id = any (p_instruments)
    and (p_since is null and t.status in ('OPEN', 'EXITING') or t.changed_xid >= p_since)
$$;

grant execute on function fn.trade_close_manual(uuid, numeric, text, numeric), fn.trade_exit_withdraw(uuid) to lockstep_web;
grant execute on function fn.triggers_read(uuid[], xid8) to lockstep_worker;

reset role;
