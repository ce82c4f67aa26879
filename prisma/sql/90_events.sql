-- Events: the gated log that feeds live pages, alerts, and the workers' heartbeats.
-- Owner lockstep_events. A reader that takes rows by id alone loses those that commit late, so every reader
-- stays below the oldest running transaction (fn.events_after).

set local role lockstep_events;

-- Appends one event; caller: every stage. One notification per transaction (equal payloads fold at commit).
-- Writes: event_log.
create or replace function fn.event_append(p_user uuid, p_topic text, p_entity text, p_entity_id uuid, p_data jsonb)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.event_log (user_id, topic, entity, entity_id, data, at)
  values (p_user, p_topic, p_entity, p_entity_id, coalesce(p_data, '{}'), fn.clock());
  perform pg_notify('lockstep_events', '');
end
$$;

-- Appends events of one kind, in the order given: user, entity's id and data by position. One notification.
-- Caller: every stage, for batches. Writes: event_log.
create or replace function fn.events_append(p_users uuid[], p_topic text, p_entity text, p_entities uuid[], p_data jsonb[])
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
begin
  if coalesce(cardinality(p_users), 0) = 0 then return; end if;
  insert into public.event_log (user_id, topic, entity, entity_id, data, at)
  select e.user_id, p_topic, p_entity, e.entity_id, e.data, v_now
  from unnest(p_users, p_entities, p_data) with ordinality as e(user_id, entity_id, data, n) order by e.n;
  perform pg_notify('lockstep_events', '');
end
$$;

-- Appends one event for every active person, and one for nobody: what concerns the whole platform, and is rare.
-- Caller: every stage. Writes: event_log.
create or replace function fn.event_broadcast(p_topic text, p_entity text, p_entity_id uuid, p_data jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.event_log (user_id, topic, entity, entity_id, data, at)
  select u.id, p_topic, p_entity, p_entity_id, coalesce(p_data, '{}'), fn.clock()
  from (select null::uuid as id union all select u.id from public.users u where u.status = 'ACTIVE') u order by u.id nulls first;
  perform pg_notify('lockstep_events', '');
end
$$;

-- The events of the caller after a cursor, oldest first; gated, so a later call can never find an earlier one.
-- Caller: web (row-level security narrows it to the actor), worker. Reads only.
create or replace function fn.events_after(p_xid xid8, p_id bigint, p_limit int)
returns setof public.event_log
language sql stable
as $$
  select e.* from public.event_log e
  where (e.xid, e.id) > (p_xid, p_id) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
  order by e.xid, e.id
  limit least(p_limit, 1000)
$$;

-- Where a new reader begins: everything below is already visible, nothing at or above was given out yet.
create or replace function fn.events_head() returns xid8
language sql stable
as $$ select pg_snapshot_xmin(pg_current_snapshot()) $$;

-- Raises an alert; while one with the same key is open, counts the repetition instead.
-- Caller: every stage, worker. Writes: alerts, event_log. Returns the alert's id.
create or replace function fn.alert_raise(
  p_user uuid, p_severity text, p_code text, p_text text, p_entity text, p_entity_id uuid, p_key text)
returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
  v_new boolean;
begin
  insert into public.alerts as a (user_id, severity, code, text, entity, entity_id, key, raised_at)
  values (p_user, p_severity, p_code, p_text, p_entity, p_entity_id, p_key, fn.clock())
  on conflict (key) where key is not null and cleared_at is null
    do update set repeated = a.repeated + 1
  returning a.id, a.repeated = 0 into v_id, v_new;
  if v_new then
    perform fn.event_append(p_user, 'alert', coalesce(p_entity, 'alert'), coalesce(p_entity_id, v_id),
      jsonb_build_object('code', p_code, 'severity', p_severity, 'text', p_text));
  end if;
  return v_id;
end
$$;

-- Clears the open alert of a key, if there is one. Caller: every stage, worker. Writes: alerts.
create or replace function fn.alert_clear(p_key text) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.alerts set cleared_at = fn.clock() where key = p_key and cleared_at is null;
  return found;
end
$$;

-- A worker says that it lives, every few seconds. Caller: worker. Writes: worker_heartbeats.
create or replace function fn.worker_beat(p_worker text, p_roles text[], p_pid int, p_host text, p_detail jsonb)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
begin
  insert into public.worker_heartbeats (worker, roles, pid, host, started_at, beat_at, detail)
  values (p_worker, p_roles, p_pid, p_host, v_now, v_now, coalesce(p_detail, '{}'))
  on conflict (worker) do update set beat_at = v_now, detail = excluded.detail, stopped_at = null;
end
$$;

-- A worker ends in order; rows of workers gone for a day are forgotten. Caller: worker. Writes: worker_heartbeats, leases.
create or replace function fn.worker_stop(p_worker text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
begin
  update public.worker_heartbeats set stopped_at = v_now where worker = p_worker;
  delete from public.worker_heartbeats where beat_at < v_now - interval '1 day';
end
$$;

grant execute on function fn.event_append(uuid, text, text, uuid, jsonb), fn.event_broadcast(text, text, uuid, jsonb),
  fn.events_append(uuid[], text, text, uuid[], jsonb[]),
  fn.alert_raise(uuid, text, text, text, text, uuid, text), fn.alert_clear(text) to lockstep_stage, lockstep_worker;
grant execute on function fn.worker_beat(text, text[], int, text, jsonb), fn.worker_stop(text) to lockstep_worker;
grant execute on function fn.events_after(xid8, bigint, int), fn.events_head()
  to lockstep_worker, lockstep_web, lockstep_web_admin, lockstep_web_researcher;

reset role;
