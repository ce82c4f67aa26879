-- Accounts (user_brokers) by hand: opening a paper account, its settings, freezing, disabling.
-- Entry points: fn.account_rows and fn.user_rows (the rows that every account and user must have; factories, seeds and replays
-- too), fn.account_open (seeds), fn.account_create, fn.account_update, fn.account_freeze, fn.account_status_set (web).
-- Freezing and disabling stop entries only: resting ones are withdrawn, exits go on. They take the account's row
-- `for no key update` and only then read the clock: a claim that holds it `for share` came before.

set local role lockstep_intent;

-- The row that decisions of an account lock. Caller: fn.account_rows. Writes: account_exposure.
create or replace function fn.account_exposure_open(p_account uuid, p_user uuid) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.account_exposure (user_broker_id, user_id) values (p_account, p_user) on conflict (user_broker_id) do nothing
$$;
grant execute on function fn.account_exposure_open(uuid, uuid) to lockstep_config;
reset role;

set local role lockstep_config;

-- The switch that decisions about a user lock. A repeat does nothing. Callers: fn.user_create, seeds, tests. Writes: switches.
create or replace function fn.user_rows(p_user uuid) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.switches (scope, user_id) values ('USER', p_user) on conflict on constraint one_switch_per_scope do nothing
$$;

