-- Stamps a trade whenever something changes that the trigger book must know.
-- Why a trigger, where triggers otherwise only guard: the book hears of every change, whichever function made it; a
-- forgotten stamp would be a missed stop. Writes only columns of the row in hand: version, time, transaction id (read
-- through the gate of the event log, so that a change that commits late is not lost), and one notification.

create or replace function fn.trade_stamp() returns trigger
language plpgsql
as $$
begin
  new.triggers_version := old.triggers_version + 1;
  -- The time of the prices alone: what a price did before it was watched must not count.
  if (old.hard_stop_price, old.stop_price, old.target_price, old.target_rung, old.trail_activate_price, old.trail_stop_price, old.trail_raise_price)
    is distinct from (new.hard_stop_price, new.stop_price, new.target_price, new.target_rung, new.trail_activate_price, new.trail_stop_price, new.trail_raise_price)
    or old.triggers_at is null then
    new.triggers_at := fn.clock();
  end if;
  new.changed_xid := pg_current_xact_id();
  perform pg_notify('lockstep_trades', '');
  return new;
end
$$;

create or replace trigger trades_stamp before update on public.trades for each row
  when (old.status is distinct from new.status
    or (old.entry_qty, old.exit_qty, old.dust_qty, old.target_rung) is distinct from (new.entry_qty, new.exit_qty, new.dust_qty, new.target_rung)
    or (old.hard_stop_price, old.stop_price, old.target_price) is distinct from (new.hard_stop_price, new.stop_price, new.target_price)
    or (old.trail_activate_price, old.trail_stop_price, old.trail_raise_price)
      is distinct from (new.trail_activate_price, new.trail_stop_price, new.trail_raise_price))
  execute function fn.trade_stamp();

grant execute on function fn.trade_stamp() to lockstep_stage;
