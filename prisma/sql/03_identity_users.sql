-- Users and invitations: the admin's acts, and accepting an invitation (which establishes its caller by the link's secret).
-- Entry points: fn.user_create (seeds, tools, invitations), fn.user_role_set, fn.user_status_set, fn.invitation_create,
-- fn.invitation_revoke (admin), fn.invitation_read, fn.invitation_accept (whoever holds the link).
-- Invariants: at least one active admin; whoever is disabled or gets another role has no session from the next request on.

set local role lockstep_identity;

-- A person with a password and the switch that his decisions lock. Returns the id. Callers: seeds, tools, fn.invitation_accept.
-- Writes: users, user_secrets and, through its owner, switches. Codes: 23505 one_user_per_email.
create or replace function fn.user_create(p_email text, p_name text, p_role text, p_time_zone text, p_password_hash text) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
begin
  insert into public.users (email, display_name, role, time_zone, created_at)
  values (lower(trim(p_email)), trim(p_name), p_role, coalesce(p_time_zone, 'UTC'), fn.clock()) returning id into v_id;
  insert into public.user_secrets (user_id, password_hash, updated_at) values (v_id, p_password_hash, fn.clock());
  perform fn.user_rows(v_id);
  return v_id;
end
$$;

-- Locks a user for an admin's change, the other admins with him: two admins who demote each other at once stand in line.
-- Refuses to touch oneself, or the last active admin. Caller: the two below. Codes: LK404, LK409.
create or replace function fn.user_hold(p_user uuid) returns public.users
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user public.users;
begin
  perform from public.users u where u.id = p_user or u.role = 'admin' order by u.id for no key update;
  select * into v_user from public.users u where u.id = p_user;
  if v_user.id is null then perform fn.raise_not_found(); end if;
  if v_user.id = fn.actor() then perform fn.refuse('LK409', 'Not on yourself: another admin has to do this.'); end if;
  if v_user.role = 'admin' and v_user.status = 'ACTIVE'
    and not exists (select from public.users u where u.role = 'admin' and u.status = 'ACTIVE' and u.id <> p_user) then
    perform fn.refuse('LK409', 'This is the last active admin.');
  end if;
  return v_user;
end
$$;

