-- What a switch would do, in numbers, and which ones stand. Throwing them: 05_config_switches.sql.
-- Entry points: fn.switch_preview, fn.switches_visible (web), fn.switch_preview_admin (admin).

set local role lockstep_config;

-- What lies within a scope now: {state, reason, by, since, accounts, open_trades, exposure: {currency: money}, working_entries,
-- waiting_signals}; exposure is open quantity × last price (entry price without one). Callers: below. Reads only.
create or replace function fn.switch_reach(p_scope text, p_target uuid) returns jsonb
language sql stable security definer set search_path = ''
as $$
  with reached as (
    select b.id from public.user_brokers b
    where b.role = 'EXEC' and (p_scope = 'PLATFORM' or p_scope = 'USER' and b.user_id = p_target or p_scope = 'ACCOUNT' and b.id = p_target)
  ), open as (
    select t.currency, t.open_qty * t.multiplier * coalesce(q.last, t.entry_value / nullif(t.entry_qty * t.multiplier, 0), 0) as money
    from public.trades t left join public.quotes q on q.instrument_id = t.instrument_id
    where t.user_broker_id in (select id from reached) and t.status in ('OPEN', 'EXITING')
  )
  select jsonb_build_object('state', coalesce(s.state, 'OFF'), 'reason', s.reason, 'since', s.set_at, 'set_by', s.set_by,
    'accounts', (select count(*) from reached), 'open_trades', (select count(*) from open),
    'exposure', coalesce((select jsonb_object_agg(c.currency, round(c.money, 8)::text) from (
      select o.currency, sum(o.money) as money from open o group by o.currency) c), '{}'),
    'working_entries', (select count(*) from public.orders o where o.kind = 'ENTRY' and o.user_broker_id in (select id from reached)
      and not fn.order_is_final(o.status)),
    'waiting_signals', (select count(*) from public.signal_deliveries d where d.status = 'PENDING' and d.decided_at is null and d.user_broker_id in (select id from reached)))
  from (select 1) one
  left join public.switches s on s.scope = p_scope and s.user_id is not distinct from case p_scope when 'USER' then p_target
      when 'ACCOUNT' then (select b.user_id from public.user_brokers b where b.id = p_target) end
    and s.user_broker_id is not distinct from case p_scope when 'ACCOUNT' then p_target end
$$;

-- What a switch of the caller would reach: USER (himself; the target may be null) or ACCOUNT. Caller: web. Reads only. Codes: LK404.
create or replace function fn.switch_preview(p_scope text, p_target uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_target uuid := case p_scope when 'USER' then coalesce(p_target, fn.actor()) else p_target end;
begin
  if fn.actor() is null or p_scope is null or p_scope not in ('USER', 'ACCOUNT') or p_scope = 'USER' and v_target <> fn.actor()
    or p_scope = 'ACCOUNT' and not exists (select from public.user_brokers b where b.id = v_target and b.user_id = fn.actor()) then
    perform fn.raise_not_found();
  end if;
  return fn.switch_reach(p_scope, v_target);
end
$$;

-- What any switch would reach. Caller: web, as lockstep_web_admin alone. Reads only. Codes: LK404.
create or replace function fn.switch_preview_admin(p_scope text, p_target uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not coalesce(p_scope = 'PLATFORM' and p_target is null or p_scope = 'USER' and exists (select from public.users u where u.id = p_target)
    or p_scope = 'ACCOUNT' and exists (select from public.user_brokers b where b.id = p_target), false) then
    perform fn.raise_not_found();
  end if;
  return fn.switch_reach(p_scope, p_target);
end
$$;

-- The switches that bear on the caller: the platform's, his own, his accounts'. Caller: web. Reads only. No actor, no rows.
create or replace function fn.switches_visible()
returns table (scope text, user_broker_id uuid, account text, state text, reason text, since timestamptz, mine boolean)
language sql stable security definer set search_path = ''
as $$
  select s.scope, s.user_broker_id, b.name, s.state, s.reason, s.set_at, coalesce(s.set_by = fn.actor(), false)
  from public.switches s left join public.user_brokers b on b.id = s.user_broker_id
  where fn.actor() is not null and (s.scope = 'PLATFORM' or s.user_id = fn.actor())
  order by case s.scope when 'PLATFORM' then 1 when 'USER' then 2 else 3 end, b.name
$$;

grant execute on function fn.switch_preview(text, uuid), fn.switches_visible() to lockstep_web;
grant execute on function fn.switch_preview_admin(text, uuid) to lockstep_web_admin;

reset role;
