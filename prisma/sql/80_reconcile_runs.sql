-- Reconciliation of an account: what we believe against what its broker says. The comparison itself is pure TypeScript
-- (server/pipeline/8-reconcile/compare.ts); here is what it reads and where its answer goes.
-- Entry points: fn.account_book, fn.reconcile_record, fn.accounts_to_reconcile.

set local role lockstep_config;

-- Stamps an account as reconciled: entries may go from its first stamp on. Caller: fn.reconcile_record.
-- Writes: user_brokers.
create or replace function fn.account_reconciled(p_user_broker uuid, p_at timestamptz) returns void
language sql volatile security definer set search_path = ''
as $$ update public.user_brokers b set reconciled_at = p_at where b.id = p_user_broker $$;

grant execute on function fn.account_reconciled(uuid, timestamptz) to lockstep_reconcile;
reset role;

set local role lockstep_reconcile;

-- What we believe an account holds, and since when its fills may be missing. Caller: worker. Reads only.
create or replace function fn.account_book(p_user_broker uuid) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('user_broker_id', b.id, 'broker', b.broker, 'user_id', b.user_id,
    'reconciled_at', b.reconciled_at,
    'fills_since', coalesce(b.reconciled_at, b.created_at) - interval '10 minutes',
    'positions', coalesce((select jsonb_agg(jsonb_build_object('instrument_id', p.instrument_id, 'symbol', i.symbol,
        'qty', p.qty::text) order by i.symbol)
      from public.positions p join public.instruments i on i.id = p.instrument_id
      where p.user_broker_id = b.id and p.qty <> 0), '[]'))
  from public.user_brokers b where b.id = p_user_broker
$$;

-- Records a run: outcome AGREED or DIFFERED stamps the account, FAILED (no answer is no evidence) only leaves its trace.
-- p_differences: [{code, instrument_id, symbol, ours, theirs, repair}]; a difference that is gone is resolved, one that
-- stays open is not doubled. Returns the run's id. Caller: worker.
-- Writes: reconciliation_runs, discrepancies, alerts and, through its owner, user_brokers.
create or replace function fn.reconcile_record(
  p_user_broker uuid, p_started timestamptz, p_outcome text, p_differences jsonb, p_detail jsonb)
returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user uuid;
  v_run uuid;
  v_one record;
  v_now timestamptz := fn.clock();
begin
  select b.user_id into strict v_user from public.user_brokers b where b.id = p_user_broker;
  insert into public.reconciliation_runs (user_id, user_broker_id, started_at, finished_at, outcome, detail)
  values (v_user, p_user_broker, p_started, v_now, p_outcome, coalesce(p_detail, '{}')) returning id into v_run;
  if p_outcome = 'FAILED' then return v_run; end if;
  perform fn.account_reconciled(p_user_broker, v_now);
  update public.discrepancies d set resolved_at = v_now, resolution = 'AGREES_AGAIN'
  where d.user_broker_id = p_user_broker and d.resolved_at is null
    and d.code in ('QTY_MISMATCH', 'UNKNOWN_POSITION', 'MISSING_POSITION')
    and not exists (select from jsonb_to_recordset(p_differences) as x(code text, instrument_id uuid)
      where x.code = d.code and x.instrument_id is not distinct from d.instrument_id);
  for v_one in
    insert into public.discrepancies as d (run_id, user_id, user_broker_id, instrument_id, code, ours, theirs, repair, found_at)
    select v_run, v_user, p_user_broker, x.instrument_id, x.code, coalesce(x.ours, '{}'), coalesce(x.theirs, '{}'), x.repair, v_now
    from jsonb_to_recordset(p_differences) as x(code text, instrument_id uuid, ours jsonb, theirs jsonb, repair jsonb)
    order by x.code, x.instrument_id
    on conflict (user_broker_id, code, instrument_id) where resolved_at is null
      do update set ours = excluded.ours, theirs = excluded.theirs
    returning d.id, d.code, d.ours, d.theirs, old.id is null as is_new
  loop
    continue when not v_one.is_new;
    perform fn.alert_raise(v_user, 'CRITICAL', v_one.code, format('The broker and Lockstep disagree about %s: ours %s, theirs %s.',
      coalesce(v_one.theirs->>'symbol', v_one.ours->>'symbol'), coalesce(v_one.ours->>'qty', '0'), coalesce(v_one.theirs->>'qty', '0')),
      'user_broker', p_user_broker, 'discrepancy:' || v_one.id);
  end loop;
  return v_run;
end
$$;

-- The accounts that trade, or hold something although disabled, and were not reconciled for a while, those never reconciled first; after a run that failed, or
-- is under way, not again for 30 s. Caller: worker. Reads only.
create or replace function fn.accounts_to_reconcile(p_older_than interval, p_limit int) returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select b.id from public.user_brokers b
  where b.role = 'EXEC' and (b.status = 'ACTIVE' or exists (select from public.positions p where p.user_broker_id = b.id and p.qty <> 0))
    and (b.reconciled_at is null or b.reconciled_at < fn.clock() - p_older_than)
    and not exists (select from public.reconciliation_runs r
      where r.user_broker_id = b.id and r.started_at > fn.clock() - interval '30 seconds')
  order by b.reconciled_at nulls first, b.id limit p_limit
$$;

grant execute on function fn.account_book(uuid), fn.reconcile_record(uuid, timestamptz, text, jsonb, jsonb),
  fn.accounts_to_reconcile(interval, int) to lockstep_worker;

reset role;
