-- Ground: schemas, number domains, who there is (identity) and how things are set up (config).
-- Keys are uuidv7; rows of a user carry user_id, and references to them are composite, so that the
-- schema itself forbids pointing at another tenant's row.

create schema if not exists fn;

-- NaN sorts above infinity in PostgreSQL, so one comparison excludes both.
create domain public.price as numeric(28, 12) constraint price_is_a_number check (value < 'Infinity');
create domain public.quantity as numeric(28, 12) constraint quantity_is_not_negative check (value >= 0 and value < 'Infinity');
create domain public.signed_quantity as numeric(28, 12) constraint signed_quantity_is_a_number check (value < 'Infinity');
create domain public.amount as numeric(28, 8) constraint amount_is_a_number check (value < 'Infinity');

-- A settable clock for tests and replays: only sessions opened with lockstep.test_clock=on read it.
create table public.test_clock (
  only_row boolean primary key default true constraint one_clock check (only_row),
  now_at timestamptz not null
);

create table public.platform_settings (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);

-- identity -----------------------------------------------------------------------------------------

create table public.users (
  id uuid primary key default uuidv7(),
  email text not null constraint email_looks_like_one check (email = lower(email) and email like '%_@_%'),
  display_name text not null,
  role text not null default 'user' constraint role_is_known check (role in ('user', 'researcher', 'admin')),
  status text not null default 'ACTIVE' constraint user_status_is_known check (status in ('ACTIVE', 'DISABLED')),
  time_zone text not null default 'UTC',
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  constraint one_user_per_email unique (email),
  constraint disabled_user_has_a_time check ((status = 'DISABLED') = (disabled_at is not null))
);

create table public.user_secrets (
  user_id uuid primary key references public.users (id),
  password_hash text not null,
  totp_secret text,
  recovery_codes jsonb not null default '[]',
  updated_at timestamptz not null default now()
);

create table public.user_sessions (
  id uuid primary key default uuidv7(),
  token_hash bytea not null constraint one_session_per_token unique,
  user_id uuid not null references public.users (id),
  role text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_reason text,
  user_agent text,
  address inet
);
create index user_sessions_by_user on public.user_sessions (user_id, created_at desc);

create table public.login_attempts (
  id bigint generated always as identity primary key,
  email text not null,
  address inet,
  succeeded boolean not null default false,
  attempted_at timestamptz not null
);
create index login_attempts_by_email on public.login_attempts (email, attempted_at desc);
create index login_attempts_by_address on public.login_attempts (address, attempted_at desc);

create table public.invitations (
  id uuid primary key default uuidv7(),
  email text not null,
  role text not null constraint invited_role_is_known check (role in ('user', 'researcher', 'admin')),
  token_hash bytea not null unique,
  invited_by uuid not null references public.users (id),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz
);

