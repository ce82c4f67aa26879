-- Every life cycle as one list: what is not here is refused. One inlinable predicate per entity, and a guard that only
-- raises. The documentation's diagrams are generated from these lists.

create or replace function fn.signal_next_ok(p_from text, p_to text) returns boolean
language sql immutable
as $$
  select case p_from
    when 'DETECTED' then p_to in ('PUBLISHED', 'REJECTED')
    when 'PUBLISHED' then p_to in ('EXPIRED', 'SUPERSEDED')
    else false end
$$;

create or replace function fn.delivery_next_ok(p_from text, p_to text) returns boolean
language sql immutable
as $$
  select case p_from
    when 'PENDING' then p_to in ('DECIDED', 'EXPIRED')
    else false end
$$;

-- FAILED and EXPIRED may still be executed: a late fill is never rolled back.
create or replace function fn.intent_next_ok(p_from text, p_to text) returns boolean
language sql immutable
as $$
  select case p_from
    when 'PENDING' then p_to in ('APPROVED', 'REJECTED', 'EXPIRED')
    when 'APPROVED' then p_to in ('EXECUTED', 'FAILED', 'EXPIRED')
    when 'FAILED' then p_to in ('EXECUTED')
    when 'EXPIRED' then p_to in ('EXECUTED')
    else false end
$$;

create or replace function fn.order_next_ok(p_from text, p_to text) returns boolean
language sql immutable
as $$
  select case p_from
    when 'CREATED' then p_to in ('SUBMITTING', 'DENIED', 'CANCELLED', 'EXPIRED')
    when 'SUBMITTING' then p_to in ('PLACED', 'PARTIALLY_FILLED', 'FILLED', 'REJECTED', 'CANCELLED', 'EXPIRED', 'UNKNOWN')
    when 'UNKNOWN' then p_to in ('SUBMITTING', 'PLACED', 'PARTIALLY_FILLED', 'FILLED', 'REJECTED', 'CANCELLED', 'EXPIRED')
    when 'PLACED' then p_to in ('PARTIALLY_FILLED', 'FILLED', 'CANCEL_REQUESTED', 'CANCELLED', 'EXPIRED', 'REJECTED', 'UNKNOWN')
    when 'PARTIALLY_FILLED' then p_to in ('FILLED', 'CANCEL_REQUESTED', 'CANCELLED', 'EXPIRED', 'REJECTED', 'UNKNOWN')
    when 'CANCEL_REQUESTED' then p_to in ('CANCELLED', 'FILLED', 'EXPIRED', 'REJECTED', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED')
    when 'CANCELLED' then p_to in ('FILLED')
    when 'EXPIRED' then p_to in ('FILLED')
    when 'REJECTED' then p_to in ('FILLED')
    else false end
$$;

-- CANCELLED, REJECTED and CLOSED may open again: by a late entry fill.
create or replace function fn.trade_next_ok(p_from text, p_to text) returns boolean
language sql immutable
as $$
  select case p_from
    when 'CREATED' then p_to in ('ENTERING', 'REJECTED', 'CANCELLED')
    when 'ENTERING' then p_to in ('OPEN', 'REJECTED', 'CANCELLED')
    when 'OPEN' then p_to in ('EXITING', 'CLOSED')
    when 'EXITING' then p_to in ('CLOSED', 'OPEN')
    when 'CANCELLED' then p_to in ('OPEN')
    when 'REJECTED' then p_to in ('OPEN')
    when 'CLOSED' then p_to in ('OPEN')
    else false end
$$;

-- SUPERSEDED, CANCELLED and FAILED may be filled after all: by their order.
create or replace function fn.exit_intent_next_ok(p_from text, p_to text) returns boolean
language sql immutable
as $$
  select case p_from
    when 'PENDING' then p_to in ('APPROVED', 'REJECTED', 'SUPERSEDED', 'CANCELLED')
    when 'APPROVED' then p_to in ('PLACED', 'FAILED', 'SUPERSEDED', 'CANCELLED')
    when 'PLACED' then p_to in ('FILLED', 'FAILED', 'CANCELLED', 'SUPERSEDED')
    when 'SUPERSEDED' then p_to in ('FILLED')
    when 'CANCELLED' then p_to in ('FILLED')
    when 'FAILED' then p_to in ('FILLED')
    else false end
$$;

-- Only raises: the WHEN of each trigger has already decided.
create or replace function fn.refuse_transition() returns trigger
language plpgsql
as $$
begin
  raise exception using errcode = 'LKTRN', table = tg_table_name,
    message = format('%s %s may not go from %s to %s', tg_table_name, old.id, old.status, new.status);
end
$$;

create or replace trigger signals_guard before update of status on public.signals for each row
  when (old.status is distinct from new.status and not fn.signal_next_ok(old.status, new.status))
  execute function fn.refuse_transition();
create or replace trigger signal_deliveries_guard before update of status on public.signal_deliveries for each row
  when (old.status is distinct from new.status and not fn.delivery_next_ok(old.status, new.status))
  execute function fn.refuse_transition();
create or replace trigger trade_intents_guard before update of status on public.trade_intents for each row
  when (old.status is distinct from new.status and not fn.intent_next_ok(old.status, new.status))
  execute function fn.refuse_transition();
create or replace trigger orders_guard before update of status on public.orders for each row
  when (old.status is distinct from new.status and not fn.order_next_ok(old.status, new.status))
  execute function fn.refuse_transition();
create or replace trigger trades_guard before update of status on public.trades for each row
  when (old.status is distinct from new.status and not fn.trade_next_ok(old.status, new.status))
  execute function fn.refuse_transition();
create or replace trigger exit_intents_guard before update of status on public.exit_intents for each row
  when (old.status is distinct from new.status and not fn.exit_intent_next_ok(old.status, new.status))
  execute function fn.refuse_transition();

grant execute on function fn.signal_next_ok(text, text), fn.delivery_next_ok(text, text), fn.intent_next_ok(text, text),
  fn.order_next_ok(text, text), fn.trade_next_ok(text, text), fn.exit_intent_next_ok(text, text), fn.refuse_transition()
  to lockstep_stage, lockstep_worker, lockstep_web, lockstep_web_admin, lockstep_web_researcher;
