-- Risk limits by hand: a person's own (USER, ACCOUNT, SUBSCRIPTION), an admin's (any, and GLOBAL).
-- The strictest layer wins, so a looser value than one above may be stored but has no effect until that one goes; what an admin
-- set on a user is not the user's to change. A change acts from the next decision on.
-- Entry points: fn.limit_set, fn.limits_visible (web), fn.limit_set_admin (admin). fn.limit_register says which limits there are;
-- server/pipeline/3-intent/limits.ts decides with the same list, a test compares them.

set local role lockstep_config;

-- Every limit: its unit, and what it can be summed over. Pure.
create or replace function fn.limit_register() returns table (code text, unit text, scopes text[])
language sql immutable
as $$
  values ('MAX_POSITION_SIZE', 'QUANTITY', array['POSITION', 'ORDER', 'SYMBOL']),
    ('MAX_EXPOSURE_PER_POSITION', 'MONEY', array['POSITION', 'ORDER', 'SYMBOL']),
    ('MAX_POSITION_PERCENT', 'PERCENT', array['POSITION', 'ORDER', 'SYMBOL']),
    ('MAX_LOG_LOSS', 'RATIO', array['POSITION']), ('UTILITY_FACTOR', 'RATIO', array['POSITION']),
    ('MAX_OPEN_POSITIONS', 'COUNT', array['ACCOUNT', 'USER']), ('MAX_POSITIONS_PER_SYMBOL', 'COUNT', array['SYMBOL', 'USER']),
    ('MAX_REBUYS', 'COUNT', array['SYMBOL']), ('MAX_TOTAL_EXPOSURE', 'MONEY', array['ACCOUNT', 'USER']),
    ('MAX_EXPOSURE_PERCENT', 'PERCENT', array['ACCOUNT']), ('DAILY_LOSS_LIMIT', 'MONEY', array['ACCOUNT']),
    ('DAILY_PROFIT_LOCK', 'MONEY', array['ACCOUNT']), ('MAX_DRAWDOWN', 'PERCENT', array['ACCOUNT']),
    ('CONSECUTIVE_LOSSES', 'COUNT', array['ACCOUNT']), ('CONSECUTIVE_LOSSES_PAUSE', 'MINUTES', array['ACCOUNT']),
    ('MAX_TRADES_PER_DAY', 'COUNT', array['ACCOUNT']), ('LOSS_COOLDOWN', 'MINUTES', array['SYMBOL']),
    ('QUOTE_AGE', 'SECONDS', array['ORDER']), ('PRICE_MOVED', 'PERCENT', array['ORDER']),
    ('RED_DAY_FILTER', 'PERCENT', array['ORDER']), ('ENTRY_WINDOW', 'SECONDS', array['ORDER'])
$$;

-- Refuses a limit that the decision could not apply. p: {code, scope, currency, asset_class, value} (value null: clear).
-- Caller: fn.limit_put. Codes: LK400.
create or replace function fn.limit_check(p jsonb) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  v record;
  v_value numeric := (p ->> 'value')::numeric;
begin
  select r.* into v from fn.limit_register() r where r.code = p ->> 'code';
  if v.code is null then perform fn.refuse('LK400', 'There is no such limit.'); end if;
  if not coalesce(p ->> 'scope' = any (v.scopes), false) then
    perform fn.refuse('LK400', format('This limit is summed over %s.', lower(array_to_string(v.scopes, ', '))));
  end if;
  if v.unit = 'MONEY' and not coalesce(p ->> 'currency' ~ '^[A-Z]{3,5}$', false) then
    perform fn.refuse('LK400', 'A limit in money needs its currency.');
  elsif v.unit <> 'MONEY' and p ->> 'currency' is not null then
    perform fn.refuse('LK400', 'Only a limit in money has a currency.');
  end if;
  if p ->> 'asset_class' is not null and p ->> 'scope' in ('ACCOUNT', 'USER') then
    perform fn.refuse('LK400', 'A limit of the whole account holds for every asset class.');
  end if;
  if v_value is null then return; end if;
  if not (v_value >= 0 and v_value < 1e12) then perform fn.refuse('LK400', 'A limit is 0 or more.'); end if;
  if v.unit = 'COUNT' and v_value <> trunc(v_value) then perform fn.refuse('LK400', 'This limit is a whole number.'); end if;
  if v.code = 'MAX_LOG_LOSS' and v_value = 0 then perform fn.refuse('LK400', 'A cap of 0 would refuse every entry.'); end if;
end
$$;

-- Sets or clears one limit. Returns whether anything changed. Callers: below. Writes: risk_limits, event_log, audit. Codes: LK400.
create or replace function fn.limit_put(p_layer text, p_user uuid, p_account uuid, p_subscription uuid, p jsonb) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_old public.risk_limits;
  v_value numeric := (p ->> 'value')::numeric;
