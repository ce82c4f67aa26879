-- Layered exit rules: ASSET_CLASS → STRATEGY → SUBSCRIPTION → TRADE, each layer holding only what it sets.
-- Table exit_rules is config's, so the writers here are owned by lockstep_config; the reader is pure.

set local role lockstep_config;

-- The rules in force at one place, and which layer set each number. Caller: stages (decision, triggers), worker.
-- p_strategy, p_subscription and p_trade may be null. Reads only. One row, always.
create or replace function fn.exit_rules_resolve(p_asset_class text, p_strategy uuid, p_subscription uuid, p_trade uuid default null)
returns table (rules jsonb, layers jsonb)
language sql stable security definer set search_path = ''
as $$
  with set_rules as (
    select r.layer, case r.layer when 'ASSET_CLASS' then 1 when 'STRATEGY' then 2 when 'SUBSCRIPTION' then 3 else 4 end as height, r.rules
    from public.exit_rules r
    where r.layer = 'ASSET_CLASS' and r.asset_class = p_asset_class or r.strategy_id = p_strategy
      or r.subscription_id = p_subscription or r.trade_id = p_trade
  ), numbers as (
    select distinct on (n.key) n.key, n.value, s.layer
    from set_rules s, jsonb_each(s.rules) n order by n.key, s.height desc
  )
  select coalesce(jsonb_object_agg(n.key, n.value), '{}'), coalesce(jsonb_object_agg(n.key, n.layer), '{}') from numbers n
$$;

-- Refuses a layer that names an unknown number, or one that is not a positive number where one is needed.
-- Caller: fn.exit_rules_put. Codes: LK400.
create or replace function fn.exit_rules_check(p_rules jsonb) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_known jsonb := (select r.rules from public.exit_rules r where r.layer = 'ASSET_CLASS' and r.asset_class = 'EQUITY');
  v_number record;
begin
  for v_number in select n.key, n.value, jsonb_typeof(n.value) as kind, n.value #>> '{}' as text from jsonb_each(p_rules) n loop
    if not v_known ? v_number.key then
      perform fn.refuse('LK400', format('%s is not an exit rule.', v_number.key));
    elsif v_number.key = 'rungs' then
      if v_number.kind <> 'array' or jsonb_array_length(v_number.value) > 8 or exists (
        select from jsonb_array_elements(v_number.value) r
        where not coalesce(r ->> 'at_pct' ~ '^\d{1,9}(\.\d{1,8})?$' and r ->> 'share_pct' ~ '^\d{1,3}(\.\d{1,8})?$'
          and (r ->> 'at_pct')::numeric > 0 and (r ->> 'share_pct')::numeric > 0, false)) then
        perform fn.refuse('LK400', 'rungs must be at most 8 of {at_pct, share_pct}, each above 0.');
      end if;
    elsif jsonb_typeof(v_known -> v_number.key) = 'boolean' then
      if v_number.kind <> 'boolean' then perform fn.refuse('LK400', format('%s must be true or false.', v_number.key)); end if;
    elsif v_number.kind <> 'null' and not coalesce(v_number.text ~ '^\d{1,9}(\.\d{1,8})?$', false) then
      perform fn.refuse('LK400', format('%s must be a number.', v_number.key));
    elsif v_number.kind = 'null' and v_number.key not in ('stop_pct', 'stop_atr_k', 'hard_stop_pct', 'target_pct', 'trail_arm_pct',
      'max_hold_hours', 'max_hold_days') then
      perform fn.refuse('LK400', format('%s cannot be switched off.', v_number.key));
    elsif v_number.text::numeric = 0 and v_number.key not in ('end_of_day_s', 'rest_stop_s', 'rest_target_s', 'rest_signal_s',
      'limit_offset_bps', 'quiet_close_s') then
      perform fn.refuse('LK400', format('%s must be above 0.', v_number.key));
    end if;
  end loop;
end
$$;

