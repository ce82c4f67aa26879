-- Strategies: a person's own, and which shared ones there are to follow.
-- Entry points: fn.strategy_create, fn.strategy_update, fn.strategy_status_set, fn.strategies_shared.
-- p_… jsonb holds the columns to set by name; what it does not name stays. A change acts from the next alert or decision on.

set local role lockstep_config;

-- A list of symbols, in capitals and order, without repeats; null and [] are "any". Pure.
create or replace function fn.symbol_list(p jsonb) returns text[]
language sql immutable
as $$
  select nullif(array(select distinct upper(trim(s)) from jsonb_array_elements_text(case jsonb_typeof(p) when 'array' then p else '[]' end) s
    where trim(s) <> '' order by 1), '{}')
$$;

-- The caller's own strategy, locked. Callers: this stage. Codes: LK404.
create or replace function fn.strategy_own(p_strategy uuid) returns public.strategies
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.strategies;
begin
  select * into v from public.strategies s where s.id = p_strategy and s.user_id = fn.actor() for no key update;
  if v.id is null then perform fn.raise_not_found(); end if;
  return v;
end
$$;

-- A new strategy of the caller that is fed by webhooks. Returns its id. Caller: web. Writes: strategies, event_log, audit.
-- Codes: LK404 (no caller), LK409 (100 of them, name taken), 23514.
create or replace function fn.strategy_create(p jsonb) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.strategies;
begin
  if fn.actor() is null then perform fn.raise_not_found(); end if;
  if (select count(*) from public.strategies s where s.user_id = fn.actor() and s.status <> 'ARCHIVED') >= 100 then
    perform fn.refuse('LK409', 'You have 100 strategies: archive one first.');
  end if;
  insert into public.strategies (user_id, name, sides, visibility, max_lag_seconds, signal_ttl_seconds, entry_rearm_seconds,
    allowed_symbols, utility_gate, created_at)
  values (fn.actor(), trim(p ->> 'name'), coalesce(p ->> 'sides', 'LONG'), coalesce(p ->> 'visibility', 'PRIVATE'),
    coalesce((p ->> 'max_lag_seconds')::int, 300), coalesce((p ->> 'signal_ttl_seconds')::int, 120),
    coalesce((p ->> 'entry_rearm_seconds')::int, 0), fn.symbol_list(p -> 'allowed_symbols'),
    coalesce((p ->> 'utility_gate')::boolean, false), fn.clock())
  returning * into v;
  perform fn.event_append(v.user_id, 'settings', 'strategy', v.id, '{}');
  perform fn.audit_append('strategy.create', 'strategy', v.id, to_jsonb(v) - 'id' - 'user_id' - 'created_at');
  return v.id;
end
$$;

-- Changes settings of the caller's own strategy. Caller: web. Writes: strategies, event_log, audit. Codes: LK404, LK409, 23514.
create or replace function fn.strategy_update(p_strategy uuid, p jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_old public.strategies := fn.strategy_own(p_strategy);
  v public.strategies;
begin
  update public.strategies s set
    name = coalesce(trim(p ->> 'name'), s.name), sides = coalesce(p ->> 'sides', s.sides),
    visibility = coalesce(p ->> 'visibility', s.visibility),
    max_lag_seconds = coalesce((p ->> 'max_lag_seconds')::int, s.max_lag_seconds),
    signal_ttl_seconds = coalesce((p ->> 'signal_ttl_seconds')::int, s.signal_ttl_seconds),
    entry_rearm_seconds = coalesce((p ->> 'entry_rearm_seconds')::int, s.entry_rearm_seconds),
    allowed_symbols = case when p ? 'allowed_symbols' then fn.symbol_list(p -> 'allowed_symbols') else s.allowed_symbols end,
    utility_gate = coalesce((p ->> 'utility_gate')::boolean, s.utility_gate)
  where s.id = v_old.id returning * into v;
  if v = v_old then return; end if;
  perform fn.event_append(v.user_id, 'settings', 'strategy', v.id, '{}');
  perform fn.audit_append('strategy.update', 'strategy', v.id, fn.row_changes(to_jsonb(v_old), to_jsonb(v)));
end
$$;

-- Pauses the caller's strategy (no entries; exit alerts go on), makes it active again, or archives it (its webhooks answer
-- nobody any more, so not while its trades are open). Caller: web. Writes: strategies, event_log, audit. Codes: LK404, LK400, LK409.
create or replace function fn.strategy_status_set(p_strategy uuid, p_status text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.strategies := fn.strategy_own(p_strategy);
  v_open bigint;
begin
  if p_status is null or p_status not in ('ACTIVE', 'PAUSED', 'ARCHIVED') then
    perform fn.refuse('LK400', 'The status must be ACTIVE, PAUSED or ARCHIVED.');
  end if;
  if v.status = p_status then return; end if;
  if p_status = 'ARCHIVED' then
    v_open := (select count(*) from public.trades t where t.strategy_id = v.id and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING'));
    if v_open > 0 then
      perform fn.refuse('LK409', format('%s of its trades are open, and their exit alerts would no longer get through: pause it instead, or close them first.', v_open));
    end if;
  end if;
  update public.strategies s set status = p_status where s.id = v.id;
  perform fn.event_append(v.user_id, 'settings', 'strategy', v.id, '{}');
  perform fn.audit_append('strategy.status', 'strategy', v.id, jsonb_build_object('status', jsonb_build_array(v.status, p_status)));
end
$$;

-- Strategies of others that the caller follows or may follow: shared and not archived, or followed already. Caller: web.
-- Reads only. No actor, no rows.
create or replace function fn.strategies_shared()
returns table (strategy_id uuid, name text, owner text, kind text, sides text, status text, visibility text, allowed_symbols text[],
  followed boolean)
language sql stable security definer set search_path = ''
as $$
  select s.id, s.name, u.display_name, s.kind, s.sides, s.status, s.visibility, s.allowed_symbols, f.followed
  from public.strategies s
  join public.users u on u.id = s.user_id
  cross join lateral (select exists (select from public.subscriptions b
    where b.strategy_id = s.id and b.user_id = fn.actor()) as followed) f
  where s.user_id <> fn.actor() and (f.followed or s.visibility = 'SHARED' and s.status <> 'ARCHIVED')
  order by s.name, s.id
$$;

grant execute on function fn.strategy_create(jsonb), fn.strategy_update(uuid, jsonb), fn.strategy_status_set(uuid, text),
  fn.strategies_shared() to lockstep_web;

reset role;
