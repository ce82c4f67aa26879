-- Applying a signal to what came before it on its head: older entries are superseded, deliveries expire, unfilled
-- entries are withdrawn, live trades get an exit wish. Entry point: fn.signal_apply, 500 accounts at a time.
-- Invariants: by signal time, never by arrival; done twice changes nothing (the cursor is on the signal).

set local role lockstep_signal;

-- Whether a signal comes before another on the same head: by its time, then in the order of acceptance. Pure.
create or replace function fn.signal_is_before(p_at timestamptz, p_id uuid, p_other_at timestamptz, p_other uuid)
returns boolean
language sql immutable
as $$ select (p_at, p_id) < (p_other_at, p_other) $$;

-- The direction whose trades a signal closes: of an exit its own (null: both), of an entry the opposite one. Pure.
create or replace function fn.signal_closes(p_action text, p_direction text) returns text
language sql immutable
as $$
  select case when p_action <> 'ENTRY' then p_direction when p_direction = 'LONG' then 'SHORT' else 'LONG' end
$$;

-- Live trades that a signal speaks of, of the given accounts (null: all). Callers: stage 1. Reads only.
create or replace function fn.signal_trades(s public.signals, p_accounts uuid[]) returns setof public.trades
language sql stable security definer set search_path = ''
as $$
  select t.* from public.trades t left join public.signals e on e.id = t.signal_id
  where t.strategy_id = s.strategy_id and t.instrument_id = s.instrument_id and s.action <> 'ADD'
    and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING') and t.signal_id is distinct from s.id
    and (p_accounts is null or t.user_broker_id = any (p_accounts))
    and coalesce(fn.signal_closes(s.action, s.direction), t.direction) = t.direction
    and fn.signal_is_before(coalesce(e.occurred_at, t.created_at), coalesce(e.id, t.id), s.occurred_at, s.id)
$$;

-- Accounts, in id order after p_after, on which a signal has something to do. Reads only.
create or replace function fn.signal_apply_accounts(s public.signals, p_after uuid, p_limit int) returns uuid[]
language sql stable security definer set search_path = ''
as $$
  select array_agg(a.id order by a.id) from (
    select x.id from (
      select t.user_broker_id as id from fn.signal_trades(s, null) t
      union
      select d.user_broker_id from public.signals o join public.signal_deliveries d on d.signal_id = o.id
      where o.superseded_by = s.id and d.status = 'PENDING') x
    where p_after is null or x.id > p_after
    order by x.id limit p_limit) a
$$;