-- Gives a user another role; his sessions end. Caller: web, as lockstep_web_admin alone. Writes: users, user_sessions, audit.
-- Codes: LK404, LK400, LK409.
create or replace function fn.user_role_set(p_user uuid, p_role text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user public.users := fn.user_hold(p_user);
begin
  if p_role is null or p_role not in ('user', 'researcher', 'admin') then perform fn.refuse('LK400', 'The role must be user, researcher or admin.'); end if;
  if v_user.role = p_role then return; end if;
  update public.users u set role = p_role where u.id = p_user;
  perform fn.sessions_end(p_user, null, 'ROLE_CHANGED');
  perform fn.event_append(p_user, 'settings', 'user', p_user, '{}');
  perform fn.audit_append('user.role', 'user', p_user, jsonb_build_object('role', jsonb_build_array(v_user.role, p_role)));
end
$$;

-- Disables a user (no log-in, no entries, resting entries withdrawn; exits go on) or lets him back in. Returns {jobs}.
-- Caller: web, as lockstep_web_admin alone. Writes: users, user_sessions, orders through their owner, audit. Codes: LK404, LK400, LK409.
create or replace function fn.user_status_set(p_user uuid, p_status text, p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user public.users;
  v_now timestamptz;
  v_jobs jsonb := '[]';
begin
  if p_status is null or p_status not in ('ACTIVE', 'DISABLED') then perform fn.refuse('LK400', 'The status must be ACTIVE or DISABLED.'); end if;
  if p_status = 'DISABLED' and coalesce(trim(p_reason), '') = '' then perform fn.refuse('LK400', 'Say why: a reason is needed.'); end if;
  v_user := fn.user_hold(p_user);
  v_now := fn.clock();
  if v_user.status = p_status then return '{"jobs": []}'; end if;
  update public.users u set status = p_status, disabled_at = case when p_status = 'DISABLED' then v_now end where u.id = p_user;
  if p_status = 'DISABLED' then
    perform fn.sessions_end(p_user, null, 'USER_DISABLED');
    v_jobs := fn.accounts_entries_withdraw(array(select b.id from public.user_brokers b where b.user_id = p_user order by b.id), 'USER_INACTIVE');
  end if;
  perform fn.event_append(p_user, 'settings', 'user', p_user, jsonb_build_object('status', p_status));
  perform fn.audit_append('user.status', 'user', p_user, jsonb_build_object('status', jsonb_build_array(v_user.status, p_status), 'reason', trim(p_reason)));
  return jsonb_build_object('jobs', v_jobs);
end
$$;

-- Invites an address by a link whose secret is given as its hash; an older open invitation of that address ends.
-- Caller: web, as lockstep_web_admin alone. Writes: invitations, audit. Codes: LK400, LK409 (known address).
create or replace function fn.invitation_create(p_email text, p_role text, p_token_hash bytea, p_hours int) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_email text := lower(trim(p_email));
  v_now timestamptz := fn.clock();
  v_id uuid;
begin
  if p_hours is null or p_hours not between 1 and 720 then perform fn.refuse('LK400', 'An invitation stands for 1 to 720 hours.'); end if;
  if exists (select from public.users u where u.email = v_email) then
    perform fn.refuse('LK409', 'There already is a user with this e-mail address.');
  end if;
  update public.invitations i set revoked_at = v_now where i.email = v_email and i.accepted_at is null and i.revoked_at is null;
  insert into public.invitations (email, role, token_hash, invited_by, created_at, expires_at)
  values (v_email, p_role, p_token_hash, fn.actor(), v_now, v_now + p_hours * interval '1 hour') returning id into v_id;
  perform fn.audit_append('invitation.create', 'invitation', v_id, jsonb_build_object('email', v_email, 'role', p_role, 'hours', p_hours));
  return v_id;
end
$$;

-- Ends an open invitation. Caller: web, as lockstep_web_admin alone. Writes: invitations, audit. Codes: LK404, LK409 (accepted).
create or replace function fn.invitation_revoke(p_invitation uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.invitations;
begin
  select * into v from public.invitations i where i.id = p_invitation for no key update;
  if v.id is null then perform fn.raise_not_found(); end if;
  if v.accepted_at is not null then perform fn.refuse('LK409', 'This invitation has been accepted.'); end if;
  if v.revoked_at is not null then return; end if;
  update public.invitations i set revoked_at = fn.clock() where i.id = v.id;
  perform fn.audit_append('invitation.revoke', 'invitation', v.id, jsonb_build_object('email', v.email));
end
$$;

-- What the holder of a link may know: {email, role, expiresAt}; null when it is unknown, used, ended or run out.
-- Caller: web. Reads only.
create or replace function fn.invitation_read(p_token_hash bytea) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('email', i.email, 'role', i.role, 'expiresAt', i.expires_at)
  from public.invitations i
  where i.token_hash = p_token_hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > fn.clock()
$$;

-- Accepts an invitation, once: the person exists from here on. Returns the id. Caller: web. Writes: invitations, users,
-- user_secrets, audit. Codes: LK404 (no such open invitation), LK409 (known address), LK400.
create or replace function fn.invitation_accept(p_token_hash bytea, p_name text, p_time_zone text, p_password_hash text) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.invitations;
  v_user uuid;
begin
  select * into v from public.invitations i where i.token_hash = p_token_hash for no key update;
  if v.id is null or v.accepted_at is not null or v.revoked_at is not null or v.expires_at <= fn.clock() then
    perform fn.raise_not_found();
  end if;
  if coalesce(length(trim(p_name)), 0) not between 1 and 80 then perform fn.refuse('LK400', 'A name has 1 to 80 characters.'); end if;
  if not exists (select from pg_catalog.pg_timezone_names z where z.name = p_time_zone) then
    perform fn.refuse('LK400', 'There is no such time zone.');
  end if;
  v_user := fn.user_create(v.email, p_name, v.role, p_time_zone, p_password_hash);
  update public.invitations i set accepted_at = fn.clock(), accepted_user_id = v_user where i.id = v.id;
  perform fn.audit_append(v_user, 'invitation.accept', 'user', v_user, jsonb_build_object('invitation', v.id, 'role', v.role));
  return v_user;
end
$$;

grant execute on function fn.user_create(text, text, text, text, text) to lockstep_stage;
grant execute on function fn.user_role_set(uuid, text), fn.user_status_set(uuid, text, text),
  fn.invitation_create(text, text, bytea, int), fn.invitation_revoke(uuid) to lockstep_web_admin;
grant execute on function fn.invitation_read(bytea), fn.invitation_accept(bytea, text, text, text) to lockstep_web;

reset role;