-- Everything that belongs to an account beside its own row: its switch and its exposure row. A repeat does nothing.
-- Callers: fn.account_open, factories, replays. Writes: switches and, through its owner, account_exposure.
create or replace function fn.account_rows(p_account uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user uuid := (select b.user_id from public.user_brokers b where b.id = p_account);
begin
  insert into public.switches (scope, user_id, user_broker_id) values ('ACCOUNT', v_user, p_account)
  on conflict on constraint one_switch_per_scope do nothing;
  perform fn.account_exposure_open(p_account, v_user);
end
$$;

-- Opens a paper EXEC account with all of its rows; entries wait until its first reconciliation. p: name and, where not the
-- default, currency, home_market, capital, maker_bps, taker_bps, fee_per_share, fee_per_contract, fee_minimum.
-- Returns the id. Callers: fn.account_create, seeds. Writes: user_brokers, switches, account_exposure. Codes: LK400, LK409, 23514.
create or replace function fn.account_open(p_user uuid, p jsonb) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
begin
  insert into public.user_brokers (user_id, name, currency, home_market, capital, maker_bps, taker_bps, fee_per_share, fee_per_contract,
    fee_minimum, created_at)
  values (p_user, trim(p ->> 'name'), coalesce(p ->> 'currency', 'USD'), coalesce(p ->> 'home_market', 'CRYPTO'),
    coalesce((p ->> 'capital')::numeric, 100000), coalesce((p ->> 'maker_bps')::numeric, 0), coalesce((p ->> 'taker_bps')::numeric, 0),
    coalesce((p ->> 'fee_per_share')::numeric, 0), coalesce((p ->> 'fee_per_contract')::numeric, 0),
    coalesce((p ->> 'fee_minimum')::numeric, 0), fn.clock())
  returning id into v_id;
  perform fn.account_rows(v_id);
  return v_id;
end
$$;

-- Refuses what no account can have. Callers: below. Codes: LK400.
create or replace function fn.account_check(p jsonb) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if length(trim(p ->> 'name')) not between 1 and 80 then perform fn.refuse('LK400', 'An account has a name of 1 to 80 characters.'); end if;
  if (p ->> 'capital')::numeric not between 1 and 1e12 then perform fn.refuse('LK400', 'The capital must be 1 to 1,000,000,000,000.'); end if;
  if exists (select from jsonb_each_text(p) f where f.key in ('maker_bps', 'taker_bps') and f.value::numeric not between -100 and 1000)
    or exists (select from jsonb_each_text(p) f where f.key in ('fee_per_share', 'fee_per_contract', 'fee_minimum') and f.value::numeric not between 0 and 1e6) then
    perform fn.refuse('LK400', 'A fee is out of range.');
  end if;
  if (p ->> 'home_market') not in (select m.code from public.markets m) then perform fn.refuse('LK400', 'There is no such market.'); end if;
end
$$;

-- A paper account of the caller. Returns its id. Caller: web. Writes: as fn.account_open, event_log, audit.
-- Codes: LK404 (no caller), LK400, LK409 (50 of them, name taken).
create or replace function fn.account_create(p jsonb) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
begin
  if fn.actor() is null then perform fn.raise_not_found(); end if;
  if p ->> 'name' is null then perform fn.refuse('LK400', 'An account has a name of 1 to 80 characters.'); end if;
  perform fn.account_check(p);
  if (select count(*) from public.user_brokers b where b.user_id = fn.actor()) >= 50 then
    perform fn.refuse('LK409', 'You have 50 accounts already.');
  end if;
  v_id := fn.account_open(fn.actor(), p);
  perform fn.event_append(fn.actor(), 'settings', 'user_broker', v_id, '{}');
  perform fn.audit_append('account.create', 'user_broker', v_id, (select to_jsonb(b) - 'id' - 'user_id' from public.user_brokers b where b.id = v_id));
  return v_id;
end
$$;

-- The caller's own account, locked. Callers: below. Codes: LK404.
create or replace function fn.account_own(p_account uuid) returns public.user_brokers
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.user_brokers;
begin
  select * into v from public.user_brokers b where b.id = p_account and b.user_id = fn.actor() for no key update;
  if v.id is null then perform fn.raise_not_found(); end if;
  return v;
end
$$;

-- Changes name, capital, hold list or fees of the caller's account (fees of paper accounts only: a broker sets its own).
-- Caller: web. Writes: user_brokers, event_log, audit. Codes: LK404, LK400, LK409, 23514.
create or replace function fn.account_update(p_account uuid, p jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_old public.user_brokers := fn.account_own(p_account);
  v public.user_brokers;
begin
  perform fn.account_check(p - 'home_market');
  if v_old.broker <> 'PAPER' and p ?| array['maker_bps', 'taker_bps', 'fee_per_share', 'fee_per_contract', 'fee_minimum'] then
    perform fn.refuse('LK409', 'The broker sets the fees of this account.');
  end if;
  update public.user_brokers b set
    name = coalesce(trim(p ->> 'name'), b.name), capital = coalesce((p ->> 'capital')::numeric, b.capital),
    hold_symbols = case when p ? 'hold_symbols' then coalesce(fn.symbol_list(p -> 'hold_symbols'), '{}') else b.hold_symbols end,
    maker_bps = coalesce((p ->> 'maker_bps')::numeric, b.maker_bps), taker_bps = coalesce((p ->> 'taker_bps')::numeric, b.taker_bps),
    fee_per_share = coalesce((p ->> 'fee_per_share')::numeric, b.fee_per_share),
    fee_per_contract = coalesce((p ->> 'fee_per_contract')::numeric, b.fee_per_contract),
    fee_minimum = coalesce((p ->> 'fee_minimum')::numeric, b.fee_minimum)
  where b.id = v_old.id returning * into v;
  if v = v_old then return; end if;
  perform fn.event_append(v.user_id, 'settings', 'user_broker', v.id, '{}');
  perform fn.audit_append('account.update', 'user_broker', v.id, fn.row_changes(to_jsonb(v_old), to_jsonb(v)));
end
$$;

-- Withdraws what of these accounts' entries rests or is on its way. Returns the jobs. Callers: below, fn.user_status_set.
-- Writes: through stage 4.
create or replace function fn.accounts_entries_withdraw(p_accounts uuid[], p_code text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_trade uuid;
  v_trades uuid[] := array(select distinct o.trade_id from public.orders o
    where o.user_broker_id = any (p_accounts) and o.kind = 'ENTRY' and o.cancel_wanted_at is null and o.trade_id is not null
      and o.status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED') order by 1);
  v_jobs jsonb := '[]';
begin
  perform fn.trade_lock(v_trades);
  foreach v_trade in array v_trades loop
    v_jobs := v_jobs || fn.trade_entries_withdraw(v_trade, jsonb_build_object('code', p_code));
  end loop;
  return v_jobs;
end
$$;

-- Freezes the caller's account with a reason, or takes that back (p_reason null). Returns {jobs}. Caller: web.
-- Writes: user_brokers, orders through their owner, event_log, audit. Codes: LK404, LK400.
create or replace function fn.account_freeze(p_account uuid, p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.user_brokers := fn.account_own(p_account);
  v_now timestamptz := fn.clock();
  v_jobs jsonb := '[]';
begin
  if trim(p_reason) = '' then perform fn.refuse('LK400', 'Say why: a reason is needed.'); end if;
  if v.frozen_reason is not distinct from trim(p_reason) then return '{"jobs": []}'; end if;
  update public.user_brokers b set frozen_reason = left(trim(p_reason), 300),
    frozen_at = case when p_reason is not null then coalesce(b.frozen_at, v_now) end where b.id = v.id;
  if p_reason is not null then v_jobs := fn.accounts_entries_withdraw(array[v.id], 'ACCOUNT_FROZEN'); end if;
  perform fn.event_append(v.user_id, 'settings', 'user_broker', v.id, jsonb_build_object('frozen', p_reason is not null));
  perform fn.audit_append(case when p_reason is null then 'account.unfreeze' else 'account.freeze' end, 'user_broker', v.id,
    jsonb_build_object('reason', jsonb_build_array(v.frozen_reason, trim(p_reason))));
  return jsonb_build_object('jobs', v_jobs);
end
$$;

-- Disables the caller's account or enables it. Returns {jobs}. Caller: web. Writes: user_brokers, orders through their owner,
-- event_log, audit. Codes: LK404, LK400.
create or replace function fn.account_status_set(p_account uuid, p_status text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.user_brokers := fn.account_own(p_account);
  v_now timestamptz := fn.clock();
  v_jobs jsonb := '[]';
begin
  if p_status is null or p_status not in ('ACTIVE', 'DISABLED') then perform fn.refuse('LK400', 'The status must be ACTIVE or DISABLED.'); end if;
  if v.status = p_status then return '{"jobs": []}'; end if;
  update public.user_brokers b set status = p_status, disabled_at = case when p_status = 'DISABLED' then v_now end where b.id = v.id;
  if p_status = 'DISABLED' then v_jobs := fn.accounts_entries_withdraw(array[v.id], 'BROKER_DISABLED'); end if;
  perform fn.event_append(v.user_id, 'settings', 'user_broker', v.id, jsonb_build_object('status', p_status));
  perform fn.audit_append('account.status', 'user_broker', v.id, jsonb_build_object('status', jsonb_build_array(v.status, p_status)));
  return jsonb_build_object('jobs', v_jobs);
end
$$;

grant execute on function fn.user_rows(uuid), fn.account_rows(uuid), fn.account_open(uuid, jsonb),
  fn.accounts_entries_withdraw(uuid[], text) to lockstep_stage;
grant execute on function fn.account_create(jsonb), fn.account_update(uuid, jsonb), fn.account_freeze(uuid, text),
  fn.account_status_set(uuid, text) to lockstep_web;

reset role;
