-- Who is asking: log-in attempts with their lock-out, and sessions.
-- These functions establish the caller, so none of them takes an id: they take an e-mail address to begin
-- with, the hash of a secret afterwards. 5 failures lock an address for 15 minutes; 12 h absolute, 2 h idle.
set local role lockstep_identity;

-- Purpose: begin a log-in: counts the attempt as failed until fn.login_succeed says otherwise, and hands out
--   the password hash to compare with. An unknown or disabled e-mail counts the same way and gets no hash.
-- Caller: web. Writes: login_attempts. Codes in the answer: CHECK | LOCKED | SLOW_DOWN.
create or replace function fn.login_begin(p_email text, p_address inet) returns jsonb
  language plpgsql volatile security definer set search_path = '' as $$
declare
  v_email text := lower(trim(p_email));
  v_now timestamptz;
  v_since timestamptz;
  v_failures int;
  v_last timestamptz;
  v_attempt bigint;
  v_hash text;
begin
  -- parallel guesses stand in line, or five at once would count as none yet
  perform pg_advisory_xact_lock(7001, hashtext(v_email));
  v_now := fn.clock();
  if p_address is not null and (
    select count(*) from public.login_attempts
    where address = p_address and not succeeded and attempted_at > v_now - interval '5 minutes') >= 30 then
    return jsonb_build_object('verdict', 'SLOW_DOWN', 'until', v_now + interval '5 minutes');
  end if;

  v_since := greatest(v_now - interval '15 minutes', (
    select max(attempted_at) from public.login_attempts where email = v_email and succeeded));
  select count(*), max(attempted_at) into v_failures, v_last from public.login_attempts
    where email = v_email and not succeeded and attempted_at > v_since;
  if v_failures >= 5 then
    return jsonb_build_object('verdict', 'LOCKED', 'until', v_last + interval '15 minutes');
  end if;

  insert into public.login_attempts (email, address, attempted_at)
    values (v_email, p_address, v_now) returning id into v_attempt;
  select s.password_hash into v_hash from public.users u join public.user_secrets s on s.user_id = u.id
    where u.email = v_email and u.status = 'ACTIVE';
  return jsonb_build_object('verdict', 'CHECK', 'attempt', v_attempt, 'hash', v_hash);
end $$;
grant execute on function fn.login_begin(text, inet) to lockstep_web;

-- Purpose: end a log-in whose password was right: the attempt no longer counts, a new session begins.
--   The stored hash must be given back as proof; whoever has a second factor must have passed it with this attempt
--   (fn.login_factor_pass). The session is named by the hash of its secret.
-- Caller: web. Writes: login_attempts, user_sessions, audit_log. Codes: LK403.
create or replace function fn.login_succeed(
  p_attempt bigint, p_password_hash text, p_token_hash bytea, p_user_agent text, p_address inet) returns void
  language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := fn.clock();
  v_user public.users;
  v_session uuid;
begin
  select u.* into v_user from public.login_attempts a
    join public.users u on u.email = a.email and u.status = 'ACTIVE'
    join public.user_secrets s on s.user_id = u.id and s.password_hash = p_password_hash
      and (s.totp_secret is null or a.factor_at is not null)
    where a.id = p_attempt and not a.succeeded and a.attempted_at > v_now - interval '5 minutes';
  if not found then
    raise exception using errcode = 'LK403', message = 'LOGIN_REFUSED';
  end if;
  update public.login_attempts set succeeded = true where id = p_attempt;
  insert into public.user_sessions (user_id, role, token_hash, created_at, last_seen_at, expires_at, user_agent, address)
    values (v_user.id, v_user.role, p_token_hash, v_now, v_now, v_now + interval '12 hours', left(p_user_agent, 300), p_address)
    returning id into v_session;
  perform fn.audit_append(v_user.id, 'LOGIN', 'session', v_session, '{}');
end $$;
grant execute on function fn.login_succeed(bigint, text, bytea, text, inet) to lockstep_web;

-- Purpose: who a session's secret belongs to, asked by every request. A session that is too old, idle, of a
--   disabled user or of a changed role ends here, so the change acts on the next request.
--   What the page asks by itself (p_active false: live figures) does not keep an idle session alive.
-- Caller: web. Writes: user_sessions (last_seen_at at most once a minute). Answers null when there is none.
create or replace function fn.session_touch(p_token_hash bytea, p_active boolean) returns jsonb
  language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := fn.clock();
  v_session public.user_sessions;
  v_user public.users;
  v_reason text;
begin
  select * into v_session from public.user_sessions where token_hash = p_token_hash and revoked_at is null;
  if not found then
    return null;
  end if;
  select * into v_user from public.users where id = v_session.user_id;
  v_reason := case
    when v_user.status <> 'ACTIVE' then 'USER_DISABLED'
    when v_user.role <> v_session.role then 'ROLE_CHANGED'
    when v_session.expires_at <= v_now then 'EXPIRED'
    when v_session.last_seen_at <= v_now - interval '2 hours' then 'IDLE' end;
  if v_reason is not null then
    update public.user_sessions set revoked_at = v_now, revoked_reason = v_reason
      where id = v_session.id and revoked_at is null;
    return null;
  end if;
  if p_active and v_session.last_seen_at < v_now - interval '1 minute' then
    update public.user_sessions set last_seen_at = v_now where id = v_session.id and revoked_at is null;
  end if;
  return jsonb_build_object('sessionId', v_session.id, 'userId', v_user.id, 'email', v_user.email,
    'name', v_user.display_name, 'role', v_user.role, 'timeZone', v_user.time_zone);
end $$;
grant execute on function fn.session_touch(bytea, boolean) to lockstep_web;

-- Purpose: log out: the session of this secret ends. A repeat does nothing.
-- Caller: web. Writes: user_sessions, audit_log.
create or replace function fn.session_end(p_token_hash bytea) returns void
  language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session public.user_sessions;
begin
  update public.user_sessions set revoked_at = fn.clock(), revoked_reason = 'LOGOUT'
    where token_hash = p_token_hash and revoked_at is null returning * into v_session;
  if found then
    perform fn.audit_append(v_session.user_id, 'LOGOUT', 'session', v_session.id, '{}');
  end if;
end $$;
grant execute on function fn.session_end(bytea) to lockstep_web;

reset role;
