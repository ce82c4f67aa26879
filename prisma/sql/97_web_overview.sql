-- The day of the actor's accounts as it stands now, and what wants his attention.
-- Entry points: fn.accounts_today (definer: limits of the admin are in it), fn.equity_days, fn.attention_read.

set local role lockstep_intent;

-- Purpose: each EXEC account of the actor with its trading day so far, the open part at this moment's prices (stage 3's own
--   sums: realised today + open now − open at the day's start), its exposure, and its daily loss limit with the layer that
--   set it; once the limit was hit, the one that was hit.
-- Caller: web. Writes: nothing. No actor, no rows.
create or replace function fn.accounts_today()
returns table (user_broker_id uuid, account text, broker text, environment text, currency text, capital numeric, status text,
  connection text, frozen_reason text, reconciled_at timestamptz, day date, day_pnl numeric, realised numeric, open_now numeric,
  open_count int, exposure numeric, loss_limit numeric, loss_layer text, loss_hit_at timestamptz, stale text[])
language sql stable security definer set search_path = ''
as $$
  select b.id, b.name, b.broker, b.environment, b.currency, b.capital, b.status, b.connection, b.frozen_reason,
    b.reconciled_at, d.day, round(c.realised + o.open_now - coalesce(a.open_at_start, y.open_now, 0), 8), c.realised, round(o.open_now, 8),
    e.open_count::int, e.exposure, case when a.loss_hit_at is null then l.value else a.loss_limit end,
    case when a.loss_hit_at is null then l.layer else a.loss_layer end, a.loss_hit_at, o.stale
  from public.user_brokers b
  cross join lateral fn.trading_day(b.home_market, fn.clock()) d
  left join public.account_days a on a.user_broker_id = b.id and a.day = d.day
  left join lateral (select p.open_now from public.account_days p
    where p.user_broker_id = b.id and p.day < d.day order by p.day desc limit 1) y on true
  cross join lateral fn.account_open_pnl(b.id) o
  cross join lateral fn.account_closed_sums(b.id, d.starts_at) c
  left join lateral fn.account_limit(b.id, 'DAILY_LOSS_LIMIT') l on true
  cross join lateral (
    select count(*) as open_count, round(coalesce(sum(t.open_qty * t.multiplier * coalesce(q.mark,
      t.entry_value / nullif(t.entry_qty * t.multiplier, 0), 0)), 0), 8) as exposure
    from public.trades t left join lateral fn.quote_state(t.instrument_id) q on true
    where t.user_broker_id = b.id and t.status in ('OPEN', 'EXITING')) e
  where b.user_id = fn.actor() and b.role = 'EXEC'
  order by b.ordinal
$$;

grant execute on function fn.accounts_today() to lockstep_web;

-- Purpose: what the actor's accounts made per day, since a day: sums per environment and currency, never across them.
-- Caller: web. Reads only (row-level security narrows it).
create or replace function fn.equity_days(p_from date)
returns table (environment text, currency text, day date, pnl numeric, fees numeric)
language sql stable
as $$
  select b.environment, b.currency, a.day, sum(a.day_pnl), sum(a.fees)
  from public.account_days a join public.user_brokers b on b.id = a.user_broker_id
  where a.user_id = fn.actor() and (p_from is null or a.day >= p_from)
  group by 1, 2, 3 order by 1, 2, 3
$$;

grant execute on function fn.equity_days(date) to lockstep_web;

