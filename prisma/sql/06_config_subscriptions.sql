-- Subscriptions: a person's own EXEC account follows a strategy, his own or a shared one.
-- Entry points: fn.subscription_create, fn.subscription_update, fn.subscription_status_set, fn.exit_rules_shown.
-- p jsonb holds the columns to set by name; what it does not name stays. A change acts from the next decision on.

set local role lockstep_config;

-- Refuses sizes that cannot be meant. Callers: below. Codes: LK400.
create or replace function fn.subscription_check(p public.subscriptions) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if p.sizing_mode in ('PERCENT_OF_CAPITAL', 'RISK_PERCENT') and p.sizing_value > 100 then
    perform fn.refuse('LK400', 'The size is a percentage here: at most 100.');
  end if;
  if not (p.entry_offset_bps between -1000 and 1000 and p.exit_offset_bps between 0 and 1000) then
    perform fn.refuse('LK400', 'An offset is at most 1000 basis points.');
  end if;
  if p.entry_ttl_seconds > 86400 then perform fn.refuse('LK400', 'A limit order lives for a day at most.'); end if;
end
$$;

-- The caller's account follows a strategy from now on. p: user_broker_id, strategy_id and settings. Returns the id.
-- Caller: web. Writes: subscriptions, event_log, audit. Codes: LK404 (not his account; no such strategy of his, or shared),
-- LK409 (follows it already; not an account that trades; archived strategy), LK400, 23514.
create or replace function fn.subscription_create(p jsonb) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_account public.user_brokers;
  v_strategy public.strategies;
  v public.subscriptions;
begin
  select * into v_account from public.user_brokers b where b.id = (p ->> 'user_broker_id')::uuid and b.user_id = fn.actor() for key share;
  select * into v_strategy from public.strategies s where s.id = (p ->> 'strategy_id')::uuid
    and (s.user_id = fn.actor() or s.visibility = 'SHARED') for key share;
  if v_account.id is null or v_strategy.id is null then perform fn.raise_not_found(); end if;
  if v_account.role <> 'EXEC' then perform fn.refuse('LK409', 'This account feeds prices and does not trade.'); end if;
  if v_strategy.status = 'ARCHIVED' then perform fn.refuse('LK409', 'This strategy is archived.'); end if;
  insert into public.subscriptions (user_id, user_broker_id, strategy_id, sizing_mode, sizing_value, direction, rebuys, entry_order_type,
    entry_offset_bps, entry_ttl_seconds, entry_reprices, entry_after_reprices, exit_offset_bps, created_at)
  values (v_account.user_id, v_account.id, v_strategy.id, coalesce(p ->> 'sizing_mode', 'FIXED_NOTIONAL'),
    coalesce((p ->> 'sizing_value')::numeric, 1000), coalesce(p ->> 'direction', 'BOTH'), coalesce((p ->> 'rebuys')::boolean, false),
    coalesce(p ->> 'entry_order_type', 'MARKET'), coalesce((p ->> 'entry_offset_bps')::numeric, 1),
    coalesce((p ->> 'entry_ttl_seconds')::int, 300), coalesce((p ->> 'entry_reprices')::int, 3),
    coalesce(p ->> 'entry_after_reprices', 'CANCEL'), coalesce((p ->> 'exit_offset_bps')::numeric, 1), fn.clock())
  returning * into v;
  perform fn.subscription_check(v);
  perform fn.event_append(v.user_id, 'settings', 'subscription', v.id, '{}');
  perform fn.audit_append('subscription.create', 'subscription', v.id, to_jsonb(v) - 'id' - 'user_id' - 'created_at');
  return v.id;
end
$$;

-- The caller's own subscription, locked. Callers: below. Codes: LK404.
create or replace function fn.subscription_own(p_subscription uuid) returns public.subscriptions
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.subscriptions;
begin
  select * into v from public.subscriptions s where s.id = p_subscription and s.user_id = fn.actor() for no key update;
  if v.id is null then perform fn.raise_not_found(); end if;
  return v;
end
$$;

