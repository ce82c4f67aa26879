-- Prices, and what happened: quotes, candles, event log, alerts, leases, heartbeats, reconciliation.

create table public.quotes (
  instrument_id uuid primary key references public.instruments (id),
  bid price,
  ask price,
  last price not null,
  source_time timestamptz not null,
  recorded_at timestamptz not null,
  changed_at timestamptz not null,
  provider text not null default 'SIMULATED',
  simulated boolean not null default true,
  lease_epoch bigint not null default 0,
  tick_count bigint not null default 0,
  constraint bid_is_not_above_ask check (bid <= ask)
) with (fillfactor = 40); -- four updates a second per symbol stay on their page

create table public.candles (
  instrument_id uuid not null,
  timeframe text not null constraint timeframe_is_known check (timeframe in ('1m', '5m', '15m', '1h', '4h', '1d')),
  opens_at timestamptz not null,
  open price not null,
  high price not null,
  low price not null,
  close price not null,
  volume quantity not null default 0,
  complete boolean not null default false,
  primary key (instrument_id, timeframe, opens_at),
  constraint candle_range_holds_its_prices check (low <= least(open, close) and high >= greatest(open, close))
) partition by range (opens_at);
create table public.candles_default partition of public.candles default;
-- What a worker resumes when it takes a symbol over.
create index candles_in_the_making on public.candles (instrument_id) where not complete;

create table public.tick_rejects (
  instrument_id uuid not null,
  reason text not null,
  minute timestamptz not null,
  count bigint not null,
  example jsonb,
  primary key (instrument_id, reason, minute)
);

create table public.matrix_scores (
  instrument_id uuid not null references public.instruments (id),
  timeframe text not null,
  opens_at timestamptz not null,
  inputs jsonb not null,
  score numeric(12, 8) not null,
  action text not null constraint matrix_action_is_known check (action in ('BUY', 'SELL', 'HOLD')),
  primary key (instrument_id, timeframe, opens_at)
);

create table public.provider_health (
  provider text primary key,
  state text not null,
  latency_ms int,
  errors bigint not null default 0,
  budget_left int,
  updated_at timestamptz not null
);

-- events -------------------------------------------------------------------------------------------

-- Readers take rows only below the oldest running transaction (fn.events_after): ids alone lose late commits.
create table public.event_log (
  id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  user_id uuid,
  topic text not null,
  entity text not null,
  entity_id uuid,
  data jsonb not null default '{}',
  at timestamptz not null,
  primary key (at, id)
) partition by range (at);
create table public.event_log_default partition of public.event_log default;
create index event_log_cursor on public.event_log (xid, id);
create index event_log_by_entity on public.event_log (entity_id, id);

create table public.alerts (
  id uuid primary key default uuidv7(),
  user_id uuid references public.users (id),
  severity text not null constraint severity_is_known check (severity in ('INFO', 'WARN', 'CRITICAL')),
  code text not null,
  text text not null,
  entity text,
  entity_id uuid,
  key text,
  raised_at timestamptz not null,
  repeated int not null default 0,
  cleared_at timestamptz
);
create unique index one_open_alert_per_key on public.alerts (key) where key is not null and cleared_at is null;
create index alerts_by_user on public.alerts (user_id, raised_at desc);

create table public.notifications (
  id uuid primary key default uuidv7(),
  user_id uuid not null references public.users (id),
  alert_id uuid references public.alerts (id),
  channel_id uuid references public.notification_channels (id),
  status text not null default 'PENDING' constraint notification_status_is_known check (status in ('PENDING', 'SENT', 'FAILED')),
  created_at timestamptz not null default now()
);

create table public.leases (
  name text primary key,
  holder text not null,
  epoch bigint not null,
  expires_at timestamptz not null
);

create table public.worker_heartbeats (
  worker text primary key,
  roles text[] not null,
  pid int not null,
  host text not null,
  started_at timestamptz not null,
  beat_at timestamptz not null,
  stopped_at timestamptz,
  detail jsonb not null default '{}'
);

create table public.replay_runs (
  id uuid primary key default uuidv7(),
  user_id uuid references public.users (id),
  settings jsonb not null,
  report jsonb,
  digest text,
  started_at timestamptz not null,
  finished_at timestamptz
);

-- reconcile ----------------------------------------------------------------------------------------

create table public.reconciliation_runs (
  id uuid primary key default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  outcome text constraint run_outcome_is_known check (outcome in ('AGREED', 'DIFFERED', 'FAILED')),
  detail jsonb not null default '{}',
  constraint run_of_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id)
);
create index reconciliation_runs_by_account on public.reconciliation_runs (user_broker_id, started_at desc);

create table public.discrepancies (
  id uuid primary key default uuidv7(),
  run_id uuid not null references public.reconciliation_runs (id),
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid references public.instruments (id),
  code text not null constraint discrepancy_is_known check (code in ('QTY_MISMATCH', 'UNKNOWN_POSITION', 'MISSING_POSITION', 'EXTERNAL_CLOSE', 'EXTERNAL_ORDER', 'PRICE_MISMATCH', 'CASH_MISMATCH', 'ORPHAN_ORDER')),
  ours jsonb not null default '{}',
  theirs jsonb not null default '{}',
  repair jsonb,
  found_at timestamptz not null,
  resolved_at timestamptz,
  resolution text,
  constraint discrepancy_of_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id)
);
create unique index one_open_discrepancy on public.discrepancies (user_broker_id, code, instrument_id) nulls not distinct where resolved_at is null;

create table public.quarantine (
  id uuid primary key default uuidv7(),
  user_id uuid references public.users (id),
  entity text not null,
  entity_id uuid not null,
  code text not null,
  error text not null,
  history jsonb not null default '[]',
  put_at timestamptz not null,
  resolved_at timestamptz,
  resolution text
);
create unique index one_open_quarantine_per_entity on public.quarantine (entity, entity_id) where resolved_at is null;
