-- Orders, the pure part: what a report or a fill makes of a state, rounding, waiting times, fees.
-- Entry points: fn.order_after_report, fn.order_after_fill, fn.order_is_final, fn.price_round, fn.qty_floor.
-- Neither definer nor SET, so that they inline; the life cycle itself is fn.order_next_ok (00_transitions.sql).

set local role lockstep_order;

-- Whether nothing more is expected of an order (a late fill may still come).
create or replace function fn.order_is_final(p_status text) returns boolean
language sql immutable
as $$ select p_status in ('DENIED', 'FILLED', 'CANCELLED', 'EXPIRED', 'REJECTED') $$;

-- The state after a fill was added. A partial fill never changes CANCEL_REQUESTED, CANCELLED, EXPIRED or REJECTED.
create or replace function fn.order_after_fill(p_status text, p_filled numeric, p_qty numeric) returns text
language sql immutable
as $$
  select case
    when p_filled >= p_qty then 'FILLED'
    when p_filled > 0 and p_status in ('SUBMITTING', 'UNKNOWN', 'PLACED') then 'PARTIALLY_FILLED'
    else p_status end
$$;

-- The state after a report; the same state where the report is old, repeated or says nothing new. Reports:
-- ACCEPTED, OPEN (it lives at the broker), REJECTED, CANCELLED, EXPIRED, CANCEL_REFUSED, LOST (the answer to our
-- sending was lost), MISSING (n lookups found nothing). FILLED is no report: only fills fill an order.
create or replace function fn.order_after_report(p_status text, p_report text, p_filled numeric) returns text
language sql immutable
as $$
  select case
    when p_report in ('ACCEPTED', 'OPEN') and p_status in ('SUBMITTING', 'UNKNOWN')
      or p_report = 'CANCEL_REFUSED' and p_status in ('SUBMITTING', 'UNKNOWN', 'CANCEL_REQUESTED')
      then case when p_filled > 0 then 'PARTIALLY_FILLED' else 'PLACED' end
    when p_report in ('REJECTED', 'CANCELLED', 'EXPIRED')
      and p_status in ('SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED') then p_report
    when p_report = 'LOST' and p_status = 'SUBMITTING' then 'UNKNOWN'
    when p_report = 'MISSING' and p_status in ('SUBMITTING', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED') then 'UNKNOWN'
    else p_status end
$$;

-- How long until the broker is asked again: what is in doubt from 5 s, what rests from 30 s, doubling, at most 5 min.
create or replace function fn.order_ask_delay(p_status text, p_asked int) returns interval
language sql immutable
as $$
  select least(300, case when p_status in ('UNKNOWN', 'CANCEL_REQUESTED', 'SUBMITTING') then 5 else 30 end
    * 2 ^ least(p_asked, 10)) * interval '1 second'
$$;

-- A limit on the tick, never worse for us: a BUY rounds down, a SELL up.
create or replace function fn.price_round(p_price numeric, p_tick numeric, p_side text) returns numeric
language sql immutable
as $$ select case p_side when 'BUY' then floor(p_price / p_tick) else ceil(p_price / p_tick) end * p_tick $$;

-- A quantity down to the lot.
create or replace function fn.qty_floor(p_qty numeric, p_lot numeric) returns numeric
language sql immutable
as $$ select floor(p_qty / p_lot) * p_lot $$;

-- Money of a quantity at a price, rounded to money's 8 decimals: the one place where it is rounded.
create or replace function fn.fill_value(p_qty numeric, p_price numeric, p_multiplier numeric) returns numeric
language sql immutable
as $$ select round(p_qty * p_price * p_multiplier, 8) $$;

-- Our id as sent to the broker: letters and digits only, as the narrowest broker wants it.
create or replace function fn.client_order_id(p_order uuid) returns text
language sql immutable
as $$ select 'ls' || replace(p_order::text, '-', '') $$;

grant execute on function fn.order_is_final(text), fn.order_after_fill(text, numeric, numeric),
  fn.order_after_report(text, text, numeric), fn.order_ask_delay(text, int), fn.price_round(numeric, numeric, text),
  fn.qty_floor(numeric, numeric), fn.fill_value(numeric, numeric, numeric), fn.client_order_id(uuid)
  to lockstep_stage, lockstep_worker, lockstep_web;

reset role;