-- Changes sizing, direction, rebuys or the order's policy of the caller's subscription. Caller: web.
-- Writes: subscriptions, event_log, audit. Codes: LK404, LK400, 23514.
create or replace function fn.subscription_update(p_subscription uuid, p jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_old public.subscriptions := fn.subscription_own(p_subscription);
  v public.subscriptions;
begin
  update public.subscriptions s set
    sizing_mode = coalesce(p ->> 'sizing_mode', s.sizing_mode), sizing_value = coalesce((p ->> 'sizing_value')::numeric, s.sizing_value),
    direction = coalesce(p ->> 'direction', s.direction), rebuys = coalesce((p ->> 'rebuys')::boolean, s.rebuys),
    entry_order_type = coalesce(p ->> 'entry_order_type', s.entry_order_type),
    entry_offset_bps = coalesce((p ->> 'entry_offset_bps')::numeric, s.entry_offset_bps),
    entry_ttl_seconds = coalesce((p ->> 'entry_ttl_seconds')::int, s.entry_ttl_seconds),
    entry_reprices = coalesce((p ->> 'entry_reprices')::int, s.entry_reprices),
    entry_after_reprices = coalesce(p ->> 'entry_after_reprices', s.entry_after_reprices),
    exit_offset_bps = coalesce((p ->> 'exit_offset_bps')::numeric, s.exit_offset_bps)
  where s.id = v_old.id returning * into v;
  if v = v_old then return; end if;
  perform fn.subscription_check(v);
  perform fn.event_append(v.user_id, 'settings', 'subscription', v.id, '{}');
  perform fn.audit_append('subscription.update', 'subscription', v.id, fn.row_changes(to_jsonb(v_old), to_jsonb(v)));
end
$$;

-- Pauses the caller's subscription (no entries; its open trades go on to their exits) or resumes it. Caller: web.
-- Writes: subscriptions, event_log, audit. Codes: LK404, LK400.
create or replace function fn.subscription_status_set(p_subscription uuid, p_status text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.subscriptions := fn.subscription_own(p_subscription);
begin
  if p_status is null or p_status not in ('ACTIVE', 'PAUSED') then perform fn.refuse('LK400', 'The status must be ACTIVE or PAUSED.'); end if;
  if v.status = p_status then return; end if;
  update public.subscriptions s set status = p_status where s.id = v.id;
  perform fn.event_append(v.user_id, 'settings', 'subscription', v.id, '{}');
  perform fn.audit_append('subscription.status', 'subscription', v.id, jsonb_build_object('status', jsonb_build_array(v.status, p_status)));
end
$$;

-- Exit rules at a place of the caller (STRATEGY, SUBSCRIPTION, TRADE): what the layer itself sets, and what holds there with the
-- layer of each number; one row per asset class, a trade's own alone. Caller: web. Reads only. Codes: LK404.
create or replace function fn.exit_rules_shown(p_layer text, p_place uuid)
returns table (asset_class text, own jsonb, rules jsonb, layers jsonb)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_owner uuid := case p_layer
    when 'STRATEGY' then (select s.user_id from public.strategies s where s.id = p_place)
    when 'SUBSCRIPTION' then (select s.user_id from public.subscriptions s where s.id = p_place)
    when 'TRADE' then (select t.user_id from public.trades t where t.id = p_place) end;
begin
  if v_owner is null or v_owner is distinct from fn.actor() then perform fn.raise_not_found(); end if;
  return query
  select p.asset_class, coalesce((select e.rules from public.exit_rules e where e.layer = p_layer
      and (e.strategy_id = p_place or e.subscription_id = p_place or e.trade_id = p_place)), '{}'), r.rules, r.layers
  from fn.exit_places(p_layer, null, p_place) p, fn.exit_rules_resolve(p.asset_class, p.strategy_id, p.subscription_id, p.trade_id) r
  order by p.asset_class;
end
$$;

grant execute on function fn.subscription_create(jsonb), fn.subscription_update(uuid, jsonb), fn.subscription_status_set(uuid, text),
  fn.exit_rules_shown(text, uuid) to lockstep_web;

reset role;