begin
  perform fn.limit_check(p);
  select * into v_old from public.risk_limits r
  where r.layer = p_layer and r.user_id is not distinct from p_user and r.user_broker_id is not distinct from p_account
    and r.subscription_id is not distinct from p_subscription and r.code = p ->> 'code' and r.scope = p ->> 'scope'
    and r.currency is not distinct from p ->> 'currency' and r.asset_class is not distinct from p ->> 'asset_class' for update;
  if v_old.value is not distinct from v_value then return false; end if;
  if v_old.updated_by is distinct from v_old.user_id and v_old.updated_by is not null and p_layer <> 'GLOBAL' and p_user = fn.actor() then
    perform fn.refuse('LK409', 'An admin set this limit; only an admin may change it. A stricter one of your own goes on an account.');
  end if;
  if v_value is null then
    delete from public.risk_limits r where r.id = v_old.id;
  else
    insert into public.risk_limits (layer, user_id, user_broker_id, subscription_id, code, scope, currency, asset_class, value, updated_at, updated_by)
    values (p_layer, p_user, p_account, p_subscription, p ->> 'code', p ->> 'scope', p ->> 'currency', p ->> 'asset_class', v_value, fn.clock(), fn.actor())
    on conflict on constraint one_limit_per_place
      do update set value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by;
  end if;
  if p_layer = 'GLOBAL' then
    perform fn.event_broadcast('settings', 'limit', null, jsonb_build_object('code', p ->> 'code'));
  else
    perform fn.event_append(p_user, 'settings', 'limit', coalesce(p_subscription, p_account, p_user), jsonb_build_object('code', p ->> 'code'));
  end if;
  perform fn.audit_append(case when v_value is null then 'limit.clear' else 'limit.set' end, lower(p_layer), coalesce(p_subscription, p_account, p_user),
    p - 'value' || jsonb_build_object('value', jsonb_build_array(v_old.value, v_value)));
  return true;
end
$$;

-- The owner and the place of a layer; nothing for a place that does not exist. Callers: below. Reads only.
create or replace function fn.limit_place(p_layer text, p_place uuid)
returns table (user_id uuid, user_broker_id uuid, subscription_id uuid)
language sql stable security definer set search_path = ''
as $$
  select u.id, null::uuid, null::uuid from public.users u where p_layer = 'USER' and u.id = p_place
  union all select b.user_id, b.id, null from public.user_brokers b where p_layer = 'ACCOUNT' and b.id = p_place
  union all select s.user_id, null, s.id from public.subscriptions s where p_layer = 'SUBSCRIPTION' and s.id = p_place
$$;

-- A limit of the caller on himself, one of his accounts or subscriptions; value null clears it. Caller: web. Codes: LK404, LK400,
-- LK409 (an admin set it).
create or replace function fn.limit_set(p_layer text, p_place uuid, p jsonb) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v record;
begin
  select * into v from fn.limit_place(p_layer, p_place);
  if v.user_id is null or v.user_id is distinct from fn.actor() then perform fn.raise_not_found(); end if;
  return fn.limit_put(p_layer, v.user_id, v.user_broker_id, v.subscription_id, p);
end
$$;

-- A limit by an admin: GLOBAL (p_place null), or on a user or one of his accounts. Caller: web, as lockstep_web_admin alone.
-- Codes: LK404, LK400.
create or replace function fn.limit_set_admin(p_layer text, p_place uuid, p jsonb) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v record;
begin
  if p_layer = 'GLOBAL' then return fn.limit_put('GLOBAL', null, null, null, p); end if;
  select * into v from fn.limit_place(p_layer, p_place);
  if v.user_id is null then perform fn.raise_not_found(); end if;
  return fn.limit_put(p_layer, v.user_id, v.user_broker_id, v.subscription_id, p);
end
$$;

-- Every limit that may bind the caller: GLOBAL ones and his own places'. Caller: web. Reads only. No actor, no rows.
create or replace function fn.limits_visible()
returns table (layer text, user_broker_id uuid, subscription_id uuid, code text, scope text, currency text, asset_class text,
  value numeric, by_admin boolean, updated_at timestamptz)
language sql stable security definer set search_path = ''
as $$
  select r.layer, r.user_broker_id, r.subscription_id, r.code, r.scope, r.currency, r.asset_class, r.value,
    r.layer = 'GLOBAL' or coalesce(r.updated_by <> r.user_id, false), r.updated_at
  from public.risk_limits r
  where fn.actor() is not null and (r.layer = 'GLOBAL' or r.user_id = fn.actor())
  order by r.code, r.scope, r.currency, r.asset_class, r.layer
$$;

grant execute on function fn.limit_set(text, uuid, jsonb), fn.limits_visible() to lockstep_web;
grant execute on function fn.limit_set_admin(text, uuid, jsonb) to lockstep_web_admin;

reset role;
