-- HALT, FLATTEN and their lifting. HALT: no entries, resting entries withdrawn, exits go on. FLATTEN: HALT, and while it
-- stands the sweep raises KILL_SWITCH on every open trade in its scope. Both stand until lifted; lifting sends nothing.
-- Entry points: fn.switch_set (a user, his own), fn.switch_set_admin (any scope), fn.switch_throw (tools, replays).
-- The row is taken `for no key update`, and only then is the clock read: a claim that holds it `for share` came before.

set local role lockstep_config;

-- Sets one switch, making its row where a new user or account has none yet. p_scope PLATFORM | USER | ACCOUNT, p_target the
-- user or account (null for the platform), p_state OFF | HALT | FLATTEN. Returns {state, since, jobs}.
-- Callers: the two below, replays. Writes: switches, orders (entries withdrawn), event_log. Codes: LK400, LK404.
create or replace function fn.switch_throw(p_scope text, p_target uuid, p_state text, p_reason text, p_by uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user uuid := case p_scope when 'USER' then p_target
    when 'ACCOUNT' then (select b.user_id from public.user_brokers b where b.id = p_target) end;
  v_switch public.switches;
  v_now timestamptz;
  v_data jsonb;
  v_jobs jsonb := '[]';
begin
  if p_state is null or p_state not in ('OFF', 'HALT', 'FLATTEN') then perform fn.refuse('LK400', 'The state must be OFF, HALT or FLATTEN.'); end if;
  if p_scope is null or p_scope not in ('PLATFORM', 'USER', 'ACCOUNT') then perform fn.refuse('LK400', 'The scope must be PLATFORM, USER or ACCOUNT.'); end if;
  if p_state <> 'OFF' and coalesce(trim(p_reason), '') = '' then perform fn.refuse('LK400', 'Say why: a reason is needed.'); end if;
  if p_scope <> 'PLATFORM' and not exists (select from public.users u where u.id = v_user) then perform fn.raise_not_found(); end if;
  insert into public.switches (scope, user_id, user_broker_id)
  values (p_scope, v_user, case p_scope when 'ACCOUNT' then p_target end)
  on conflict on constraint one_switch_per_scope do nothing;
  select * into v_switch from public.switches s
  where s.scope = p_scope and s.user_id is not distinct from v_user
    and s.user_broker_id is not distinct from case p_scope when 'ACCOUNT' then p_target end
  for no key update;
  v_now := fn.clock();
  if v_switch.state <> p_state then
    update public.switches s set state = p_state, reason = case when p_state <> 'OFF' then trim(p_reason) end,
      set_by = p_by, set_at = v_now where s.id = v_switch.id;
    v_data := jsonb_build_object('scope', p_scope, 'from', v_switch.state, 'state', p_state, 'reason', p_reason);
    if p_scope = 'PLATFORM' then
      perform fn.event_broadcast('switch', 'switch', v_switch.id, v_data);
    else
      perform fn.event_append(v_user, 'switch', 'switch', v_switch.id, v_data);
    end if;
    perform fn.alert_clear('switch:' || v_switch.id);
    if p_state <> 'OFF' then
      perform fn.alert_raise(v_user, 'WARN', p_state, format('%s (%s): %s', initcap(p_state), lower(p_scope), trim(p_reason)),
        'switch', v_switch.id, 'switch:' || v_switch.id);
      v_jobs := fn.entries_halted_withdraw() -> 'jobs';
    end if;
  end if;
  return jsonb_build_object('state', p_state, 'since', case when v_switch.state <> p_state then v_now else v_switch.set_at end, 'jobs', v_jobs);
end
$$;

-- A user's own switches: USER (himself; the target may be null) or ACCOUNT. Caller: web. Writes: as above, audit.
-- Codes: LK404 (not his), LK403 (the platform's), LK400. A HALT that an admin set on him is not his to lift: LK403.
create or replace function fn.switch_set(p_scope text, p_target uuid, p_state text, p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me uuid := fn.actor();
  v_target uuid := case p_scope when 'USER' then coalesce(p_target, v_me) else p_target end;
  v_done jsonb;
begin
  if v_me is null then perform fn.raise_not_found(); end if;
  if p_scope = 'PLATFORM' then perform fn.refuse('LK403', 'Only an admin may do this.'); end if;
  if p_scope = 'USER' and v_target <> v_me
    or p_scope = 'ACCOUNT' and not exists (select from public.user_brokers b where b.id = v_target and b.user_id = v_me) then
    perform fn.raise_not_found();
  end if;
  if exists (select from public.switches s where s.state <> 'OFF' and s.set_by is distinct from v_me
    and (s.scope = 'USER' and p_scope = 'USER' and s.user_id = v_target or s.scope = 'ACCOUNT' and s.user_broker_id = v_target)) then
    perform fn.refuse('LK403', 'An admin set this; only an admin may change it.');
  end if;
  v_done := fn.switch_throw(p_scope, v_target, p_state, p_reason, v_me);
  perform fn.audit_append('switch.set', lower(p_scope), v_target, jsonb_build_object('state', p_state, 'reason', p_reason));
  return v_done;
end
$$;

-- Any switch, by an admin. Caller: web, as lockstep_web_admin alone. Writes: as above, audit. Codes: LK400, LK404.
create or replace function fn.switch_set_admin(p_scope text, p_target uuid, p_state text, p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := fn.switch_throw(p_scope, p_target, p_state, p_reason, fn.actor());
begin
  perform fn.audit_append('switch.set', lower(p_scope), p_target, jsonb_build_object('state', p_state, 'reason', p_reason));
  return v_done;
end
$$;

grant execute on function fn.switch_throw(text, uuid, text, text, uuid) to lockstep_stage;
grant execute on function fn.switch_set(text, uuid, text, text) to lockstep_web;
grant execute on function fn.switch_set_admin(text, uuid, text, text) to lockstep_web_admin;

reset role;