create table public.api_tokens (
  id uuid primary key default uuidv7(),
  user_id uuid not null references public.users (id),
  name text not null,
  token_hash bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table public.idempotency_keys (
  user_id uuid not null references public.users (id),
  key text not null,
  fingerprint bytea not null,
  response jsonb,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);

create table public.audit_log (
  seq bigint primary key,
  at timestamptz not null,
  actor_user_id uuid references public.users (id),
  act text not null,
  entity text not null,
  entity_id uuid,
  detail jsonb not null default '{}',
  prev_hash bytea,
  hash bytea not null
);

-- config -------------------------------------------------------------------------------------------

create table public.markets (
  code text primary key,
  name text not null,
  time_zone text not null,
  always_open boolean not null default false,
  calendar_until date
);

create table public.market_days (
  market text not null references public.markets (code),
  day date not null,
  kind text not null constraint day_kind_is_known check (kind in ('REGULAR', 'EARLY_CLOSE', 'SPECIAL')),
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  primary key (market, day),
  constraint session_has_a_length check (closes_at > opens_at)
);
create index market_days_by_time on public.market_days (market, closes_at);

create table public.instruments (
  id uuid primary key default uuidv7(),
  symbol text not null constraint symbol_is_upper_case check (symbol = upper(symbol) and length(symbol) between 1 and 40),
  market text not null references public.markets (code),
  asset_class text not null constraint asset_class_is_known check (asset_class in ('EQUITY', 'OPTION', 'CRYPTO')),
  currency text not null constraint currency_is_iso check (currency ~ '^[A-Z]{3,5}$'),
  tick_size price not null constraint tick_size_is_positive check (tick_size > 0),
  lot_size quantity not null constraint lot_size_is_positive check (lot_size > 0),
  multiplier quantity not null default 1 constraint multiplier_is_positive check (multiplier > 0),
  underlying_id uuid references public.instruments (id),
  expires_on date,
  strike price,
  option_right text constraint option_right_is_known check (option_right in ('CALL', 'PUT')),
  allows_negative boolean not null default false,
  simulated boolean not null default false,
  status text not null default 'ACTIVE' constraint instrument_status_is_known check (status in ('ACTIVE', 'FROZEN', 'DELISTED')),
  created_at timestamptz not null default now(),
  constraint one_instrument_per_symbol unique (symbol),
  constraint option_is_complete check (asset_class <> 'OPTION' or (underlying_id is not null and expires_on is not null and strike is not null and option_right is not null))
);

create table public.strategies (
  id uuid primary key default uuidv7(),
  user_id uuid not null references public.users (id),
  name text not null constraint strategy_has_a_name check (length(name) between 1 and 80),
  kind text not null default 'WEBHOOK' constraint strategy_kind_is_known check (kind in ('WEBHOOK', 'CONFLUENCE', 'MATRIX')),
  visibility text not null default 'PRIVATE' constraint visibility_is_known check (visibility in ('PRIVATE', 'SHARED')),
  sides text not null default 'LONG' constraint sides_are_known check (sides in ('LONG', 'SHORT', 'BOTH')),
  status text not null default 'ACTIVE' constraint strategy_status_is_known check (status in ('ACTIVE', 'PAUSED', 'ARCHIVED')),
  max_lag_seconds int not null default 300 constraint max_lag_is_sane check (max_lag_seconds between 1 and 86400),
  signal_ttl_seconds int not null default 120 constraint signal_ttl_is_sane check (signal_ttl_seconds between 1 and 86400),
  entry_rearm_seconds int not null default 0 constraint rearm_is_sane check (entry_rearm_seconds between 0 and 86400),
  allowed_symbols text[],
  utility_gate boolean not null default false,
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint strategies_tenant_key unique (id, user_id),
  constraint one_strategy_per_name unique (user_id, name)
);

create table public.webhook_sources (
  id uuid primary key default uuidv7(),
  strategy_id uuid not null,
  user_id uuid not null,
  name text not null,
  status text not null default 'ACTIVE' constraint source_status_is_known check (status in ('ACTIVE', 'DISABLED')),
  body_secret_hash bytea,
  hmac_key bytea,
  allowed_addresses inet[],
  client_subject text,
  max_lag_seconds int,
  entries_per_minute int not null default 3000 constraint entries_per_minute_is_positive check (entries_per_minute > 0),
  entries_burst int not null default 1000 constraint entries_burst_is_positive check (entries_burst > 0),
  created_at timestamptz not null default now(),
  constraint webhook_source_of_own_strategy foreign key (strategy_id, user_id) references public.strategies (id, user_id),
  constraint webhook_sources_tenant_key unique (id, user_id)
);

create table public.webhook_tokens (
  id uuid primary key default uuidv7(),
  source_id uuid not null,
  user_id uuid not null,
  token_hash bytea not null constraint one_source_per_token unique,
  created_at timestamptz not null default now(),
  valid_until timestamptz,
  disabled_at timestamptz,
  constraint token_of_own_source foreign key (source_id, user_id) references public.webhook_sources (id, user_id)
);

create sequence public.account_ordinal;
create table public.user_brokers (
  id uuid primary key default uuidv7(),
  user_id uuid not null references public.users (id),
  ordinal bigint not null default nextval('public.account_ordinal') unique,
  name text not null,
  broker text not null default 'PAPER' constraint broker_is_known check (broker in ('PAPER', 'ALPACA', 'ZERODHA', 'CCXT')),
  role text not null default 'EXEC' constraint broker_role_is_known check (role in ('EXEC', 'DATA')),
  environment text not null default 'PAPER' constraint environment_is_known check (environment in ('PAPER', 'LIVE')),
  status text not null default 'ACTIVE' constraint account_status_is_known check (status in ('ACTIVE', 'DISABLED')),
  connection text not null default 'CONNECTED' constraint connection_is_known check (connection in ('CONNECTED', 'DISCONNECTED', 'SESSION_EXPIRED')),
  currency text not null default 'USD' constraint account_currency_is_iso check (currency ~ '^[A-Z]{3,5}$'),
  home_market text not null default 'CRYPTO' references public.markets (code),
  capital amount not null default 100000 constraint capital_is_positive check (capital > 0),
  hold_symbols text[] not null default '{}',
  maker_bps numeric(12, 6) not null default 0,
  taker_bps numeric(12, 6) not null default 0,
  fee_per_share amount not null default 0,
  fee_per_contract amount not null default 0,
  fee_minimum amount not null default 0,
  frozen_at timestamptz,
  frozen_reason text,
  disabled_at timestamptz,
  reconciled_at timestamptz,
  live_confirmed_at timestamptz,
  created_at timestamptz not null default now(),
  constraint user_brokers_tenant_key unique (id, user_id),
  constraint one_account_per_name unique (user_id, name),
  constraint paper_broker_is_paper check (broker <> 'PAPER' or environment = 'PAPER'),
  constraint disabled_account_has_a_time check ((status = 'DISABLED') = (disabled_at is not null)),
  constraint frozen_account_has_a_reason check ((frozen_at is null) = (frozen_reason is null))
);

create table public.broker_credentials (
  id uuid primary key default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  sealed bytea not null,
  key_id text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  constraint credentials_of_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id)
);

