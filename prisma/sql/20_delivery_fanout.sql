-- Stage 2: one signal, handed to every account that follows its strategy, exactly once.
-- Entry point: fn.signal_fanout. Invariants: only a PUBLISHED entry fans out, once per account; the number expected and
-- whoever was left out (with the reason) are written with the last deliveries.

set local role lockstep_signal;

-- Holds one signal for a step of its fan-out and returns it. Caller: stage 2. One fan-out of a signal at a time, by an
-- advisory lock: the row is only held shared, so that what was delivered is decided meanwhile.
create or replace function fn.signal_hold(p_signal uuid) returns public.signals
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.signals;
begin
  perform pg_advisory_xact_lock(hashtextextended('fanout:' || p_signal, 0));
  select s.* into v from public.signals s where s.id = p_signal for share;
  return v;
end
$$;

-- Holds signals as they are until the transaction ends, in id order. Caller: stage 3. Writes nothing.
create or replace function fn.signals_hold(p_signals uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.signals s where s.id = any (p_signals) order by s.id for share;
end
$$;

grant execute on function fn.signal_hold(uuid), fn.signals_hold(uuid[]) to lockstep_delivery, lockstep_intent;
reset role;

set local role lockstep_delivery;

-- Who follows a strategy, and why somebody gets nothing. Caller: fn.signal_fanout. Reads only.
create or replace function fn.strategy_followers(p_strategy uuid)
returns table (subscription_id uuid, user_id uuid, user_broker_id uuid, ordinal bigint, left_out text)
language sql stable
as $$
  select s.id, s.user_id, s.user_broker_id, b.ordinal, case
    when g.status <> 'ACTIVE' then 'STRATEGY_' || g.status
    when g.visibility <> 'SHARED' and g.user_id <> s.user_id then 'STRATEGY_PRIVATE'
    when u.status <> 'ACTIVE' then 'USER_INACTIVE'
    when b.status <> 'ACTIVE' then 'BROKER_DISABLED'
    when s.status <> 'ACTIVE' then 'SUBSCRIPTION_PAUSED' end
  from public.subscriptions s
  join public.strategies g on g.id = s.strategy_id
  join public.user_brokers b on b.id = s.user_broker_id
  join public.users u on u.id = s.user_id
  where s.strategy_id = p_strategy and b.role = 'EXEC'
$$;

-- The live trade that a reversal of this strategy waits for on one account: the oldest of the other direction, p_not
-- aside. Null: nothing to wait for. Callers: stage 2. Reads only.
create or replace function fn.reversal_waits_for(p_strategy uuid, p_instrument uuid, p_account uuid, p_direction text, p_not uuid)
returns uuid
language sql stable
as $$
  select t.id from public.trades t
  where t.strategy_id = p_strategy and t.instrument_id = p_instrument and t.user_broker_id = p_account
    and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING') and t.direction <> p_direction
    and t.id is distinct from p_not
  order by t.created_at, t.id limit 1
$$;

-- Writes the deliveries of a signal to these accounts. p_opposed: some of them hold a live trade against it.
-- Caller: fn.signal_fanout, with the signal and those trades held. Returns {deliveries, jobs}.
-- Writes: signal_deliveries, and through its owner event_log (one event per user).
create or replace function fn.deliveries_create(v public.signals, p_accounts uuid[], p_opposed boolean) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_until timestamptz;
  v_made record;
begin
  v_until := v.published_at + coalesce(v.max_lag_ms * interval '1 millisecond',
    (select g.max_lag_seconds from public.strategies g where g.id = v.strategy_id) * interval '1 second');
  with followers as (
    select f.*, case when p_opposed then
      fn.reversal_waits_for(v.strategy_id, v.instrument_id, f.user_broker_id, v.direction, null) end as waits_for
    from fn.strategy_followers(v.strategy_id) f
    where f.left_out is null and f.user_broker_id = any (p_accounts)
  ), made as (
    insert into public.signal_deliveries
      (signal_id, user_id, user_broker_id, subscription_id, strategy_id, instrument_id, direction, waits_for_trade_id,
        created_at, expires_at)
    select v.id, f.user_id, f.user_broker_id, f.subscription_id, v.strategy_id, v.instrument_id, v.direction, f.waits_for,
      v_now,
      case when f.waits_for is null then v.expires_at else greatest(v.expires_at, v_until) end
    from followers f order by f.user_broker_id
    returning id, user_id, user_broker_id, waits_for_trade_id
  ), told as (
    select m.user_id, jsonb_build_object('deliveries', count(*)) as data from made m group by m.user_id
  )
  select (select count(*) from made) as n,
    (select array_agg(t.user_id order by t.user_id) from told t) as users,
    (select array_agg(v.id order by t.user_id) from told t) as entities,
    (select array_agg(t.data order by t.user_id) from told t) as data,
    coalesce((select jsonb_agg(jsonb_build_object('name', 'delivery.decide', 'id', m.id) order by b.ordinal)
      from made m join public.user_brokers b on b.id = m.user_broker_id where m.waits_for_trade_id is null), '[]') as jobs
  into v_made;
  perform fn.events_append(v_made.users, 'delivery', 'signal', v_made.entities, v_made.data);
  return jsonb_build_object('deliveries', v_made.n, 'jobs', v_made.jobs);
end
$$;

-- Fans one signal out to the next p_limit accounts that have no delivery of it yet (null: to all), in account order; a
-- repeat, a signal that is no entry or no longer PUBLISHED answers with nothing. In the step that finds nobody left, the
-- signal is told how many there are and who was left out (that write waits for decisions under way, so nothing waits with it);
-- a small fan-out is told in its only step, before there are any (in one of its own, twenty entries a second fell seconds behind). A fan-out that is killed half-way goes on where it was.
-- Returns {deliveries, done, jobs: [delivery.decide]}. Locks: signal, opposite trades of the strategy. Caller: worker.
-- Writes: signal_deliveries and, through their owners, signals, event_log.
create or replace function fn.signal_fanout(p_signal uuid, p_limit int default null) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.signals := fn.signal_hold(p_signal);
  v_accounts uuid[];
  v_opposed uuid[];
  v_done boolean;
  v_made jsonb;
begin
  if v.id is null or v.status <> 'PUBLISHED' or v.action not in ('ENTRY', 'ADD') or v.fanned_out_at is not null then
    return jsonb_build_object('deliveries', 0, 'done', true, 'jobs', '[]'::jsonb);
  end if;
  v_accounts := array(select f.user_broker_id from fn.strategy_followers(v.strategy_id) f
    where f.left_out is null and not exists (select from public.signal_deliveries d
      where d.signal_id = v.id and d.user_broker_id = f.user_broker_id)
    order by f.user_broker_id limit p_limit);
  v_done := p_limit is null or cardinality(v_accounts) = 0
    or cardinality(v_accounts) < p_limit and not exists (select from public.signal_deliveries d where d.signal_id = v.id);
  -- A trade that closes now wakes whoever waits for it: held here, it cannot close between the look and the insert.
  v_opposed := array(select t.id from public.trades t
    where t.strategy_id = v.strategy_id and t.instrument_id = v.instrument_id and t.direction <> v.direction
      and t.user_broker_id = any (v_accounts)
      and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING') and v.action = 'ENTRY' order by t.id);
  perform fn.trade_lock(v_opposed);
  v_made := fn.deliveries_create(v, v_accounts, cardinality(v_opposed) > 0);
  if v_done then
    perform fn.signal_fanned_out(v.id,
      (select count(*)::int from public.signal_deliveries d where d.signal_id = v.id),
      coalesce((select jsonb_agg(jsonb_build_object('user_broker_id', f.user_broker_id, 'reason', f.left_out) order by f.ordinal)
        from fn.strategy_followers(v.strategy_id) f where f.left_out is not null and not exists (
          select from public.signal_deliveries d where d.signal_id = v.id and d.user_broker_id = f.user_broker_id)), '[]'));
  end if;
  return v_made || jsonb_build_object('done', v_done);
end
$$;

grant execute on function fn.reversal_waits_for(uuid, uuid, uuid, text, uuid) to lockstep_stage;
grant execute on function fn.signal_fanout(uuid, int) to lockstep_worker;

reset role;
