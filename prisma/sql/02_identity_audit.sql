-- What people did: the audit chain, and the keys that make a repeated act harmless.
-- Each row's hash covers the row before it, so that a changed or missing row breaks the chain from there on.
set local role lockstep_identity;

-- Purpose: the hash of one audit row over its predecessor's hash; times as epoch microseconds, so that no
--   setting of a session changes the text. Pure.
create or replace function fn.audit_hash(
  p_prev bytea, p_seq bigint, p_at timestamptz, p_actor uuid, p_act text, p_entity text, p_entity_id uuid, p_detail jsonb)
  returns bytea language sql immutable as $$
  select sha256(coalesce(p_prev, ''::bytea) || convert_to(jsonb_build_object(
    'seq', p_seq, 'at', (extract(epoch from p_at) * 1000000)::bigint, 'actor', p_actor, 'act', p_act,
    'entity', p_entity, 'entity_id', p_entity_id, 'detail', p_detail)::text, 'UTF8'))
$$;
grant execute on function fn.audit_hash(bytea, bigint, timestamptz, uuid, text, text, uuid, jsonb) to lockstep_stage;

-- Purpose: append one row for a named person (null: the platform itself). Takes an advisory lock until the end of the transaction, so it
--   is the last statement before commit.
-- Caller: stage (functions that establish the caller themselves). Writes: audit_log.
create or replace function fn.audit_append(
  p_actor uuid, p_act text, p_entity text, p_entity_id uuid, p_detail jsonb) returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
declare
  v_prev public.audit_log;
  v_seq bigint;
  v_at timestamptz;
begin
  perform pg_advisory_xact_lock(7002, 0);
  v_at := fn.clock();
  select * into v_prev from public.audit_log order by seq desc limit 1;
  v_seq := coalesce(v_prev.seq, 0) + 1;
  insert into public.audit_log (seq, at, actor_user_id, act, entity, entity_id, detail, prev_hash, hash)
    values (v_seq, v_at, p_actor, p_act, p_entity, p_entity_id, p_detail, v_prev.hash,
      fn.audit_hash(v_prev.hash, v_seq, v_at, p_actor, p_act, p_entity, p_entity_id, p_detail));
  return v_seq;
end $$;
grant execute on function fn.audit_append(uuid, text, text, uuid, jsonb) to lockstep_stage;

-- Purpose: append one row for the person of this request. The last statement before commit.
-- Caller: web, stage. Writes: audit_log. Codes: LK403 without an actor.
create or replace function fn.audit_append(p_act text, p_entity text, p_entity_id uuid, p_detail jsonb) returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
begin
  if fn.actor() is null then
    raise exception using errcode = 'LK403', message = 'NO_ACTOR';
  end if;
  return fn.audit_append(fn.actor(), p_act, p_entity, p_entity_id, p_detail);
end $$;
grant execute on function fn.audit_append(text, text, uuid, jsonb) 
  to lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_stage;

-- Purpose: the places where the chain is broken; no row means that it is whole.
-- Caller: owner, worker (tools). Writes: nothing.
create or replace function fn.audit_verify() returns table (seq bigint, problem text)
  language sql stable security definer set search_path = '' as $$
  select a.seq, case
      when a.seq <> coalesce(a.prev_seq, 0) + 1 then 'ROW_MISSING'
      when a.prev_hash is distinct from a.last_hash then 'CHAIN_BROKEN'
      else 'ROW_CHANGED' end
  from (select l.*, lag(l.seq) over w as prev_seq, lag(l.hash) over w as last_hash
        from public.audit_log l window w as (order by l.seq)) a
  where a.seq <> coalesce(a.prev_seq, 0) + 1 or a.prev_hash is distinct from a.last_hash
    or a.hash <> fn.audit_hash(a.prev_hash, a.seq, a.at, a.actor_user_id, a.act, a.entity, a.entity_id, a.detail)
  order by a.seq
$$;
grant execute on function fn.audit_verify() to lockstep_worker;

-- Purpose: claim an act's idempotency key for the person of this request. Null: do it now, and finish with
--   fn.idempotency_finish in the same transaction. Otherwise the answer that the first one gave.
--   A second one that arrives while the first runs waits for its commit.
-- Caller: web. Writes: idempotency_keys. Codes: LK409 (same key, other content).
create or replace function fn.idempotency_begin(p_key text, p_fingerprint bytea) returns jsonb
  language plpgsql volatile security definer set search_path = '' as $$
declare
  v_row public.idempotency_keys;
begin
  insert into public.idempotency_keys (user_id, key, fingerprint, created_at)
    values (fn.actor(), p_key, p_fingerprint, fn.clock()) on conflict (user_id, key) do nothing;
  if found then
    return null;
  end if;
  select * into v_row from public.idempotency_keys where user_id = fn.actor() and key = p_key;
  if v_row.fingerprint <> p_fingerprint then
    raise exception using errcode = 'LK409', message = 'IDEMPOTENCY_KEY_REUSED';
  end if;
  return coalesce(v_row.response, '{}');
end $$;
grant execute on function fn.idempotency_begin(text, bytea) to lockstep_web, lockstep_web_admin, lockstep_web_researcher;

-- Purpose: keep the answer of an act for its repeats. Caller: web. Writes: idempotency_keys.
create or replace function fn.idempotency_finish(p_key text, p_response jsonb) returns void
  language sql volatile security definer set search_path = '' as $$
  update public.idempotency_keys set response = p_response where user_id = fn.actor() and key = p_key
$$;
grant execute on function fn.idempotency_finish(text, jsonb) to lockstep_web, lockstep_web_admin, lockstep_web_researcher;

reset role;