create table public.subscriptions (
  id uuid primary key default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  strategy_id uuid not null references public.strategies (id),
  status text not null default 'ACTIVE' constraint subscription_status_is_known check (status in ('ACTIVE', 'PAUSED')),
  sizing_mode text not null default 'FIXED_NOTIONAL' constraint sizing_mode_is_known check (sizing_mode in ('FIXED_QTY', 'FIXED_NOTIONAL', 'PERCENT_OF_CAPITAL', 'RISK_PERCENT', 'SIGNAL_QTY')),
  sizing_value numeric(28, 12) not null default 1000 constraint sizing_value_is_positive check (sizing_value > 0 and sizing_value < 'Infinity'),
  direction text not null default 'BOTH' constraint subscription_direction_is_known check (direction in ('LONG', 'SHORT', 'BOTH')),
  rebuys boolean not null default false,
  entry_order_type text not null default 'MARKET' constraint entry_order_type_is_known check (entry_order_type in ('MARKET', 'LIMIT')),
  entry_offset_bps numeric(12, 6) not null default 1,
  entry_ttl_seconds int not null default 300 constraint entry_ttl_is_positive check (entry_ttl_seconds > 0),
  entry_reprices int not null default 3 constraint entry_reprices_are_bounded check (entry_reprices between 0 and 20),
  entry_after_reprices text not null default 'CANCEL' constraint entry_after_reprices_is_known check (entry_after_reprices in ('MARKET', 'CANCEL', 'LEAVE')),
  exit_offset_bps numeric(12, 6) not null default 1,
  created_at timestamptz not null default now(),
  constraint subscription_of_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id),
  constraint one_subscription_per_account unique (user_broker_id, strategy_id),
  constraint subscriptions_tenant_key unique (id, user_id)
);
create index subscriptions_by_strategy on public.subscriptions (strategy_id) where status = 'ACTIVE';