-- Replaces one layer and applies it to the open trades below it at once. Caller: the setters below, seeds, replays.
-- p_place is the strategy, subscription or trade; null for an asset class. Writes: exit_rules, trades (through stage 6).
-- Codes: LK400 (unknown number, wrong value, a set that contradicts itself).
create or replace function fn.exit_rules_put(p_layer text, p_asset_class text, p_place uuid, p_user uuid, p_rules jsonb, p_by uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_problem jsonb;
  v_trades uuid[];
begin
  perform fn.exit_rules_check(p_rules);
  insert into public.exit_rules (layer, user_id, asset_class, strategy_id, subscription_id, trade_id, rules, updated_at, updated_by)
  values (p_layer, p_user, p_asset_class, case when p_layer = 'STRATEGY' then p_place end,
    case when p_layer = 'SUBSCRIPTION' then p_place end, case when p_layer = 'TRADE' then p_place end, p_rules, fn.clock(), p_by)
  on conflict on constraint one_rule_set_per_place
    do update set rules = excluded.rules, updated_at = excluded.updated_at, updated_by = excluded.updated_by;
  select fn.exit_rules_problem(r.rules) into v_problem
  from fn.exit_places(p_layer, p_asset_class, p_place) p, fn.exit_rules_resolve(p.asset_class, p.strategy_id, p.subscription_id, p.trade_id) r
  where fn.exit_rules_problem(r.rules) is not null limit 1;
  if v_problem is not null then perform fn.refuse('LK400', v_problem ->> 'text'); end if;
  select array_agg(t.id order by t.id) into v_trades
  from public.trades t join public.instruments i on i.id = t.instrument_id
  where t.status in ('OPEN', 'EXITING') and (p_layer = 'ASSET_CLASS' and i.asset_class = p_asset_class
    or p_layer = 'STRATEGY' and t.strategy_id = p_place or p_layer = 'SUBSCRIPTION' and t.subscription_id = p_place
    or p_layer = 'TRADE' and t.id = p_place);
  if v_trades is not null then
    perform fn.trade_lock(v_trades);
    perform fn.trade_triggers_refresh(v_trades);
  end if;
end
$$;

-- Where the rules of a layer are put to use: every asset class for a strategy or subscription, its own for a trade.
create or replace function fn.exit_places(p_layer text, p_asset_class text, p_place uuid)
returns table (asset_class text, strategy_id uuid, subscription_id uuid, trade_id uuid)
language sql stable security definer set search_path = ''
as $$
  select p_asset_class, null::uuid, null::uuid, null::uuid where p_layer = 'ASSET_CLASS'
  union all
  select c.asset_class, coalesce(s.strategy_id, p_place), s.id, null
  from (values ('CRYPTO'), ('EQUITY')) c (asset_class) left join public.subscriptions s on s.id = p_place and p_layer = 'SUBSCRIPTION'
  where p_layer in ('STRATEGY', 'SUBSCRIPTION')
  union all
  select i.asset_class, t.strategy_id, t.subscription_id, t.id
  from public.trades t join public.instruments i on i.id = t.instrument_id where p_layer = 'TRADE' and t.id = p_place
$$;

-- A user sets the rules of his own strategy, subscription or trade. Caller: web. Writes: exit_rules, audit.
-- Codes: LK404 (not his), LK400.
create or replace function fn.exit_rules_set(p_layer text, p_place uuid, p_rules jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_owner uuid := case p_layer
    when 'STRATEGY' then (select s.user_id from public.strategies s where s.id = p_place)
    when 'SUBSCRIPTION' then (select s.user_id from public.subscriptions s where s.id = p_place)
    when 'TRADE' then (select t.user_id from public.trades t where t.id = p_place) end;
begin
  if v_owner is null or v_owner is distinct from fn.actor() then perform fn.raise_not_found(); end if;
  perform fn.exit_rules_put(p_layer, null, p_place, v_owner, p_rules, v_owner);
  perform fn.event_append(v_owner, 'settings', lower(p_layer), p_place, '{}');
  perform fn.audit_append('exit_rules.set', lower(p_layer), p_place, p_rules);
end
$$;

-- The admin sets the defaults of an asset class: complete or in part, laid over what stands. Caller: web, as admin.
create or replace function fn.exit_defaults_set(p_asset_class text, p_rules jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform fn.exit_rules_put('ASSET_CLASS', p_asset_class, null, null,
    (select r.rules from public.exit_rules r where r.layer = 'ASSET_CLASS' and r.asset_class = p_asset_class) || p_rules, fn.actor());
  perform fn.event_broadcast('settings', 'asset_class', null, jsonb_build_object('asset_class', p_asset_class));
  perform fn.audit_append('exit_defaults.set', 'asset_class', null, p_rules || jsonb_build_object('asset_class', p_asset_class));
end
$$;

grant execute on function fn.exit_rules_resolve(text, uuid, uuid, uuid) to lockstep_stage, lockstep_worker;
grant execute on function fn.exit_rules_put(text, text, uuid, uuid, jsonb, uuid) to lockstep_stage;
grant execute on function fn.exit_rules_set(text, uuid, jsonb) to lockstep_web;
grant execute on function fn.exit_defaults_set(text, jsonb) to lockstep_web_admin;

reset role;
