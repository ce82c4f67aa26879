-- Invariants of stages 6 and 7: trades, exits, positions, lots and results.

set local role lockstep_reconcile;

-- Trades against their fills; stored P&L against P&L from the fills, exactly. Caller: fn.invariants. Reads only.
create or replace function fn.invariants_trades()
returns table (name text, entity text, id text, detail text)
language sql stable security definer set search_path = ''
as $$
  with booked as (
    select f.trade_id,
      coalesce(sum(f.qty) filter (where f.effect = 'OPEN'), 0) as entered,
      coalesce(sum(f.qty) filter (where f.effect = 'CLOSE'), 0) as left_by,
      coalesce(sum(round(f.qty * f.price * f.multiplier, 8)) filter (where f.effect = 'OPEN'), 0) as entry_value,
      coalesce(sum(round(f.qty * f.price * f.multiplier, 8)) filter (where f.effect = 'CLOSE'), 0) as exit_value,
      sum(f.fee) as fees
    from public.trade_fills f group by f.trade_id
  )
  select 'trade_agrees_with_its_fills', 'trades', t.id::text,
    format('entry %s/%s exit %s/%s', t.entry_qty, coalesce(b.entered, 0), t.exit_qty, coalesce(b.left_by, 0))
  from public.trades t left join booked b on b.trade_id = t.id
  where t.entry_qty <> coalesce(b.entered, 0) or t.exit_qty <> coalesce(b.left_by, 0)
    or t.entry_value <> coalesce(b.entry_value, 0) or t.exit_value <> coalesce(b.exit_value, 0)
    or t.entry_fees + t.exit_fees <> coalesce(b.fees, 0)
  union all
  select 'closed_trade_pnl_is_exact', 'trades', t.id::text,
    t.realized_pnl || ' stored, ' || ((b.exit_value - b.entry_value) * fn.direction_sign(t.direction) - b.fees) || ' from fills'
  from public.trades t join booked b on b.trade_id = t.id
  where t.status = 'CLOSED' and t.dust_qty = 0
    and t.realized_pnl <> (b.exit_value - b.entry_value) * fn.direction_sign(t.direction) - b.fees
  union all
  select 'closed_trade_is_flat_and_settled', 'trades', t.id::text, o.status
  from public.trades t left join public.orders o on o.trade_id = t.id
    and o.status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED')
  where t.status = 'CLOSED' and (o.id is not null or t.open_qty <> 0 or t.closed_at is null)
  union all
  select 'trade_has_an_approved_intent', 'trades', t.id::text, i.status
  from public.trades t left join public.trade_intents i on i.id = t.trade_intent_id
  where t.origin = 'SIGNAL' and (i.id is null or i.status in ('PENDING', 'REJECTED'))
  union all
  select 'entering_trade_has_a_live_order', 'trades', t.id::text, t.status
  from public.trades t
  where t.status in ('CREATED', 'ENTERING') and t.updated_at < fn.clock() - interval '60 seconds'
    and not exists (select from public.orders o where o.trade_id = t.id and o.kind = 'ENTRY'
      and o.status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED'))
  union all
  select 'nothing_after_close', 'orders', o.id::text, o.created_at::text
  from public.orders o join public.trades t on t.id = o.trade_id
  where t.status = 'CLOSED' and o.kind = 'EXIT' and o.origin not in ('EXTERNAL', 'OVERFILL') and o.created_at > t.closed_at
$$;

-- Exits: one pending, one live, never more than was entered, cooldown respected. Caller: fn.invariants. Reads only.
create or replace function fn.invariants_exits()
returns table (name text, entity text, id text, detail text)
language sql stable security definer set search_path = ''
as $$
  select 'one_pending_exit_per_trade', 'exit_intents', min(x.id::text), count(*)::text
  from public.exit_intents x where x.status in ('PENDING', 'APPROVED', 'PLACED')
  group by x.trade_id having count(*) > 1
  union all
  select 'exit_intent_has_a_signal', 'exit_intents', x.id::text, ''
  from public.exit_intents x left join public.exit_signals s on s.id = x.exit_signal_id where s.id is null
  union all
  select 'never_more_out_than_in', 'trades', t.id::text, t.entry_qty::text
  from public.trades t join public.orders o on o.trade_id = t.id and o.kind = 'EXIT'
  group by t.id, t.entry_qty
  -- An order on its way out counts by its fills: a late fill of its predecessor may have made it too large.
  having sum(case when o.cancel_wanted_at is null
      and o.status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED')
    then o.qty else o.filled_qty - o.overfill_qty end) > t.entry_qty
  union all
  select 'cooldown_is_respected', 'exit_signals', b.id::text, b.exit_reason || ' episode ' || b.episode_id
  from public.exit_signals a join public.exit_signals b
    on b.trade_id = a.trade_id and b.exit_reason = a.exit_reason and b.rung = a.rung and b.episode_id = a.episode_id + 1
  join public.exit_intents x on x.exit_signal_id = a.id
  where x.status <> 'SUPERSEDED'
    and b.recorded_at < a.recorded_at + make_interval(secs => a.cooldown_ms / 1000.0) - interval '1 millisecond'
  union all
  select 'approved_exit_has_an_order', 'exit_intents', x.id::text, x.exit_reason
  from public.exit_intents x
  where x.status = 'APPROVED' and x.approved_at < fn.clock() - interval '60 seconds'
    and not exists (select from public.orders o where o.trade_id = x.trade_id and o.kind = 'EXIT'
      and o.status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED'))
$$;

-- Positions, lots and trades of one account and instrument say the same. Caller: fn.invariants. Reads only.
create or replace function fn.invariants_books()
returns table (name text, entity text, id text, detail text)
language sql stable security definer set search_path = ''
as $$
  with fills as (
    select f.user_broker_id, f.instrument_id,
      sum(case f.side when 'BUY' then f.qty else -f.qty end) as qty,
      sum(case f.side when 'BUY' then -1 else 1 end * round(f.qty * f.price * f.multiplier, 8) - f.fee) as cash
    from public.trade_fills f group by 1, 2
  ), lots as (
    select l.user_broker_id, l.instrument_id, sum(fn.direction_sign(l.direction) * l.remaining_qty) as qty
    from public.fifo_lots l group by 1, 2
  ), live as (
    select t.user_broker_id, t.instrument_id, sum(fn.direction_sign(t.direction) * (t.entry_qty - t.exit_qty)) as qty
    from public.trades t group by 1, 2
  )
  select 'position_agrees_everywhere', 'positions', p.user_broker_id::text,
    format('%s position, %s fills, %s lots, %s trades', p.qty, coalesce(f.qty, 0), coalesce(l.qty, 0), coalesce(t.qty, 0))
  from public.positions p
  left join fills f using (user_broker_id, instrument_id)
  left join lots l using (user_broker_id, instrument_id)
  left join live t using (user_broker_id, instrument_id)
  where p.qty <> coalesce(f.qty, 0) or p.qty <> coalesce(l.qty, 0) or p.qty <> coalesce(t.qty, 0)
    or p.cash_flow <> coalesce(f.cash, 0)
  union all
  select 'lot_conserves', 'fifo_lots', l.id::text, l.qty || ' = ' || l.remaining_qty || ' + ' || coalesce(sum(a.qty), 0)
  from public.fifo_lots l left join public.fifo_allocations a on a.lot_id = l.id
  group by l.id, l.qty, l.remaining_qty, l.fee, l.remaining_fee
  having l.qty <> l.remaining_qty + coalesce(sum(a.qty), 0) or l.fee <> l.remaining_fee + coalesce(sum(a.open_fee), 0)
  union all
  select 'oldest_lot_goes_first', 'fifo_allocations', a.id::text, ''
  from public.fifo_allocations a join public.fifo_lots l on l.id = a.lot_id
  join public.fifo_lots older on older.user_broker_id = l.user_broker_id and older.instrument_id = l.instrument_id
    and older.fill_seq < l.fill_seq and older.remaining_qty > 0 and older.direction = l.direction
  union all
  select 'daily_results_sum_to_trades', 'daily_pnl', d.user_broker_id::text, d.pnl || ' booked, ' || t.pnl || ' in trades'
  from (select user_broker_id, sum(pnl) as pnl from public.daily_pnl group by 1) d
  full join (select user_broker_id, sum(realized_pnl) as pnl from public.trades group by 1) t using (user_broker_id)
  where coalesce(d.pnl, 0) <> coalesce(t.pnl, 0)
$$;

-- All of them. Caller: worker (every minute), operations, tests. Reads only.
create or replace function fn.invariants()
returns table (name text, entity text, id text, detail text)
language sql stable security definer set search_path = ''
as $$
  select * from fn.invariants_signals() union all select * from fn.invariants_intents()
  union all select * from fn.invariants_orders() union all select * from fn.invariants_fills()
  union all select * from fn.invariants_trades() union all select * from fn.invariants_exits()
  union all select * from fn.invariants_books()
$$;

grant execute on function fn.invariants() to lockstep_worker, lockstep_web_admin;

reset role;
