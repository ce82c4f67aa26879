-- Quarantine: what failed for good waits here for a person, with its error and its history.
-- Entry points: fn.quarantine_put, fn.quarantine_clear. Invariant: one open entry per row of the pipeline.

set local role lockstep_reconcile;

-- Puts a row before a person and alerts; while one is open for it, a repeat only adds to the history.
-- Callers: every stage, worker (dead letters). Returns whether it is new. Writes: quarantine, alerts.
create or replace function fn.quarantine_put(
  p_user uuid, p_entity text, p_entity_id uuid, p_code text, p_error text, p_history jsonb)
returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_new boolean;
  v_now timestamptz := fn.clock();
begin
  insert into public.quarantine as q (user_id, entity, entity_id, code, error, history, put_at)
  values (p_user, p_entity, p_entity_id, p_code, p_error, coalesce(p_history, '[]'), v_now)
  on conflict (entity, entity_id) where resolved_at is null
    do update set history = case when jsonb_array_length(q.history) < 50 then q.history || excluded.history else q.history end
  returning old.id is null into v_new;
  if v_new then
    perform fn.alert_raise(p_user, 'CRITICAL', p_code, p_error, p_entity, p_entity_id,
      'quarantine:' || p_entity || ':' || p_entity_id);
  end if;
  return v_new;
end
$$;

-- Takes a row out again when it settled by itself, or a person settled it. Returns whether one was open.
-- Callers: every stage, worker. Writes: quarantine, alerts.
create or replace function fn.quarantine_clear(p_entity text, p_entity_id uuid, p_resolution text) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.quarantine q set resolved_at = fn.clock(), resolution = p_resolution
  where q.entity = p_entity and q.entity_id = p_entity_id and q.resolved_at is null;
  if not found then return false; end if;
  perform fn.alert_clear('quarantine:' || p_entity || ':' || p_entity_id);
  return true;
end
$$;

grant execute on function fn.quarantine_put(uuid, text, uuid, text, text, jsonb),
  fn.quarantine_clear(text, uuid, text) to lockstep_stage, lockstep_worker;

reset role;
