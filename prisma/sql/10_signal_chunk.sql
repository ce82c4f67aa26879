-- What applying a signal does to one chunk of accounts, and what closing a part comes to on each.
-- Entry point: fn.signal_apply_chunk, called by fn.signal_apply in its transaction.

set local role lockstep_signal;

-- Applies a signal to these accounts: wishes on live trades (an exit, or an entry's opposite trades), PENDING
-- deliveries of the entries that it superseded expire, unfilled entries are withdrawn, and the exits that the
-- wishes ask for are raised at once. Returns jobs. Caller: fn.signal_apply. Writes: through the owners only.
create or replace function fn.signal_apply_chunk(s public.signals, p_accounts uuid[]) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_trades uuid[] := array(select t.id from fn.signal_trades(s, p_accounts) t order by t.id);
  v_cause jsonb := jsonb_build_object('code', 'SIGNAL', 'signal_id', s.id, 'action', s.action);
  v_jobs jsonb := '[]';
  v_id uuid;
begin
  perform fn.trade_lock(v_trades);
  if s.reduce_quantity is not null then
    perform fn.signal_reduce(s, p_accounts);
  elsif s.action <> 'CANCEL' then
    perform fn.trade_wish_set(t.id, 'SIGNAL_EXIT', null, s.occurred_at, jsonb_build_object('signal_id', s.id))
    from unnest(v_trades) as t(id);
  end if;
  perform fn.deliveries_expire(array(select o.id from public.signals o where o.superseded_by = s.id), p_accounts, 'SUPERSEDED');
  if s.reduce_quantity is null then
    foreach v_id in array v_trades loop
      v_jobs := v_jobs || fn.trade_entries_withdraw(v_id, v_cause);
    end loop;
  end if;
  if s.action <> 'CANCEL' and cardinality(v_trades) > 0 then
    v_jobs := v_jobs || coalesce(fn.exits_raise((
      select jsonb_agg(jsonb_build_object('trade_id', t.id, 'by', 'SIGNAL', 'at', s.occurred_at)) from unnest(v_trades) as t(id)))
      -> 'jobs', '[]');
  end if;
  return v_jobs;
end
$$;

-- How much of an account's position a reduce closes, before rounding: open × quantity ÷ (quantity + size
-- afterwards); without the size, the signal's quantity × the subscription's multiplier where it sizes by the
-- signal, else null. Source: the table of what buy and sell mean. Pure.
create or replace function fn.reduce_wanted(p_open numeric, p_quantity numeric, p_after numeric, p_mode text, p_multiplier numeric)
returns numeric
language sql immutable
as $$
  select case
    when p_after is not null then p_open * p_quantity / (p_quantity + abs(p_after))
    when p_mode = 'SIGNAL_QTY' then least(p_quantity * p_multiplier, p_open) end
$$;

-- Open quantities of these accounts that no wish closes yet, oldest trade first, with what a reduce needs. Reads only.
create or replace function fn.reduce_positions(s public.signals, p_accounts uuid[])
returns table (account uuid, user_id uuid, trade uuid, free_qty numeric, wished numeric, wanted numeric)
language sql stable security definer set search_path = ''
as $$
  with free as (
    select t.user_broker_id, t.user_id, t.id, t.opened_at, t.subscription_id, t.open_qty - coalesce(t.exit_wish_qty, 0) as qty,
      coalesce(t.exit_wish_qty, 0) as wished
    from fn.signal_trades(s, p_accounts) t
    where t.status in ('OPEN', 'EXITING') and t.open_qty > coalesce(t.exit_wish_qty, 0)
      and (t.exit_wish_reason is null or (t.exit_wish_reason = 'SIGNAL_EXIT' and t.exit_wish_qty is not null))
  )
  select f.user_broker_id, f.user_id, f.id, f.qty, f.wished,
    floor(fn.reduce_wanted(sum(f.qty) over w, s.reduce_quantity, s.position_after, b.sizing_mode, b.sizing_value) / i.lot_size) * i.lot_size
      - coalesce(sum(f.qty) over (w order by f.opened_at, f.id rows between unbounded preceding and 1 preceding), 0)
  from free f
  join public.instruments i on i.id = s.instrument_id
  left join public.subscriptions b on b.id = f.subscription_id
  window w as (partition by f.user_broker_id)
  order by f.user_broker_id, f.opened_at, f.id
$$;

-- Puts the wish to close a part on the trades of these accounts, oldest first; a part wished before grows by it.
-- Where the size afterwards is missing and the account does not size by the signal, its owner is told.
-- Caller: fn.signal_apply_chunk, holding the trades. Writes: trades, alerts.
create or replace function fn.signal_reduce(s public.signals, p_accounts uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v record;
begin
  for v in select * from fn.reduce_positions(s, p_accounts) loop
    if v.wanted is null then
      perform fn.alert_raise(v.user_id, 'WARN', 'REDUCE_NEEDS_POSITION_SIZE', format(
        'An alert asked to close a part of %s without saying what remains: nothing was closed. Send the position size.', s.symbol),
        'trade', v.trade, 'reduce:' || s.id || ':' || v.account);
    elsif v.wanted > 0 then
      if v.wished > 0 then perform fn.trade_wish_clear(v.trade); end if;
      perform fn.trade_wish_set(v.trade, 'SIGNAL_EXIT', v.wished + least(v.wanted, v.free_qty), s.occurred_at,
        jsonb_build_object('signal_id', s.id, 'part', true));
    end if;
  end loop;
end
$$;

reset role;
