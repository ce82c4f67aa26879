-- A person's own settings: name, time zone, password, sessions. Everything acts on fn.actor() alone.
-- Entry points: fn.profile_set, fn.session_confirm (re-authentication), fn.session_is_confirmed, fn.password_change,
-- fn.session_revoke, fn.sessions_revoke_others. A password is proved by an attempt of fn.login_begin and the hash that it
-- handed out, so that guessing it here counts and locks like guessing it at the log-in.

-- What differs between two rows: {column: [before, after]}. Pure.
create or replace function fn.row_changes(p_old jsonb, p_new jsonb) returns jsonb
language sql immutable
as $$
  select coalesce(jsonb_object_agg(n.key, jsonb_build_array(p_old -> n.key, n.value)), '{}')
  from jsonb_each(p_new) n where n.value is distinct from p_old -> n.key
$$;
grant execute on function fn.row_changes(jsonb, jsonb) to lockstep_stage;

set local role lockstep_identity;

reset role;
-- An act on the audit chain is final. Triggers only guard.
create or replace function fn.audit_guard() returns trigger
language plpgsql
as $$
begin
  raise exception using errcode = 'LK403', message = 'AUDIT_IS_APPEND_ONLY';
end
$$;
create or replace trigger audit_is_append_only before update or delete or truncate on public.audit_log
  for each statement execute function fn.audit_guard();
set local role lockstep_identity;

-- The caller's name and time zone. Caller: web. Writes: users, event_log, audit. Codes: LK404, LK400.
create or replace function fn.profile_set(p_name text, p_time_zone text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_old public.users;
  v_new public.users;
begin
  select * into v_old from public.users u where u.id = fn.actor() for no key update;
  if v_old.id is null then perform fn.raise_not_found(); end if;
  if coalesce(length(trim(p_name)), 0) not between 1 and 80 then perform fn.refuse('LK400', 'A name has 1 to 80 characters.'); end if;
  if not exists (select from pg_catalog.pg_timezone_names z where z.name = p_time_zone) then
    perform fn.refuse('LK400', 'There is no such time zone.');
  end if;
  update public.users u set display_name = trim(p_name), time_zone = p_time_zone where u.id = v_old.id returning * into v_new;
  perform fn.event_append(v_old.id, 'settings', 'user', v_old.id, '{}');
  perform fn.audit_append('profile.set', 'user', v_old.id, fn.row_changes(to_jsonb(v_old), to_jsonb(v_new)));
end
$$;

-- The active user whose password an attempt proves; the attempt counts as a success from here on. Callers: the functions
-- below and of the log-in. Writes: login_attempts. Codes: LK403.
create or replace function fn.password_proof(p_attempt bigint, p_password_hash text) returns public.users
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user public.users;
begin
  select u.* into v_user from public.login_attempts a
    join public.users u on u.email = a.email and u.status = 'ACTIVE'
    join public.user_secrets s on s.user_id = u.id and s.password_hash = p_password_hash
    where a.id = p_attempt and not a.succeeded and a.attempted_at > fn.clock() - interval '5 minutes';
  if v_user.id is null then perform fn.refuse('LK403', 'PASSWORD_REFUSED'); end if;
  update public.login_attempts a set succeeded = true where a.id = p_attempt;
  return v_user;
end
$$;

-- Re-authentication: the caller gave his password again in this session. Caller: web. Writes: user_sessions,
-- login_attempts, audit. Codes: LK403 (not his password), LK404 (not his session).
create or replace function fn.session_confirm(p_attempt bigint, p_password_hash text, p_session uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.user_sessions s set confirmed_at = fn.clock()
    where s.id = p_session and s.user_id = fn.actor() and s.revoked_at is null;
  if not found then perform fn.raise_not_found(); end if;
  if (fn.password_proof(p_attempt, p_password_hash)).id <> fn.actor() then perform fn.refuse('LK403', 'PASSWORD_REFUSED'); end if;
  perform fn.audit_append('session.confirm', 'session', p_session, '{}');
end
$$;

-- Whether the caller logged in or gave his password again within ten minutes in this session. Caller: web. Reads only.
create or replace function fn.session_is_confirmed(p_session uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (select from public.user_sessions s where s.id = p_session and s.user_id = fn.actor() and s.revoked_at is null
    and greatest(s.confirmed_at, s.created_at) > fn.clock() - interval '10 minutes')
$$;

-- A new password for the caller; every other session of his ends. Caller: web. Writes: user_secrets, user_sessions, audit.
-- Codes: LK403 (the old one was wrong).
create or replace function fn.password_change(p_attempt bigint, p_old_hash text, p_new_hash text, p_session uuid) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_ended int;
begin
  if fn.actor() is null then perform fn.raise_not_found(); end if;
  if (fn.password_proof(p_attempt, p_old_hash)).id <> fn.actor() then perform fn.refuse('LK403', 'PASSWORD_REFUSED'); end if;
  update public.user_secrets s set password_hash = p_new_hash, updated_at = fn.clock() where s.user_id = fn.actor();
  v_ended := fn.sessions_end(fn.actor(), p_session, 'PASSWORD_CHANGED');
  perform fn.event_append(fn.actor(), 'settings', 'user', fn.actor(), '{}');
  perform fn.audit_append('password.change', 'user', fn.actor(), jsonb_build_object('sessions_ended', v_ended));
  return v_ended;
end
$$;

-- Ends the sessions of a user, p_but (may be null) aside. Returns how many. Callers: this file, users. Writes: user_sessions.
create or replace function fn.sessions_end(p_user uuid, p_but uuid, p_reason text) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_ended int;
begin
  update public.user_sessions s set revoked_at = fn.clock(), revoked_reason = p_reason
    where s.user_id = p_user and s.id is distinct from p_but and s.revoked_at is null;
  get diagnostics v_ended = row_count;
  return v_ended;
end
$$;

-- Ends one session of the caller; one that has ended stays as it is. Caller: web. Writes: user_sessions, audit. Codes: LK404.
create or replace function fn.session_revoke(p_session uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.user_sessions s where s.id = p_session and s.user_id = fn.actor() for no key update;
  if not found then perform fn.raise_not_found(); end if;
  update public.user_sessions s set revoked_at = fn.clock(), revoked_reason = 'ENDED_BY_USER'
    where s.id = p_session and s.revoked_at is null;
  perform fn.event_append(fn.actor(), 'settings', 'session', p_session, '{}');
  perform fn.audit_append('session.revoke', 'session', p_session, '{}');
end
$$;

-- Ends every session of the caller but the one that he is in. Returns how many. Caller: web. Writes: user_sessions, audit.
-- Codes: LK404 (not his session).
create or replace function fn.sessions_revoke_others(p_session uuid) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_ended int;
begin
  perform from public.user_sessions s where s.id = p_session and s.user_id = fn.actor() and s.revoked_at is null;
  if not found then perform fn.raise_not_found(); end if;
  v_ended := fn.sessions_end(fn.actor(), p_session, 'ENDED_BY_USER');
  perform fn.event_append(fn.actor(), 'settings', 'session', p_session, '{}');
  perform fn.audit_append('session.revoke_others', 'session', p_session, jsonb_build_object('ended', v_ended));
  return v_ended;
end
$$;

grant execute on function fn.profile_set(text, text), fn.session_confirm(bigint, text, uuid), fn.session_is_confirmed(uuid),
  fn.password_change(bigint, text, text, uuid), fn.session_revoke(uuid), fn.sessions_revoke_others(uuid) to lockstep_web;

reset role;