-- Ends the older published entries: all of them by a newer entry, those of its direction by an exit. Fan-out and
-- decision stop for them from here on. A reduce ends none (the rest is still wanted), nor does an ADD.
-- Caller: fn.signal_apply. Writes: signals, event_log.
create or replace function fn.signals_supersede(s public.signals, p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_ids uuid[];
begin
  if s.action = 'ADD' or s.reduce_quantity is not null then return 0; end if;
  select array_agg(l.id) into v_ids from (
    select o.id from public.signals o
    where o.strategy_id = s.strategy_id and o.instrument_id = s.instrument_id and o.action in ('ENTRY', 'ADD')
      and o.status = 'PUBLISHED' and (s.action = 'ENTRY' or coalesce(s.direction, o.direction) = o.direction)
      and fn.signal_is_before(o.occurred_at, o.id, s.occurred_at, s.id)
    order by o.id for no key update) l;
  update public.signals o set status = 'SUPERSEDED', superseded_by = s.id, ended_at = p_now,
    applied_at = coalesce(o.applied_at, p_now)
  where o.id = any (v_ids);
  perform fn.event_append(s.user_id, 'signal', 'signal', o.id, jsonb_build_object('status', 'SUPERSEDED', 'by', s.id))
  from unnest(v_ids) as o(id);
  return coalesce(cardinality(v_ids), 0);
end
$$;

-- Whether applying s does all that applying the older o would: an exit of everything covers every word before it,
-- an exit of one direction the exits of that direction, an entry the entries of its own direction. Without this a
-- burst of n alerts on one head took n transactions in a row. Pure.
create or replace function fn.signal_covers(s public.signals, o public.signals) returns boolean
language sql immutable
as $$
  select fn.signal_is_before(o.occurred_at, o.id, s.occurred_at, s.id) and s.reduce_quantity is null
    and case s.action
      when 'EXIT' then s.direction is null or (o.action = 'EXIT' and o.direction = s.direction)
      when 'ENTRY' then o.action in ('ENTRY', 'ADD') and o.direction = s.direction
      else o.action = s.action end
$$;

-- Marks the words that s covers as applied, and answers the oldest other one that must be applied first, or null.
-- (Ordered by text: by the key's own index the planner would walk every signal there is.)
-- Caller: fn.signal_apply, holding s. Writes: signals.
create or replace function fn.signal_cover(s public.signals, p_now timestamptz) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_before uuid;
begin
  select o.id into v_before from public.signals o
  where o.strategy_id = s.strategy_id and o.instrument_id = s.instrument_id and o.status = 'PUBLISHED'
    and o.applied_at is null and o.id < s.id and not fn.signal_covers(s, o)
  order by o.id::text limit 1;
  if v_before is not null then return v_before; end if;
  update public.signals u set applied_at = p_now
  from (select o.id from public.signals o
    where o.strategy_id = s.strategy_id and o.instrument_id = s.instrument_id and o.status = 'PUBLISHED'
      and o.applied_at is null and o.id < s.id
    order by o.id for no key update) c
  where u.id = c.id;
  return null;
end
$$;

-- Holds a signal that is still to be applied together with every word of its head that applying it may end or mark, in
-- id order and in one go: its own row first and the older ones after it deadlocked applies of one head. Returns the
-- signal as it is then. Caller: fn.signal_apply. Writes nothing.
create or replace function fn.signal_apply_hold(p_signal uuid) returns public.signals
language plpgsql volatile security definer set search_path = ''
as $$
declare
  s public.signals;
begin
  select * into s from public.signals x where x.id = p_signal;
  if s.status = 'PUBLISHED' and s.applied_at is null then
    perform 1 from public.signals h where h.id = any (array(
        select o.id from public.signals o where o.strategy_id = s.strategy_id and o.instrument_id = s.instrument_id
          and o.status = 'PUBLISHED' and o.applied_at is null
        union
        select o.id from public.signals o where o.strategy_id = s.strategy_id and o.instrument_id = s.instrument_id
          and o.status = 'PUBLISHED' and o.action in ('ENTRY', 'ADD')))
      order by h.id for no key update;
    select * into s from public.signals x where x.id = p_signal;
  end if;
  return s;
end
$$;

-- Applies a signal to the next p_limit accounts after its cursor. Answers {done, next, jobs}, or {before: id} when
-- an older word of the same head is not applied yet and must be first. An entry fans out when it is done.
-- Caller: worker (signal.apply). Writes: signals, and through the owners trades, deliveries, orders, exits.
create or replace function fn.signal_apply(p_signal uuid, p_after uuid, p_limit int) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  s public.signals := fn.signal_apply_hold(p_signal);
  v_accounts uuid[];
  v_before uuid;
  v_cursor uuid;
  v_jobs jsonb := '[]';
  v_now timestamptz := fn.clock();
begin
  if s.id is null or s.status <> 'PUBLISHED' or s.applied_at is not null then
    return jsonb_build_object('done', true, 'next', null, 'jobs', fn.signal_fanout_job(s));
  end if;
  v_cursor := greatest(s.apply_cursor, p_after);
  if v_cursor is null then
    v_before := fn.signal_cover(s, v_now);
    if v_before is not null then
      return jsonb_build_object('done', false, 'before', v_before, 'jobs', v_jobs);
    end if;
    perform fn.signals_supersede(s, v_now);
  end if;
  v_accounts := fn.signal_apply_accounts(s, v_cursor, p_limit);
  if v_accounts is not null then
    v_jobs := fn.signal_apply_chunk(s, v_accounts);
    v_cursor := v_accounts[cardinality(v_accounts)];
  end if;
  if coalesce(cardinality(v_accounts), 0) < p_limit then
    update public.signals x set applied_at = v_now, apply_cursor = v_cursor where x.id = s.id returning * into s;
    return jsonb_build_object('done', true, 'next', null, 'jobs', v_jobs || fn.signal_fanout_job(s));
  end if;
  update public.signals x set apply_cursor = v_cursor where x.id = s.id;
  return jsonb_build_object('done', false, 'next', v_cursor, 'jobs', v_jobs);
end
$$;

-- The fan-out that follows a signal, as jobs: of a published entry that has not fanned out. Pure.
create or replace function fn.signal_fanout_job(s public.signals) returns jsonb
language sql immutable
as $$
  select case when s.status = 'PUBLISHED' and s.action in ('ENTRY', 'ADD') and s.fanned_out_at is null
    and s.applied_at is not null then fn.job('signal.fanout', s.id) else '[]'::jsonb end
$$;

grant execute on function fn.signal_apply(uuid, uuid, int) to lockstep_worker;

reset role;
