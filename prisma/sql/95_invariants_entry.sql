-- Invariants of stages 1 to 3: one row per violation (name, entity, id, detail); empty is healthy.
-- What a unique key already refuses is asked again here: a dropped key must not go unnoticed.

set local role lockstep_reconcile;

-- Signals and deliveries. Caller: fn.invariants. Reads only.
create or replace function fn.invariants_signals()
returns table (name text, entity text, id text, detail text)
language sql stable security definer set search_path = ''
as $$
  select 'one_signal_per_key', 'signals', min(s.id::text), s.dedupe_key
  from public.signals s group by s.dedupe_key having count(*) > 1
  union all
  select 'one_delivery_per_account', 'signal_deliveries', min(d.id::text), d.signal_id::text
  from public.signal_deliveries d group by d.signal_id, d.user_broker_id having count(*) > 1
  union all
  select 'only_published_signals_are_delivered', 'signal_deliveries', d.id::text, s.status
  from public.signal_deliveries d join public.signals s on s.id = d.signal_id
  where s.published_at is null or s.action not in ('ENTRY', 'ADD')
  union all
  select 'fan_out_is_complete', 'signals', s.id::text, s.expected_deliveries || ' expected, ' || count(d.id) || ' there'
  from public.signals s left join public.signal_deliveries d on d.signal_id = s.id
  where s.fanned_out_at is not null
  group by s.id, s.expected_deliveries having count(d.id) <> s.expected_deliveries
  union all
  select 'fan_out_is_soon', 'signals', s.id::text, s.recorded_at::text
  from public.signals s
  where s.status = 'PUBLISHED' and s.action in ('ENTRY', 'ADD') and s.fanned_out_at is null
    and s.recorded_at < fn.clock() - interval '60 seconds'
  union all
  select 'exit_alert_is_applied_soon', 'signals', s.id::text, s.recorded_at::text
  from public.signals s
  where s.status = 'PUBLISHED' and s.action in ('EXIT', 'CANCEL') and s.applied_at is null
    and s.recorded_at < fn.clock() - interval '60 seconds'
  union all
  select 'delivery_is_of_its_tenant', 'signal_deliveries', d.id::text, ''
  from public.signal_deliveries d join public.user_brokers b on b.id = d.user_broker_id
  where b.user_id <> d.user_id
$$;

-- Intents. Caller: fn.invariants. Reads only.
create or replace function fn.invariants_intents()
returns table (name text, entity text, id text, detail text)
language sql stable security definer set search_path = ''
as $$
  select 'one_intent_per_delivery', 'trade_intents', min(i.id::text), i.signal_delivery_id::text
  from public.trade_intents i group by i.signal_delivery_id having count(*) > 1
  union all
  select 'decided_delivery_has_its_intent', 'signal_deliveries', d.id::text, ''
  from public.signal_deliveries d left join public.trade_intents i on i.signal_delivery_id = d.id
  where d.status = 'DECIDED' and i.id is null
  union all
  select 'approved_intent_has_its_trade', 'trade_intents', i.id::text, i.status
  from public.trade_intents i left join public.trades t on t.trade_intent_id = i.id
  where i.status in ('APPROVED', 'EXECUTED') and t.id is null
  union all
  select 'refused_intent_has_no_trade', 'trade_intents', i.id::text, i.reason_code
  from public.trade_intents i join public.trades t on t.trade_intent_id = i.id
  where i.status in ('PENDING', 'REJECTED')
  union all
  select 'executed_intent_has_a_fill', 'trade_intents', i.id::text, ''
  from public.trade_intents i join public.trades t on t.trade_intent_id = i.id
  where i.status = 'EXECUTED' and t.entry_qty = 0
  union all
  select 'filled_intent_is_executed', 'trade_intents', i.id::text, i.status
  from public.trade_intents i join public.trades t on t.trade_intent_id = i.id
  where i.status <> 'EXECUTED' and t.entry_qty > 0
  union all
  select 'intent_is_decided_soon', 'trade_intents', i.id::text, i.created_at::text
  from public.trade_intents i where i.status = 'PENDING' and i.created_at < fn.clock() - interval '60 seconds'
  union all
  select 'delivery_is_decided_soon', 'signal_deliveries', d.id::text, d.created_at::text
  from public.signal_deliveries d
  where d.status = 'PENDING' and d.decided_at is null and d.expires_at < fn.clock() - interval '60 seconds'
$$;

reset role;
