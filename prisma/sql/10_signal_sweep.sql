-- Signals past their time: entries that never reached everyone expire, and work that got lost is asked for again.
-- Entry points: fn.signal_fanned_out, fn.signals_expire, fn.signals_stuck.

set local role lockstep_signal;

-- Records that a signal's fan-out is complete: how many deliveries there are, and who was left out and why.
-- Caller: stage 2 in the fan-out's transaction, holding the signal. Writes: signals.
create or replace function fn.signal_fanned_out(p_signal uuid, p_expected int, p_left_out jsonb) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.signals s set fanned_out_at = fn.clock(), expected_deliveries = p_expected,
    left_out = coalesce(p_left_out, '[]')
  where s.id = p_signal and s.fanned_out_at is null
$$;

-- Ends published entries whose time has run out with work still undone: not fanned out, or with deliveries
-- PENDING that wait for nothing or past their own time. One that was decided everywhere stays PUBLISHED, and one that was
-- not applied yet waits for that: it may be the exit of the other direction, and exits never expire.
-- Returns {expired, deliveries}. Caller: worker (every minute). Writes: signals, signal_deliveries, event_log.
create or replace function fn.signals_expire() returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_ids uuid[];
  v_deliveries int;
begin
  select array_agg(x.id) into v_ids from (
    select s.id from public.signals s
    where s.status = 'PUBLISHED' and s.expires_at <= v_now and s.applied_at is not null
      and s.id in (
        select w.id from public.signals w
        where w.status = 'PUBLISHED' and w.action in ('ENTRY', 'ADD') and w.fanned_out_at is null
        union
        select d.signal_id from public.signal_deliveries d where d.status = 'PENDING' and d.decided_at is null
          and d.expires_at <= v_now)
      and not exists (select from public.signal_deliveries d
        where d.signal_id = s.id and d.status = 'PENDING' and d.expires_at > v_now)
    order by s.id limit 500 for update of s skip locked) x;
  update public.signals s set status = 'EXPIRED', ended_at = v_now where s.id = any (v_ids);
  v_deliveries := fn.deliveries_expire(v_ids, null, 'SIGNAL_EXPIRED');
  perform fn.event_append(s.user_id, 'signal', 'signal', s.id, jsonb_build_object('status', 'EXPIRED'))
  from public.signals s where s.id = any (v_ids);
  return jsonb_build_object('expired', coalesce(cardinality(v_ids), 0), 'deliveries', v_deliveries);
end
$$;

-- Published signals older than 30 s whose jobs were lost: the jobs to enqueue again (running one twice does
-- nothing). Caller: worker (stuck sweep). Reads only. Returns jobs.
create or replace function fn.signals_stuck(p_limit int) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('name', x.name, 'id', x.id, 'key', x.id)), '[]') from (
    select 'signal.apply' as name, s.id from public.signals s
    where s.status = 'PUBLISHED' and s.applied_at is null and s.recorded_at < fn.clock() - interval '30 seconds'
    union all
    select 'signal.fanout', s.id from public.signals s
    where s.status = 'PUBLISHED' and s.action in ('ENTRY', 'ADD') and s.fanned_out_at is null
      and s.applied_at is not null and s.recorded_at < fn.clock() - interval '30 seconds' and s.expires_at > fn.clock()
    order by 2 limit p_limit) x
$$;

grant execute on function fn.signal_fanned_out(uuid, int, jsonb) to lockstep_stage;
grant execute on function fn.signals_expire(), fn.signals_stuck(int) to lockstep_worker;

reset role;
