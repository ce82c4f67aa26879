-- Leases with fencing epochs: who feeds which symbols. Owner lockstep_events.
-- An epoch grows with every change of hands, so a holder that was asleep can be told from the one that took over.

set local role lockstep_events;

-- Takes each lease that is free, expired or already its own. Caller: worker. Writes: leases.
-- Returns the leases now held, with their epochs.
create or replace function fn.leases_take(p_names text[], p_holder text, p_ttl_ms int)
returns table (name text, epoch bigint)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
begin
  return query
  insert into public.leases as l (name, holder, epoch, expires_at)
  select n, p_holder, 1, v_now + p_ttl_ms * interval '1 millisecond'
  from unnest(p_names) n order by n
  on conflict on constraint leases_pkey do update
    set holder = p_holder,
      epoch = l.epoch + case when l.holder = p_holder and l.expires_at > v_now then 0 else 1 end,
      expires_at = excluded.expires_at
    where l.holder = p_holder or l.expires_at <= v_now
  returning l.name, l.epoch;
end
$$;

-- One lease; null while somebody else holds it. Caller: worker. Writes: leases.
create or replace function fn.lease_take(p_name text, p_holder text, p_ttl_ms int) returns bigint
language sql volatile security definer set search_path = ''
as $$ select t.epoch from fn.leases_take(array[p_name], p_holder, p_ttl_ms) t $$;

-- Extends what the holder still holds, and says what that is; a lease that ran out is not revived. Caller: worker.
-- Writes: leases.
create or replace function fn.lease_renew(p_names text[], p_holder text, p_ttl_ms int)
returns table (name text, epoch bigint)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz;
begin
  perform from public.leases l where l.name = any (p_names) order by l.name for no key update;
  v_now := fn.clock();
  return query
  update public.leases l set expires_at = v_now + p_ttl_ms * interval '1 millisecond'
  where l.name = any (p_names) and l.holder = p_holder and l.expires_at > v_now
  returning l.name, l.epoch;
end
$$;

-- Gives leases back: free at once, the epoch stays. Caller: worker. Writes: leases.
create or replace function fn.lease_release(p_names text[], p_holder text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.leases l where l.name = any (p_names) order by l.name for no key update;
  update public.leases l set expires_at = fn.clock()
  where l.name = any (p_names) and l.holder = p_holder and l.expires_at > fn.clock();
end
$$;

-- Forgets leases of a name's beginning that ran out a day ago and more: those of processes that will not return.
-- Never for leases whose epoch fences something. Caller: worker. Writes: leases.
create or replace function fn.leases_forget(p_prefix text) returns void
language sql volatile security definer set search_path = ''
as $$
  delete from public.leases l where starts_with(l.name, p_prefix) and l.expires_at < fn.clock() - interval '1 day'
$$;

-- Of the leases named, those that the holder has at this epoch now; they stay so until the transaction ends.
-- Caller: the market stage, inside the write that is fenced. Locks: leases, in name order.
create or replace function fn.leases_hold(p_names text[], p_epochs bigint[], p_holder text)
returns table (name text, epoch bigint)
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.leases l where l.name = any (p_names) order by l.name for share;
  return query
  select l.name, l.epoch from public.leases l
  join unnest(p_names, p_epochs) as asked(name, epoch) on asked.name = l.name and asked.epoch = l.epoch
  where l.holder = p_holder and l.expires_at > fn.clock();
end
$$;

grant execute on function fn.leases_take(text[], text, int), fn.lease_take(text, text, int),
  fn.lease_renew(text[], text, int), fn.lease_release(text[], text),
  fn.leases_forget(text) to lockstep_worker;
grant execute on function fn.leases_hold(text[], bigint[], text) to lockstep_stage;

reset role;
