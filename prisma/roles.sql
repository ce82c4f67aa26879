-- Roles of the cluster: idempotent, applied first, by an owner that has CREATEROLE and is no superuser.
--
-- lockstep_<stage>   owns the functions of a stage and alone writes its tables; nobody logs in as one
-- lockstep_stage     what every stage may: read everything, call each other's granted functions
-- lockstep_web       log-in of the web process; lockstep_web_admin and lockstep_web_researcher are taken per
--                    request by `set local role`, so it does not inherit them
-- lockstep_worker    log-in of the workers
-- lockstep_paper     log-in of the paper broker's own book
-- Passwords come from the connection strings (prisma/apply.ts), never from a file.
do $roles$
declare
  v_role text;
  v_stages text[] := array['identity', 'config', 'signal', 'delivery', 'intent', 'order', 'fill', 'trade',
    'exit', 'reconcile', 'market', 'engine', 'events'];
begin
  foreach v_role in array array['lockstep_stage', 'lockstep_web_admin', 'lockstep_web_researcher'] loop
    if not exists (select from pg_roles where rolname = v_role) then
      execute format('create role %I nologin', v_role);
    end if;
    execute format('grant %I to current_user with inherit false, set true', v_role);
  end loop;

  for i in 1 .. array_length(v_stages, 1) loop
    v_role := 'lockstep_' || v_stages[i];
    if not exists (select from pg_roles where rolname = v_role) then
      execute format('create role %I nologin', v_role);
    end if;
    -- the owner takes a stage's role to create its functions, and has none of its rights otherwise
    execute format('grant %I to current_user with inherit false, set true', v_role);
    execute format('grant lockstep_stage to %I with inherit true, set false', v_role);
  end loop;

  foreach v_role in array array['lockstep_web', 'lockstep_worker', 'lockstep_paper'] loop
    if not exists (select from pg_roles where rolname = v_role) then
      execute format('create role %I login', v_role);
    end if;
    execute format('grant %I to current_user with inherit false, set true', v_role);
  end loop;

  grant lockstep_web_admin to lockstep_web with inherit false, set true;
  grant lockstep_web_researcher to lockstep_web with inherit false, set true;
end
$roles$;

-- A transaction that hangs would hold back every reader of the event log.
alter role lockstep_web set transaction_timeout = '30s';
alter role lockstep_web set idle_in_transaction_session_timeout = '15s';
alter role lockstep_worker set transaction_timeout = '120s';
alter role lockstep_worker set idle_in_transaction_session_timeout = '30s';
alter role lockstep_paper set transaction_timeout = '30s';
alter role lockstep_paper set idle_in_transaction_session_timeout = '15s';
