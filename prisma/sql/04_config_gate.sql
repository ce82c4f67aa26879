-- The account gate: what must not change while entries of an account are sent, and what stops them.
-- Entry points: fn.account_gate (locks), fn.account_operational (reasons), fn.account_limit (one limit, resolved).
-- Lock order: switches (platform, user, account), users, user_brokers. Whoever throws a switch or disables takes the
-- same rows `for no key update` and only then reads the clock.

set local role lockstep_identity;

-- Holds users as they are until the transaction ends. Caller: fn.account_gate. Locks users, in id order.
create or replace function fn.users_hold(p_users uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.users u where u.id = any (p_users) order by u.id for share;
end
$$;

grant execute on function fn.users_hold(uuid[]) to lockstep_config;
reset role;

set local role lockstep_config;

-- Holds everything that may stop these accounts' entries until the transaction ends. Callers: stages 3, 4, at the top
-- of the lock order. Writes nothing.
create or replace function fn.account_gate(p_user_brokers uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_users uuid[] := array(select distinct b.user_id from public.user_brokers b
    where b.id = any (p_user_brokers) order by b.user_id);
begin
  perform from public.switches s where s.scope = 'PLATFORM' for share;
  perform from public.switches s where s.scope = 'USER' and s.user_id = any (v_users) order by s.user_id for share;
  perform from public.switches s where s.scope = 'ACCOUNT' and s.user_broker_id = any (p_user_brokers)
    order by s.user_broker_id for share;
  perform fn.users_hold(v_users);
  perform from public.user_brokers b where b.id = any (p_user_brokers) order by b.id for share;
end
$$;

-- Why accounts may not enter anything now: one row per account and reason, none where it may trade; a halt names its
-- widest scope. Whether the process is in paper mode is not known here. Callers: stages 3, 4. Pure read, inlined.
create or replace function fn.accounts_operational(p_user_brokers uuid[])
returns table (user_broker_id uuid, code text, detail jsonb)
language sql stable
as $$
  select b.id, r.code, r.detail
  from public.user_brokers b
  join public.users u on u.id = b.user_id
  cross join lateral (values
    ('USER_INACTIVE', u.status <> 'ACTIVE', '{}'::jsonb),
    ('BROKER_DISABLED', b.status <> 'ACTIVE' or b.role <> 'EXEC', '{}'),
    ('BROKER_DISCONNECTED', b.connection = 'DISCONNECTED', '{}'),
    ('BROKER_SESSION_EXPIRED', b.connection = 'SESSION_EXPIRED', '{}'),
    ('ACCOUNT_FROZEN', b.frozen_at is not null, jsonb_build_object('reason', b.frozen_reason)),
    ('ACCOUNT_NOT_RECONCILED', b.reconciled_at is null, '{}'),
    ('LIVE_NOT_ENABLED', b.environment = 'LIVE' and b.live_confirmed_at is null, '{}')) r(code, holds, detail)
  where b.id = any (p_user_brokers) and r.holds
  union all
  select b.id, 'FEATURE_DISABLED', '{}'
  from unnest(p_user_brokers) b(id)
  where exists (select from public.feature_flags f where f.name = 'entries_disabled' and f.enabled)
  union all
  (select distinct on (b.id) b.id, 'HALTED', jsonb_build_object('reason', s.reason,
    'scope', case s.scope when 'PLATFORM' then 'the platform' when 'USER' then 'this user' else 'this account' end,
    'who', case when s.set_by = b.user_id then 'owner' else 'admin' end)
  from public.switches s
  join public.user_brokers b on s.scope = 'PLATFORM' or s.scope = 'USER' and s.user_id = b.user_id
    or s.scope = 'ACCOUNT' and s.user_broker_id = b.id
  where s.state <> 'OFF' and b.id = any (p_user_brokers)
  order by b.id, case s.scope when 'PLATFORM' then 1 when 'USER' then 2 else 3 end)
$$;

-- The same of one account. Callers: stages 3, 4. Pure read, inlined.
create or replace function fn.account_operational(p_user_broker uuid)
returns table (code text, detail jsonb)
language sql stable
as $$
  select o.code, o.detail from fn.accounts_operational(array[p_user_broker]) o
$$;

-- One limit of an account as it stands for the account itself (subscriptions may be stricter): the lowest value among
-- the layers, and the highest layer that says it. No row: off. Callers: stage 3. Pure read.
create or replace function fn.account_limit(p_user_broker uuid, p_code text)
returns table (value numeric, layer text)
language sql stable
as $$
  select r.value, r.layer
  from public.user_brokers b
  join public.risk_limits r on r.code = p_code and r.scope = 'ACCOUNT' and r.asset_class is null
    and (r.currency is null or r.currency = b.currency)
    and (r.layer = 'GLOBAL' or r.layer = 'USER' and r.user_id = b.user_id
      or r.layer = 'ACCOUNT' and r.user_broker_id = b.id)
  where b.id = p_user_broker
  order by r.value, case r.layer when 'GLOBAL' then 1 when 'USER' then 2 else 3 end
  limit 1
$$;

grant execute on function fn.account_gate(uuid[]), fn.account_operational(uuid),
  fn.accounts_operational(uuid[]), fn.account_limit(uuid, text)
  to lockstep_stage, lockstep_worker;

reset role;
