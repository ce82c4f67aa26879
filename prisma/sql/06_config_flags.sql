-- Feature flags: which there are, what they need, who decides. Off is full protection.
-- `enabled` is what holds: `forced` where the environment says so, else `wanted`, which an admin sets.
-- Entry points: fn.flag_set (admin), fn.flags_force (apply, from the environment).

set local role lockstep_config;

insert into public.feature_flags (name, detail)
values ('entries_disabled', '{"about": "No account enters anything: every entry is refused with FEATURE_DISABLED. Exits go on.", "needs": []}')
on conflict (name) do update set detail = excluded.detail where feature_flags.detail is distinct from excluded.detail;

-- Switches a flag on or off. Caller: web, as lockstep_web_admin alone. Writes: feature_flags, event_log, audit.
-- Codes: LK404 (no such flag), LK409 (the environment decides; something that it needs is off; something that needs it is on).
create or replace function fn.flag_set(p_name text, p_enabled boolean) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.feature_flags;
  v_other text;
begin
  perform from public.feature_flags f order by f.name for no key update;
  select * into v from public.feature_flags f where f.name = p_name;
  if v.name is null then perform fn.raise_not_found(); end if;
  if v.forced is not null then
    perform fn.refuse('LK409', format('The environment (LOCKSTEP_FLAGS) holds this flag %s.', case when v.forced then 'on' else 'off' end));
  end if;
  if p_enabled then
    select string_agg(n, ', ' order by n) into v_other from jsonb_array_elements_text(coalesce(v.detail -> 'needs', '[]')) n
    where not exists (select from public.feature_flags f where f.name = n and f.enabled);
    if v_other is not null then perform fn.refuse('LK409', format('It needs %s, which is off.', v_other)); end if;
  else
    select string_agg(f.name, ', ' order by f.name) into v_other from public.feature_flags f where f.enabled and f.detail -> 'needs' ? p_name;
    if v_other is not null then perform fn.refuse('LK409', format('%s needs it: switch that off first.', v_other)); end if;
  end if;
  if v.wanted = p_enabled and v.enabled = p_enabled then return; end if;
  update public.feature_flags f set wanted = p_enabled, enabled = p_enabled, updated_at = fn.clock(), updated_by = fn.actor() where f.name = p_name;
  perform fn.event_broadcast('settings', 'flag', null, jsonb_build_object('name', p_name, 'enabled', p_enabled));
  perform fn.audit_append('flag.set', 'flag', null, jsonb_build_object('name', p_name, 'enabled', jsonb_build_array(v.enabled, p_enabled)));
end
$$;

-- What the environment forces: {name: true | false}; flags that it does not name follow the admin again. Returns the names that
-- are unknown. Caller: owner (apply). Writes: feature_flags, audit.
create or replace function fn.flags_force(p jsonb) returns text[]
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v record;
begin
  for v in
    update public.feature_flags f set forced = (p ->> f.name)::boolean, enabled = coalesce((p ->> f.name)::boolean, f.wanted),
      updated_at = fn.clock(), updated_by = null
    where f.forced is distinct from (p ->> f.name)::boolean returning f.name, f.forced, f.enabled
  loop
    perform fn.audit_append(null, 'flag.force', 'flag', null, to_jsonb(v));
  end loop;
  return array(select k from jsonb_object_keys(p) k where not exists (select from public.feature_flags f where f.name = k) order by k);
end
$$;

grant execute on function fn.flag_set(text, boolean) to lockstep_web_admin;

reset role;
