-- Rows that wait are few, and then a crowd at once: statistics say "none", and a statement that was given 500 ids then walked through
-- every waiting row instead of looking the ids up. The sweeps' index therefore asks for more than a status alone implies, so that
-- only the sweeps, which say it too, can use it.
drop index public.deliveries_pending;
create index deliveries_pending on public.signal_deliveries (created_at) where status = 'PENDING' and decided_at is null;

-- Only a check of invariants read by it, which reads the whole table anyway.
drop index public.intents_live;