-- Purpose: what wants the actor's attention, most urgent first: positions that nothing would get out, exits that were
--   refused or failed, orders whose answer is lost, work in quarantine, differences from the broker, accounts that cannot
--   trade, and open alerts that none of these already tells. `kind` names the sentence, `detail` its figures.
-- Caller: web. Reads only (row-level security narrows it).
create or replace function fn.attention_read(p_now timestamptz)
returns table (severity text, kind text, detail jsonb, entity text, entity_id uuid, at timestamptz)
language sql stable
as $$
  select a.* from (
    select 'CRITICAL', 'UNPROTECTED', jsonb_build_object('symbol', i.symbol, 'account', b.name, 'code', t.unprotected_reason),
      'trade', t.id, t.unprotected_at
    from public.trades t join public.instruments i on i.id = t.instrument_id join public.user_brokers b on b.id = t.user_broker_id
    where t.user_id = fn.actor() and t.status in ('OPEN', 'EXITING') and t.unprotected_at is not null
    union all
    select 'CRITICAL', 'EXIT_' || x.status, jsonb_build_object('symbol', i.symbol, 'account', b.name, 'reason', x.exit_reason,
      'code', x.code), 'trade', t.id, x.ended_at
    from public.trades t join public.instruments i on i.id = t.instrument_id join public.user_brokers b on b.id = t.user_broker_id
    cross join lateral (select e.* from public.exit_intents e where e.trade_id = t.id order by e.created_at desc limit 1) x
    where t.user_id = fn.actor() and t.status in ('OPEN', 'EXITING') and x.status in ('REJECTED', 'FAILED')
    union all
    select 'WARN', 'ORDER_UNKNOWN', jsonb_build_object('symbol', i.symbol, 'account', b.name, 'asked', o.ask_count),
      'order', o.id, o.unknown_at
    from public.orders o join public.instruments i on i.id = o.instrument_id join public.user_brokers b on b.id = o.user_broker_id
    where o.user_id = fn.actor() and o.status = 'UNKNOWN'
    union all
    select 'CRITICAL', 'QUARANTINE', jsonb_build_object('entity', q.entity, 'error', q.error), q.entity, q.entity_id, q.put_at
    from public.quarantine q where q.user_id = fn.actor() and q.resolved_at is null
    union all
    select 'CRITICAL', 'DISCREPANCY', jsonb_build_object('account', b.name, 'symbol', i.symbol, 'code', d.code), 'account', b.id, d.found_at
    from public.discrepancies d join public.user_brokers b on b.id = d.user_broker_id
    left join public.instruments i on i.id = d.instrument_id
    where d.user_id = fn.actor() and d.resolved_at is null
    union all
    select case when r.kind = 'NOT_RECONCILED' then 'WARN' else 'CRITICAL' end, r.kind,
      jsonb_build_object('account', b.name, 'reason', b.frozen_reason), 'account', b.id, coalesce(b.frozen_at, b.created_at)
    from public.user_brokers b cross join lateral (
      select 'NOT_RECONCILED' as kind where b.reconciled_at is null
      union all select b.connection where b.connection <> 'CONNECTED'
      union all select 'FROZEN' where b.frozen_at is not null) r
    where b.user_id = fn.actor() and b.role = 'EXEC' and b.status = 'ACTIVE'
    union all
    select 'WARN', s.state, jsonb_build_object('scope', s.scope, 'reason', s.reason, 'own', s.set_by = fn.actor(),
      'account', (select b.name from public.user_brokers b where b.id = s.user_broker_id)), 'switch', s.id, s.set_at
    from public.switches s where s.user_id = fn.actor() and s.state <> 'OFF'
    union all
    select l.severity, 'ALERT', jsonb_build_object('text', l.text, 'repeated', l.repeated), coalesce(l.entity, 'alert'),
      l.entity_id, l.raised_at
    from public.alerts l
    where l.user_id = fn.actor() and l.cleared_at is null and l.severity <> 'INFO' and l.raised_at > p_now - interval '24 hours'
      and l.code not in ('UNPROTECTED', 'EXIT_FAILED', 'HALT', 'FLATTEN')
      and not exists (select from public.quarantine q where q.entity_id = l.entity_id and q.resolved_at is null)
  ) a (severity, kind, detail, entity, entity_id, at)
  order by case a.severity when 'CRITICAL' then 1 else 2 end, a.at desc limit 50
$$;

grant execute on function fn.attention_read(timestamptz) to lockstep_web;

reset role;