-- Layered: ASSET_CLASS (the defaults) → STRATEGY → SUBSCRIPTION → TRADE; rules hold only what the layer sets.
create table public.exit_rules (
  id uuid primary key default uuidv7(),
  layer text not null constraint exit_layer_is_known check (layer in ('ASSET_CLASS', 'STRATEGY', 'SUBSCRIPTION', 'TRADE')),
  user_id uuid references public.users (id),
  asset_class text,
  strategy_id uuid references public.strategies (id),
  subscription_id uuid references public.subscriptions (id),
  trade_id uuid,
  rules jsonb not null constraint rules_are_an_object check (jsonb_typeof(rules) = 'object'),
  updated_at timestamptz not null default now(),
  updated_by uuid references public.users (id),
  constraint one_rule_set_per_place unique nulls not distinct (layer, asset_class, strategy_id, subscription_id, trade_id),
  constraint layer_names_its_place check (
    (asset_class is not null) = (layer = 'ASSET_CLASS') and (strategy_id is not null) = (layer = 'STRATEGY')
    and (subscription_id is not null) = (layer = 'SUBSCRIPTION') and (trade_id is not null) = (layer = 'TRADE'))
);

create table public.risk_limits (
  id uuid primary key default uuidv7(),
  layer text not null constraint limit_layer_is_known check (layer in ('GLOBAL', 'USER', 'ACCOUNT', 'SUBSCRIPTION')),
  user_id uuid references public.users (id),
  user_broker_id uuid references public.user_brokers (id),
  subscription_id uuid references public.subscriptions (id),
  code text not null,
  -- What is summed against it.
  scope text not null default 'ACCOUNT' constraint limit_scope_is_known check (scope in ('ORDER', 'POSITION', 'SYMBOL', 'ACCOUNT', 'USER')),
  currency text,
  asset_class text constraint limit_asset_class_is_known check (asset_class in ('EQUITY', 'OPTION', 'CRYPTO')),
  value numeric(28, 12) not null constraint limit_is_a_number check (value >= 0 and value < 'Infinity'),
  updated_at timestamptz not null default now(),
  updated_by uuid references public.users (id),
  constraint one_limit_per_place unique nulls not distinct (layer, user_id, user_broker_id, subscription_id, code, scope, currency, asset_class),
  constraint limit_names_its_place check (
    (user_id is not null) = (layer <> 'GLOBAL') and (user_broker_id is not null) = (layer = 'ACCOUNT')
    and (subscription_id is not null) = (layer = 'SUBSCRIPTION'))
);

create table public.feature_flags (
  name text primary key,
  enabled boolean not null default false,
  detail jsonb not null default '{}',
  updated_at timestamptz not null default now(),
  updated_by uuid references public.users (id)
);

-- One row per scope always exists: decisions and claims lock it `for share`.
create table public.switches (
  id uuid primary key default uuidv7(),
  scope text not null constraint switch_scope_is_known check (scope in ('PLATFORM', 'USER', 'ACCOUNT')),
  user_id uuid references public.users (id),
  user_broker_id uuid references public.user_brokers (id),
  state text not null default 'OFF' constraint switch_state_is_known check (state in ('OFF', 'HALT', 'FLATTEN')),
  reason text,
  set_by uuid references public.users (id),
  set_at timestamptz,
  constraint one_switch_per_scope unique nulls not distinct (scope, user_id, user_broker_id),
  constraint switch_names_its_scope check ((user_id is not null) = (scope <> 'PLATFORM') and (user_broker_id is not null) = (scope = 'ACCOUNT')),
  constraint switch_on_says_why check (state = 'OFF' or (reason is not null and set_at is not null))
);
create index switches_thrown on public.switches (scope) where state <> 'OFF';

create table public.notification_channels (
  id uuid primary key default uuidv7(),
  user_id uuid not null references public.users (id),
  kind text not null,
  target text not null,
  events text[] not null default '{}',
  created_at timestamptz not null default now()
);
