-- The second factor: a time-based code (RFC 6238), and recovery codes for the day the phone is lost.
-- Codes are checked in the web process (server/totp.ts); here is what it compares with and what must hold whoever asks: a
-- secret counts once its first code was right, no code counts twice, a recovery code is used up, and a log-in of somebody who
-- has a second factor does not succeed without one (fn.login_succeed).
-- Entry points: fn.totp_state, fn.totp_begin, fn.totp_enable, fn.totp_disable, fn.totp_recovery_set (the person himself);
-- fn.login_factor, fn.login_factor_pass (the log-in, after the password).

set local role lockstep_identity;

-- What the caller has: {on, pending (the secret that awaits its first code), recovery_left, at_ms (now)}. Caller: web. Reads only.
create or replace function fn.totp_state() returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('on', s.totp_secret is not null, 'pending', s.totp_pending,
    'recovery_left', jsonb_array_length(s.recovery_codes), 'at_ms', (extract(epoch from fn.clock()) * 1000)::bigint)
  from public.user_secrets s where s.user_id = fn.actor()
$$;

-- Keeps a new secret until its first code. Caller: web. Writes: user_secrets. Codes: LK404, LK409 (on already).
create or replace function fn.totp_begin(p_secret text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.user_secrets;
begin
  select * into v from public.user_secrets s where s.user_id = fn.actor() for no key update;
  if v.user_id is null then perform fn.raise_not_found(); end if;
  if v.totp_secret is not null then perform fn.refuse('LK409', 'The second factor is on. Switch it off first.'); end if;
  if p_secret is null or p_secret !~ '^[A-Z2-7]{32,64}$' then perform fn.refuse('LK400', 'That is no secret.'); end if;
  update public.user_secrets s set totp_pending = p_secret, updated_at = fn.clock() where s.user_id = v.user_id;
  perform fn.audit_append('totp.begin', 'user', v.user_id, '{}');
end
$$;

-- A list of up to 16 hashes (64 hexadecimal digits each). Callers: below. Codes: LK400.
create or replace function fn.recovery_check(p_hashes jsonb) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if p_hashes is null or jsonb_typeof(p_hashes) <> 'array' or jsonb_array_length(p_hashes) not between 1 and 16
    or exists (select from jsonb_array_elements_text(p_hashes) h where h !~ '^[0-9a-f]{64}$') then
    perform fn.refuse('LK400', 'Recovery codes come as hashes.');
  end if;
end
$$;

-- The pending secret's first code was right (p_step: its time step): it counts from now on. Caller: web.
-- Writes: user_secrets, audit. Codes: LK409 (another secret is pending, or none).
create or replace function fn.totp_enable(p_secret text, p_step bigint, p_recovery jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform fn.recovery_check(p_recovery);
  update public.user_secrets s set totp_secret = s.totp_pending, totp_pending = null, totp_step = p_step,
    recovery_codes = p_recovery, updated_at = fn.clock()
  where s.user_id = fn.actor() and s.totp_secret is null and s.totp_pending = p_secret;
  if not found then perform fn.refuse('LK409', 'Begin again: this secret is no longer waiting.'); end if;
  perform fn.event_append(fn.actor(), 'settings', 'user', fn.actor(), '{}');
  perform fn.audit_append('totp.enable', 'user', fn.actor(), '{}');
end
$$;

-- Switches the caller's second factor off. Caller: web, after re-authentication. Writes: user_secrets, audit. Codes: LK409.
create or replace function fn.totp_disable() returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.user_secrets s set totp_secret = null, totp_pending = null, totp_step = null, recovery_codes = '[]', updated_at = fn.clock()
  where s.user_id = fn.actor() and s.totp_secret is not null;
  if not found then perform fn.refuse('LK409', 'The second factor is off.'); end if;
  perform fn.event_append(fn.actor(), 'settings', 'user', fn.actor(), '{}');
  perform fn.audit_append('totp.disable', 'user', fn.actor(), '{}');
end
$$;

-- New recovery codes; the old ones count no longer. Caller: web, after re-authentication. Writes: user_secrets, audit. Codes: LK409.
create or replace function fn.totp_recovery_set(p_recovery jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform fn.recovery_check(p_recovery);
  update public.user_secrets s set recovery_codes = p_recovery, updated_at = fn.clock()
  where s.user_id = fn.actor() and s.totp_secret is not null;
  if not found then perform fn.refuse('LK409', 'The second factor is off.'); end if;
  perform fn.audit_append('totp.recovery', 'user', fn.actor(), '{}');
end
$$;

-- Who is logging in, once the password is proved by its hash; the attempt still counts as a failure. Callers: below. Codes: LK403.
create or replace function fn.login_owner(p_attempt bigint, p_password_hash text) returns uuid
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_user uuid := (select u.id from public.login_attempts a
    join public.users u on u.email = a.email and u.status = 'ACTIVE'
    join public.user_secrets s on s.user_id = u.id and s.password_hash = p_password_hash
    where a.id = p_attempt and not a.succeeded and a.attempted_at > fn.clock() - interval '5 minutes');
begin
  if v_user is null then perform fn.refuse('LK403', 'LOGIN_REFUSED'); end if;
  return v_user;
end
$$;

-- What the second step of a log-in compares with: {secret, step, at_ms (now)} or null when there is no second factor. The stored password
-- hash is the proof that the first step was passed. Caller: web. Reads only. Codes: LK403.
create or replace function fn.login_factor(p_attempt bigint, p_password_hash text) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select jsonb_build_object('secret', s.totp_secret, 'step', coalesce(s.totp_step, 0),
      'at_ms', (extract(epoch from fn.clock()) * 1000)::bigint)
    from public.user_secrets s where s.user_id = fn.login_owner(p_attempt, p_password_hash) and s.totp_secret is not null);
end
$$;

-- The second step was right: p_step, the time step of a code that fits, or p_recovery, the hash of a recovery code. A step at or
-- before the last one, or an unknown recovery code, is refused and the attempt stays a failure.
-- Caller: web. Writes: user_secrets, login_attempts, alerts, audit. Codes: LK403.
create or replace function fn.login_factor_pass(p_attempt bigint, p_password_hash text, p_step bigint, p_recovery text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user uuid := fn.login_owner(p_attempt, p_password_hash);
  v_left int;
begin
  if p_step is not null then
    update public.user_secrets s set totp_step = p_step
    where s.user_id = v_user and s.totp_secret is not null and p_step > coalesce(s.totp_step, 0);
  else
    update public.user_secrets s set recovery_codes = s.recovery_codes - p_recovery
    where s.user_id = v_user and s.totp_secret is not null and s.recovery_codes ? p_recovery
    returning jsonb_array_length(s.recovery_codes) into v_left;
  end if;
  if not found then perform fn.refuse('LK403', 'CODE_REFUSED'); end if;
  update public.login_attempts a set factor_at = fn.clock() where a.id = p_attempt;
  if p_step is null then
    perform fn.alert_raise(v_user, 'WARN', 'RECOVERY_CODE_USED', format('A recovery code was used to log in; %s left.', v_left), 'user', v_user, null);
    perform fn.audit_append(v_user, 'totp.recovery_used', 'user', v_user, jsonb_build_object('left', v_left));
  end if;
end
$$;

grant execute on function fn.totp_state(), fn.totp_begin(text), fn.totp_enable(text, bigint, jsonb), fn.totp_disable(),
  fn.totp_recovery_set(jsonb), fn.login_factor(bigint, text), fn.login_factor_pass(bigint, text, bigint, text) to lockstep_web;

reset role;
