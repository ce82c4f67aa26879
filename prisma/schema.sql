-- Generated from the catalog by `npm run schema:dump`; a test compares. Do not edit.

-- domains

create domain public.amount as numeric(28,8)
  constraint amount_is_a_number CHECK ((VALUE < 'Infinity'::numeric));
create domain public.price as numeric(28,12)
  constraint price_is_a_number CHECK ((VALUE < 'Infinity'::numeric));
create domain public.quantity as numeric(28,12)
  constraint quantity_is_not_negative CHECK (((VALUE >= (0)::numeric) AND (VALUE < 'Infinity'::numeric)));
create domain public.signed_quantity as numeric(28,12)
  constraint signed_quantity_is_a_number CHECK ((VALUE < 'Infinity'::numeric));

-- tables

create table paper.accounts (
  id uuid not null,
  currency text not null,
  opening_cash numeric(28,8) not null,
  cash numeric(28,8) not null,
  leverage numeric(12,6) not null default 1,
  maker_bps numeric(12,6) not null default 0,
  taker_bps numeric(12,6) not null default 0,
  fee_per_share numeric(28,8) not null default 0,
  fee_per_contract numeric(28,8) not null default 0,
  fee_minimum numeric(28,8) not null default 0,
  opened_at timestamp with time zone not null,
  constraint accounts_pkey PRIMARY KEY (id),
  constraint cash_is_a_number CHECK (((cash < 'Infinity'::numeric) AND (cash > '-Infinity'::numeric))),
  constraint fees_are_not_negative CHECK (((maker_bps >= (0)::numeric) AND (taker_bps >= (0)::numeric) AND (fee_per_share >= (0)::numeric) AND (fee_per_contract >= (0)::numeric) AND (fee_minimum >= (0)::numeric) AND ((maker_bps + taker_bps) < (10000)::numeric))),
  constraint leverage_is_sane CHECK (((leverage >= (1)::numeric) AND (leverage <= (100)::numeric))),
  constraint opening_cash_is_a_number CHECK (((opening_cash >= (0)::numeric) AND (opening_cash < 'Infinity'::numeric)))
);
create table paper.cash_ledger (
  id bigint not null generated always as identity,
  account_id uuid not null,
  kind text not null,
  amount numeric(28,8) not null,
  fill_id bigint,
  at timestamp with time zone not null,
  constraint one_movement_per_fill_and_kind UNIQUE (fill_id, kind),
  constraint cash_ledger_pkey PRIMARY KEY (id),
  constraint cash_ledger_account_id_fkey FOREIGN KEY (account_id) REFERENCES paper.accounts(id),
  constraint cash_ledger_fill_id_fkey FOREIGN KEY (fill_id) REFERENCES paper.fills(id),
  constraint ledger_kind_is_known CHECK ((kind = ANY (ARRAY['OPENING'::text, 'FILL'::text, 'FEE'::text]))),
  constraint movement_of_a_fill_names_it CHECK (((kind = 'OPENING'::text) = (fill_id IS NULL)))
);
create table paper.fills (
  id bigint not null generated always as identity,
  account_id uuid not null,
  order_id bigint not null,
  n integer not null,
  fill_id text not null,
  qty numeric(28,12) not null,
  price numeric(28,12) not null,
  fee numeric(28,8) not null,
  quote jsonb not null,
  matched_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  constraint one_paper_fill_per_id UNIQUE (account_id, fill_id),
  constraint one_paper_fill_per_number UNIQUE (order_id, n),
  constraint fills_pkey PRIMARY KEY (id),
  constraint fills_account_id_fkey FOREIGN KEY (account_id) REFERENCES paper.accounts(id),
  constraint fills_order_id_fkey FOREIGN KEY (order_id) REFERENCES paper.orders(id),
  constraint paper_fee_is_not_negative CHECK (((fee >= (0)::numeric) AND (fee < 'Infinity'::numeric))),
  constraint paper_fill_price_is_a_number CHECK (((price < 'Infinity'::numeric) AND (price > '-Infinity'::numeric))),
  constraint paper_fill_qty_is_positive CHECK (((qty > (0)::numeric) AND (qty < 'Infinity'::numeric)))
);
create table paper.knobs (
  only_row boolean not null default true,
  seed text not null default '1'::text,
  latency_min_ms integer not null default 20,
  latency_max_ms integer not null default 80,
  slippage_bps numeric(12,6) not null default 1,
  partial_probability numeric(9,6) not null default 0.10,
  reject_probability numeric(9,6) not null default 0,
  quote_max_age_ms integer not null default 5000,
  constraint knobs_pkey PRIMARY KEY (only_row),
  constraint latency_is_a_range CHECK (((latency_min_ms >= 0) AND (latency_max_ms >= latency_min_ms))),
  constraint one_row_of_knobs CHECK (only_row),
  constraint partial_is_a_probability CHECK (((partial_probability >= (0)::numeric) AND (partial_probability <= (1)::numeric))),
  constraint quote_max_age_is_not_negative CHECK ((quote_max_age_ms >= 0)),
  constraint reject_is_a_probability CHECK (((reject_probability >= (0)::numeric) AND (reject_probability <= (1)::numeric))),
  constraint slippage_is_not_negative CHECK (((slippage_bps >= (0)::numeric) AND (slippage_bps < (10000)::numeric)))
);
create table paper.news (
  id bigint not null generated always as identity,
  account_id uuid not null,
  order_id bigint not null,
  fill_id bigint,
  at timestamp with time zone not null,
  leased_until timestamp with time zone,
  told_at timestamp with time zone,
  constraint news_pkey PRIMARY KEY (id),
  constraint news_account_id_fkey FOREIGN KEY (account_id) REFERENCES paper.accounts(id),
  constraint news_fill_id_fkey FOREIGN KEY (fill_id) REFERENCES paper.fills(id),
  constraint news_order_id_fkey FOREIGN KEY (order_id) REFERENCES paper.orders(id)
);
create table paper.orders (
  id bigint not null generated always as identity,
  account_id uuid not null,
  client_order_id text not null,
  instrument_id uuid not null,
  symbol text not null,
  asset_class text not null,
  market text,
  side text not null,
  type text not null,
  time_in_force text not null,
  qty numeric(28,12) not null,
  limit_price numeric(28,12),
  stop_price numeric(28,12),
  seed_key text not null,
  tick_size numeric(28,12) not null default 0.01,
  lot_size numeric(28,12) not null default 1,
  multiplier numeric(28,12) not null default 1,
  status text not null,
  matched_qty numeric(28,12) not null default 0,
  filled_qty numeric(28,12) not null default 0,
  filled_value numeric(40,20) not null default 0,
  fee_accrued numeric(40,20) not null default 0,
  fee_charged numeric(28,8) not null default 0,
  matches integer not null default 0,
  reserved numeric(28,8) not null default 0,
  triggered_at timestamp with time zone,
  reject_code text,
  reject_text text,
  submitted_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  constraint one_paper_order_per_client_order_id UNIQUE (account_id, client_order_id),
  constraint orders_pkey PRIMARY KEY (id),
  constraint orders_account_id_fkey FOREIGN KEY (account_id) REFERENCES paper.accounts(id),
  constraint client_order_id_has_a_length CHECK (((length(client_order_id) >= 1) AND (length(client_order_id) <= 128))),
  constraint filled_within_matched_within_qty CHECK ((((0)::numeric <= filled_qty) AND (filled_qty <= matched_qty) AND (matched_qty <= qty))),
  constraint paper_asset_class_is_known CHECK ((asset_class = ANY (ARRAY['EQUITY'::text, 'OPTION'::text, 'CRYPTO'::text]))),
  constraint paper_qty_is_positive CHECK (((qty > (0)::numeric) AND (qty < 'Infinity'::numeric))),
  constraint paper_side_is_known CHECK ((side = ANY (ARRAY['BUY'::text, 'SELL'::text]))),
  constraint paper_state_agrees_with_quantity CHECK (
CASE status
    WHEN 'PLACED'::text THEN (filled_qty = (0)::numeric)
    WHEN 'PARTIALLY_FILLED'::text THEN ((filled_qty > (0)::numeric) AND (filled_qty < qty))
    WHEN 'FILLED'::text THEN (filled_qty = qty)
    WHEN 'REJECTED'::text THEN (matched_qty = (0)::numeric)
    ELSE ((filled_qty < qty) AND (matched_qty = filled_qty))
END),
  constraint paper_status_is_known CHECK ((status = ANY (ARRAY['PLACED'::text, 'PARTIALLY_FILLED'::text, 'FILLED'::text, 'CANCELLED'::text, 'EXPIRED'::text, 'REJECTED'::text]))),
  constraint paper_time_in_force_is_known CHECK ((time_in_force = ANY (ARRAY['DAY'::text, 'GTC'::text, 'IOC'::text]))),
  constraint paper_type_is_known CHECK ((type = ANY (ARRAY['MARKET'::text, 'LIMIT'::text, 'STOP'::text]))),
  constraint prices_fit_the_type CHECK ((((limit_price IS NOT NULL) = (type = 'LIMIT'::text)) AND ((stop_price IS NOT NULL) = (type = 'STOP'::text)))),
  constraint rejected_says_why CHECK ((((status = 'REJECTED'::text) = (reject_code IS NOT NULL)) AND ((reject_code IS NULL) = (reject_text IS NULL)))),
  constraint reserved_is_not_negative CHECK (((reserved >= (0)::numeric) AND (reserved < 'Infinity'::numeric)))
);
create table paper.positions (
  account_id uuid not null,
  instrument_id uuid not null,
  symbol text not null,
  qty numeric(28,12) not null default 0,
  cost numeric(28,8) not null default 0,
  realized numeric(28,8) not null default 0,
  fees numeric(28,8) not null default 0,
  updated_at timestamp with time zone not null,
  constraint positions_pkey PRIMARY KEY (account_id, instrument_id),
  constraint positions_account_id_fkey FOREIGN KEY (account_id) REFERENCES paper.accounts(id),
  constraint flat_has_no_cost CHECK (((qty <> (0)::numeric) OR (cost = (0)::numeric)))
);
create table public._prisma_migrations (
  id character varying(36) not null,
  checksum character varying(64) not null,
  finished_at timestamp with time zone,
  migration_name character varying(255) not null,
  logs text,
  rolled_back_at timestamp with time zone,
  started_at timestamp with time zone not null default now(),
  applied_steps_count integer not null default 0,
  constraint _prisma_migrations_pkey PRIMARY KEY (id)
);
create table public.account_days (
  user_broker_id uuid not null,
  day date not null,
  user_id uuid not null,
  open_at_start public.amount not null default 0,
  realised public.amount not null default 0,
  open_now public.amount not null default 0,
  fees public.amount not null default 0,
  day_pnl public.amount generated always as ((((realised)::numeric + (open_now)::numeric) - (open_at_start)::numeric)) stored,
  high_pnl public.amount not null default 0,
  low_pnl public.amount not null default 0,
  trades_opened integer not null default 0,
  trades_closed integer not null default 0,
  consecutive_losses integer not null default 0,
  loss_hit_at timestamp with time zone,
  loss_limit public.amount,
  loss_layer text,
  profit_hit_at timestamp with time zone,
  stale_symbols text[] not null default '{}'::text[],
  marked_at timestamp with time zone not null,
  constraint account_days_pkey PRIMARY KEY (user_broker_id, day),
  constraint day_of_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id)
);
create table public.account_exposure (
  user_broker_id uuid not null,
  user_id uuid not null,
  decided_at timestamp with time zone,
  constraint account_exposure_pkey PRIMARY KEY (user_broker_id),
  constraint exposure_of_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id)
);
create table public.alerts (
  id uuid not null default uuidv7(),
  user_id uuid,
  severity text not null,
  code text not null,
  text text not null,
  entity text,
  entity_id uuid,
  key text,
  raised_at timestamp with time zone not null,
  repeated integer not null default 0,
  cleared_at timestamp with time zone,
  constraint alerts_pkey PRIMARY KEY (id),
  constraint alerts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id),
  constraint severity_is_known CHECK ((severity = ANY (ARRAY['INFO'::text, 'WARN'::text, 'CRITICAL'::text])))
);
create table public.api_tokens (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  name text not null,
  token_hash bytea not null,
  scopes text[] not null,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  expires_at timestamp with time zone,
  constraint api_tokens_token_hash_key UNIQUE (token_hash),
  constraint api_tokens_pkey PRIMARY KEY (id),
  constraint api_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id),
  constraint api_token_has_a_name CHECK (((length(name) >= 1) AND (length(name) <= 80))),
  constraint api_token_has_known_scopes CHECK (((cardinality(scopes) > 0) AND (scopes <@ ARRAY['signals:write'::text, 'positions:read'::text, 'orders:read'::text, 'trades:read'::text, 'pnl:read'::text, 'switch:write'::text])))
);
create table public.audit_log (
  seq bigint not null,
  at timestamp with time zone not null,
  actor_user_id uuid,
  act text not null,
  entity text not null,
  entity_id uuid,
  detail jsonb not null default '{}'::jsonb,
  prev_hash bytea,
  hash bytea not null,
  constraint audit_log_pkey PRIMARY KEY (seq),
  constraint audit_log_actor_user_id_fkey FOREIGN KEY (actor_user_id) REFERENCES public.users(id)
);
create table public.broker_credentials (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  sealed bytea not null,
  key_id text not null,
  created_at timestamp with time zone not null default now(),
  revoked_at timestamp with time zone,
  constraint broker_credentials_pkey PRIMARY KEY (id),
  constraint credentials_of_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id)
);
create table public.candles (
  instrument_id uuid not null,
  timeframe text not null,
  opens_at timestamp with time zone not null,
  open public.price not null,
  high public.price not null,
  low public.price not null,
  close public.price not null,
  volume public.quantity not null default 0,
  complete boolean not null default false,
  constraint candles_pkey PRIMARY KEY (instrument_id, timeframe, opens_at),
  constraint candle_range_holds_its_prices CHECK ((((low)::numeric <= (LEAST(open, close))::numeric) AND ((high)::numeric >= (GREATEST(open, close))::numeric))),
  constraint timeframe_is_known CHECK ((timeframe = ANY (ARRAY['1m'::text, '5m'::text, '15m'::text, '1h'::text, '4h'::text, '1d'::text])))
) partition by RANGE (opens_at);
create table public.candles_default (
  instrument_id uuid not null,
  timeframe text not null,
  opens_at timestamp with time zone not null,
  open public.price not null,
  high public.price not null,
  low public.price not null,
  close public.price not null,
  volume public.quantity not null default 0,
  complete boolean not null default false,
  constraint candle_range_holds_its_prices CHECK ((((low)::numeric <= (LEAST(open, close))::numeric) AND ((high)::numeric >= (GREATEST(open, close))::numeric))),
  constraint timeframe_is_known CHECK ((timeframe = ANY (ARRAY['1m'::text, '5m'::text, '15m'::text, '1h'::text, '4h'::text, '1d'::text])))
);
-- partition of public.candles DEFAULT
create table public.daily_pnl (
  user_id uuid not null,
  user_broker_id uuid not null,
  day date not null,
  strategy_id uuid,
  strategy_name text,
  source text,
  exit_reason text,
  engine text not null default 'A'::text,
  currency text not null,
  pnl public.amount not null default 0,
  fees public.amount not null default 0,
  trades integer not null default 0,
  wins integer not null default 0,
  losses integer not null default 0,
  gross_win public.amount not null default 0,
  gross_loss public.amount not null default 0,
  updated_at timestamp with time zone not null,
  constraint one_result_per_day_and_kind UNIQUE NULLS NOT DISTINCT (user_broker_id, day, strategy_id, source, exit_reason, engine),
  constraint result_on_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id)
);
create table public.discrepancies (
  id uuid not null default uuidv7(),
  run_id uuid not null,
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid,
  code text not null,
  ours jsonb not null default '{}'::jsonb,
  theirs jsonb not null default '{}'::jsonb,
  repair jsonb,
  found_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  resolution text,
  constraint discrepancies_pkey PRIMARY KEY (id),
  constraint discrepancies_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint discrepancies_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.reconciliation_runs(id),
  constraint discrepancy_of_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id),
  constraint discrepancy_is_known CHECK ((code = ANY (ARRAY['QTY_MISMATCH'::text, 'UNKNOWN_POSITION'::text, 'MISSING_POSITION'::text, 'EXTERNAL_CLOSE'::text, 'EXTERNAL_ORDER'::text, 'PRICE_MISMATCH'::text, 'CASH_MISMATCH'::text, 'ORPHAN_ORDER'::text])))
);
create table public.event_log (
  id bigint not null generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  user_id uuid,
  topic text not null,
  entity text not null,
  entity_id uuid,
  data jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null,
  constraint event_log_pkey PRIMARY KEY (at, id)
) partition by RANGE (at);
create table public.event_log_default (
  id bigint not null generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  user_id uuid,
  topic text not null,
  entity text not null,
  entity_id uuid,
  data jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null
);
-- partition of public.event_log DEFAULT
create table public.exit_intents (
  id uuid not null default uuidv7(),
  exit_signal_id uuid not null,
  trade_id uuid not null,
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid not null,
  exit_reason text not null,
  rank integer not null,
  status text not null default 'PENDING'::text,
  code text,
  waits_for text,
  waiting_since timestamp with time zone,
  requested_qty public.quantity,
  qty public.quantity,
  filled_qty public.quantity not null default 0,
  from_wish boolean not null default false,
  supersedes uuid,
  order_type text,
  limit_price public.price,
  rest_seconds integer,
  rest_then text,
  rest_until timestamp with time zone,
  superseded_by uuid,
  created_at timestamp with time zone not null,
  approved_at timestamp with time zone,
  placed_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint exit_intents_tenant_key UNIQUE (id, user_id),
  constraint one_exit_intent_per_signal UNIQUE (exit_signal_id),
  constraint exit_intents_pkey PRIMARY KEY (id),
  constraint exit_intent_of_own_signal FOREIGN KEY (exit_signal_id, user_id) REFERENCES public.exit_signals(id, user_id),
  constraint exit_intent_of_own_trade FOREIGN KEY (trade_id, user_id) REFERENCES public.trades(id, user_id),
  constraint exit_intents_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint ended_exit_has_a_time CHECK (((status = ANY (ARRAY['FILLED'::text, 'REJECTED'::text, 'FAILED'::text, 'CANCELLED'::text, 'SUPERSEDED'::text])) = (ended_at IS NOT NULL))),
  constraint exit_has_a_quantity CHECK (((qty)::numeric > (0)::numeric)),
  constraint exit_order_type_is_known CHECK ((order_type = ANY (ARRAY['MARKET'::text, 'LIMIT'::text]))),
  constraint exit_refusal_has_a_code CHECK (((status <> ALL (ARRAY['REJECTED'::text, 'FAILED'::text])) OR (code IS NOT NULL))),
  constraint exit_status_is_known CHECK ((status = ANY (ARRAY['PENDING'::text, 'APPROVED'::text, 'PLACED'::text, 'FILLED'::text, 'REJECTED'::text, 'FAILED'::text, 'CANCELLED'::text, 'SUPERSEDED'::text]))),
  constraint request_has_a_quantity CHECK (((requested_qty)::numeric > (0)::numeric)),
  constraint rest_then_is_known CHECK ((rest_then = ANY (ARRAY['MARKET'::text, 'WITHDRAW'::text, 'LEAVE'::text]))),
  constraint waiting_exit_is_pending CHECK (((waits_for IS NULL) OR (status = 'PENDING'::text)))
);
create table public.exit_rules (
  id uuid not null default uuidv7(),
  layer text not null,
  user_id uuid,
  asset_class text,
  strategy_id uuid,
  subscription_id uuid,
  trade_id uuid,
  rules jsonb not null,
  updated_at timestamp with time zone not null default now(),
  updated_by uuid,
  constraint one_rule_set_per_place UNIQUE NULLS NOT DISTINCT (layer, asset_class, strategy_id, subscription_id, trade_id),
  constraint exit_rules_pkey PRIMARY KEY (id),
  constraint exit_rules_of_a_trade FOREIGN KEY (trade_id) REFERENCES public.trades(id),
  constraint exit_rules_strategy_id_fkey FOREIGN KEY (strategy_id) REFERENCES public.strategies(id),
  constraint exit_rules_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(id),
  constraint exit_rules_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.users(id),
  constraint exit_rules_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id),
  constraint exit_layer_is_known CHECK ((layer = ANY (ARRAY['ASSET_CLASS'::text, 'STRATEGY'::text, 'SUBSCRIPTION'::text, 'TRADE'::text]))),
  constraint layer_names_its_place CHECK ((((asset_class IS NOT NULL) = (layer = 'ASSET_CLASS'::text)) AND ((strategy_id IS NOT NULL) = (layer = 'STRATEGY'::text)) AND ((subscription_id IS NOT NULL) = (layer = 'SUBSCRIPTION'::text)) AND ((trade_id IS NOT NULL) = (layer = 'TRADE'::text)))),
  constraint rules_are_an_object CHECK ((jsonb_typeof(rules) = 'object'::text))
);
create table public.exit_signals (
  id uuid not null default uuidv7(),
  trade_id uuid not null,
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid not null,
  exit_reason text not null,
  rung integer not null default 0,
  episode_id integer not null,
  trigger_price public.price,
  market_price public.price,
  also_satisfied text[] not null default '{}'::text[],
  detected_by text not null,
  detail jsonb not null default '{}'::jsonb,
  cooldown_ms integer not null,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  constraint exit_signals_tenant_key UNIQUE (id, user_id),
  constraint one_exit_signal_per_episode UNIQUE (trade_id, exit_reason, rung, episode_id),
  constraint exit_signals_pkey PRIMARY KEY (id),
  constraint exit_signal_of_own_trade FOREIGN KEY (trade_id, user_id) REFERENCES public.trades(id, user_id),
  constraint exit_signals_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint episode_counts_from_one CHECK ((episode_id >= 1)),
  constraint exit_reason_is_known CHECK ((exit_reason = ANY (ARRAY['HARD_FAIL'::text, 'KILL_SWITCH'::text, 'HARD_STOP'::text, 'MANUAL'::text, 'STOP_LOSS'::text, 'MIN_DTE'::text, 'MAX_HOLD_TIME'::text, 'TRAILING_STOP'::text, 'TARGET_HIT'::text, 'SIGNAL_EXIT'::text, 'DEGRADATION'::text, 'EXTERNAL'::text, 'NATIVE_STOP'::text, 'EXPIRED'::text])))
);
create table public.feature_flags (
  name text not null,
  enabled boolean not null default false,
  detail jsonb not null default '{}'::jsonb,
  updated_at timestamp with time zone not null default now(),
  updated_by uuid,
  wanted boolean not null default false,
  forced boolean,
  constraint feature_flags_pkey PRIMARY KEY (name),
  constraint feature_flags_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.users(id)
);
create table public.fifo_allocations (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid not null,
  lot_id uuid not null,
  closing_fill_id uuid not null,
  closing_seq bigint not null,
  direction text not null,
  qty public.quantity not null,
  open_price public.price not null,
  close_price public.price not null,
  multiplier public.quantity not null default 1,
  open_fee public.amount not null,
  close_fee public.amount not null,
  cost_basis public.amount not null,
  gross_proceeds public.amount not null,
  net_proceeds public.amount not null,
  pnl public.amount not null,
  bought_at timestamp with time zone not null,
  sold_at timestamp with time zone not null,
  constraint one_allocation_per_lot_and_fill UNIQUE (lot_id, closing_fill_id),
  constraint fifo_allocations_pkey PRIMARY KEY (id),
  constraint allocation_of_own_fill FOREIGN KEY (closing_fill_id, user_id) REFERENCES public.trade_fills(id, user_id),
  constraint allocation_of_own_lot FOREIGN KEY (lot_id, user_id) REFERENCES public.fifo_lots(id, user_id),
  constraint fifo_allocations_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint allocation_has_a_quantity CHECK (((qty)::numeric > (0)::numeric))
);
create table public.fifo_lots (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid not null,
  opening_fill_id uuid not null,
  fill_seq bigint not null,
  direction text not null,
  qty public.quantity not null,
  remaining_qty public.quantity not null,
  price public.price not null,
  multiplier public.quantity not null default 1,
  value public.amount not null default 0,
  remaining_value public.amount not null default 0,
  fee public.amount not null default 0,
  remaining_fee public.amount not null default 0,
  opened_at timestamp with time zone not null,
  constraint lots_tenant_key UNIQUE (id, user_id),
  constraint one_lot_per_fill UNIQUE (opening_fill_id),
  constraint fifo_lots_pkey PRIMARY KEY (id),
  constraint fifo_lots_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint lot_of_own_fill FOREIGN KEY (opening_fill_id, user_id) REFERENCES public.trade_fills(id, user_id),
  constraint lot_on_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id),
  constraint empty_lot_has_no_fee_left CHECK ((((remaining_qty)::numeric > (0)::numeric) OR ((remaining_fee)::numeric = (0)::numeric))),
  constraint lot_direction_is_known CHECK ((direction = ANY (ARRAY['LONG'::text, 'SHORT'::text]))),
  constraint lot_has_a_quantity CHECK (((qty)::numeric > (0)::numeric)),
  constraint lot_is_not_oversold CHECK (((remaining_qty)::numeric <= (qty)::numeric))
);
create table public.idempotency_keys (
  user_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  response jsonb,
  created_at timestamp with time zone not null default now(),
  constraint idempotency_keys_pkey PRIMARY KEY (user_id, key),
  constraint idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id)
);
create table public.instruments (
  id uuid not null default uuidv7(),
  symbol text not null,
  market text not null,
  asset_class text not null,
  currency text not null,
  tick_size public.price not null,
  lot_size public.quantity not null,
  multiplier public.quantity not null default 1,
  underlying_id uuid,
  expires_on date,
  strike public.price,
  option_right text,
  allows_negative boolean not null default false,
  simulated boolean not null default false,
  status text not null default 'ACTIVE'::text,
  created_at timestamp with time zone not null default now(),
  constraint one_instrument_per_symbol UNIQUE (symbol),
  constraint instruments_pkey PRIMARY KEY (id),
  constraint instruments_market_fkey FOREIGN KEY (market) REFERENCES public.markets(code),
  constraint instruments_underlying_id_fkey FOREIGN KEY (underlying_id) REFERENCES public.instruments(id),
  constraint asset_class_is_known CHECK ((asset_class = ANY (ARRAY['EQUITY'::text, 'OPTION'::text, 'CRYPTO'::text]))),
  constraint currency_is_iso CHECK ((currency ~ '^[A-Z]{3,5}$'::text)),
  constraint instrument_status_is_known CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'FROZEN'::text, 'DELISTED'::text]))),
  constraint lot_size_is_positive CHECK (((lot_size)::numeric > (0)::numeric)),
  constraint multiplier_is_positive CHECK (((multiplier)::numeric > (0)::numeric)),
  constraint option_is_complete CHECK (((asset_class <> 'OPTION'::text) OR ((underlying_id IS NOT NULL) AND (expires_on IS NOT NULL) AND (strike IS NOT NULL) AND (option_right IS NOT NULL)))),
  constraint option_right_is_known CHECK ((option_right = ANY (ARRAY['CALL'::text, 'PUT'::text]))),
  constraint symbol_is_upper_case CHECK (((symbol = upper(symbol)) AND ((length(symbol) >= 1) AND (length(symbol) <= 40)))),
  constraint tick_size_is_positive CHECK (((tick_size)::numeric > (0)::numeric))
);
create table public.invitations (
  id uuid not null default uuidv7(),
  email text not null,
  role text not null,
  token_hash bytea not null,
  invited_by uuid not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  revoked_at timestamp with time zone,
  accepted_user_id uuid,
  constraint invitations_token_hash_key UNIQUE (token_hash),
  constraint invitations_pkey PRIMARY KEY (id),
  constraint invitations_accepted_user_id_fkey FOREIGN KEY (accepted_user_id) REFERENCES public.users(id),
  constraint invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES public.users(id),
  constraint accepted_invitation_has_a_user CHECK (((accepted_at IS NULL) = (accepted_user_id IS NULL))),
  constraint invitation_ends_once CHECK (((accepted_at IS NULL) OR (revoked_at IS NULL))),
  constraint invited_role_is_known CHECK ((role = ANY (ARRAY['user'::text, 'researcher'::text, 'admin'::text])))
);
create table public.leases (
  name text not null,
  holder text not null,
  epoch bigint not null,
  expires_at timestamp with time zone not null,
  constraint leases_pkey PRIMARY KEY (name)
);
create table public.login_attempts (
  id bigint not null generated always as identity,
  email text not null,
  address inet,
  succeeded boolean not null default false,
  attempted_at timestamp with time zone not null,
  factor_at timestamp with time zone,
  constraint login_attempts_pkey PRIMARY KEY (id)
);
create table public.market_days (
  market text not null,
  day date not null,
  kind text not null,
  opens_at timestamp with time zone not null,
  closes_at timestamp with time zone not null,
  constraint market_days_pkey PRIMARY KEY (market, day),
  constraint market_days_market_fkey FOREIGN KEY (market) REFERENCES public.markets(code),
  constraint day_kind_is_known CHECK ((kind = ANY (ARRAY['REGULAR'::text, 'EARLY_CLOSE'::text, 'SPECIAL'::text]))),
  constraint session_has_a_length CHECK ((closes_at > opens_at)),
  constraint sessions_begin_on_whole_minutes CHECK (((date_trunc('minute'::text, opens_at) = opens_at) AND (date_trunc('minute'::text, closes_at) = closes_at)))
);
create table public.markets (
  code text not null,
  name text not null,
  time_zone text not null,
  always_open boolean not null default false,
  calendar_until date,
  constraint markets_pkey PRIMARY KEY (code)
);
create table public.matrix_scores (
  instrument_id uuid not null,
  timeframe text not null,
  opens_at timestamp with time zone not null,
  inputs jsonb not null,
  score numeric(12,8) not null,
  action text not null,
  constraint matrix_scores_pkey PRIMARY KEY (instrument_id, timeframe, opens_at),
  constraint matrix_scores_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint matrix_action_is_known CHECK ((action = ANY (ARRAY['BUY'::text, 'SELL'::text, 'HOLD'::text])))
);
create table public.notification_channels (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  kind text not null,
  target text not null,
  events text[] not null default '{}'::text[],
  created_at timestamp with time zone not null default now(),
  constraint notification_channels_pkey PRIMARY KEY (id),
  constraint notification_channels_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id)
);
create table public.notifications (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  alert_id uuid,
  channel_id uuid,
  status text not null default 'PENDING'::text,
  created_at timestamp with time zone not null default now(),
  constraint notifications_pkey PRIMARY KEY (id),
  constraint notifications_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES public.alerts(id),
  constraint notifications_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.notification_channels(id),
  constraint notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id),
  constraint notification_status_is_known CHECK ((status = ANY (ARRAY['PENDING'::text, 'SENT'::text, 'FAILED'::text])))
);
create table public.order_events (
  id bigint not null generated always as identity,
  order_id uuid not null,
  user_id uuid not null,
  from_status text,
  to_status text not null,
  event text not null,
  cause jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null,
  constraint order_events_pkey PRIMARY KEY (id),
  constraint event_of_own_order FOREIGN KEY (order_id, user_id) REFERENCES public.orders(id, user_id)
);
create table public.orders (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid not null,
  trade_id uuid,
  trade_intent_id uuid,
  exit_intent_id uuid,
  replaces_order_id uuid,
  kind text not null,
  origin text not null,
  side text not null,
  order_type text not null,
  qty public.quantity not null,
  limit_price public.price,
  stop_price public.price,
  time_in_force text not null default 'GTC'::text,
  reserve_price public.price,
  status text not null default 'CREATED'::text,
  client_order_id text not null,
  broker_order_id text,
  seed_key text not null default ''::text,
  filled_qty public.quantity not null default 0,
  overfill_qty public.quantity not null default 0,
  filled_value public.amount not null default 0,
  fees public.amount not null default 0,
  attempt integer not null default 0,
  reprices integer not null default 0,
  claimed_by text,
  claimed_at timestamp with time zone,
  submitted_at timestamp with time zone,
  placed_at timestamp with time zone,
  unknown_at timestamp with time zone,
  absent_at timestamp with time zone,
  cancel_wanted_at timestamp with time zone,
  cancel_requested_at timestamp with time zone,
  cancel_cause jsonb,
  ended_at timestamp with time zone,
  expires_at timestamp with time zone,
  next_reprice_at timestamp with time zone,
  reject_code text,
  reject_text text,
  ask_count integer not null default 0,
  next_ask_at timestamp with time zone,
  last_reconciled_at timestamp with time zone,
  last_reconciled_via text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint one_order_per_broker_id UNIQUE (user_broker_id, broker_order_id),
  constraint one_order_per_client_id UNIQUE (client_order_id),
  constraint orders_tenant_key UNIQUE (id, user_id),
  constraint orders_pkey PRIMARY KEY (id),
  constraint order_of_own_exit_intent FOREIGN KEY (exit_intent_id, user_id) REFERENCES public.exit_intents(id, user_id),
  constraint order_of_own_intent FOREIGN KEY (trade_intent_id, user_id) REFERENCES public.trade_intents(id, user_id),
  constraint order_of_own_trade FOREIGN KEY (trade_id, user_id) REFERENCES public.trades(id, user_id),
  constraint order_on_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id),
  constraint orders_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint orders_replaces_order_id_fkey FOREIGN KEY (replaces_order_id) REFERENCES public.orders(id),
  constraint cancel_requested_has_a_time CHECK (((status <> 'CANCEL_REQUESTED'::text) OR (cancel_requested_at IS NOT NULL))),
  constraint ended_order_has_a_time CHECK (((status = ANY (ARRAY['DENIED'::text, 'FILLED'::text, 'CANCELLED'::text, 'EXPIRED'::text, 'REJECTED'::text])) = (ended_at IS NOT NULL))),
  constraint entry_order_has_an_intent CHECK (((kind <> 'ENTRY'::text) OR (origin = ANY (ARRAY['EXTERNAL'::text, 'IMPORT'::text, 'OVERFILL'::text])) OR (trade_intent_id IS NOT NULL))),
  constraint exit_order_has_an_intent CHECK (((kind <> 'EXIT'::text) OR (origin = ANY (ARRAY['EXTERNAL'::text, 'IMPORT'::text, 'OVERFILL'::text])) OR (exit_intent_id IS NOT NULL))),
  constraint filled_order_is_full CHECK (((status = 'FILLED'::text) = ((filled_qty)::numeric >= (qty)::numeric))),
  constraint fills_fit_the_order CHECK (((filled_qty)::numeric <= ((qty)::numeric + (overfill_qty)::numeric))),
  constraint limit_order_has_a_price CHECK (((order_type <> ALL (ARRAY['LIMIT'::text, 'STOP_LIMIT'::text])) OR (limit_price IS NOT NULL))),
  constraint order_has_a_quantity CHECK (((qty)::numeric > (0)::numeric)),
  constraint order_kind_is_known CHECK ((kind = ANY (ARRAY['ENTRY'::text, 'EXIT'::text, 'PROTECTION'::text]))),
  constraint order_origin_is_known CHECK ((origin = ANY (ARRAY['SIGNAL'::text, 'EXIT'::text, 'MANUAL'::text, 'EXTERNAL'::text, 'NATIVE'::text, 'IMPORT'::text, 'OVERFILL'::text]))),
  constraint order_status_is_known CHECK ((status = ANY (ARRAY['CREATED'::text, 'DENIED'::text, 'SUBMITTING'::text, 'UNKNOWN'::text, 'PLACED'::text, 'PARTIALLY_FILLED'::text, 'CANCEL_REQUESTED'::text, 'FILLED'::text, 'CANCELLED'::text, 'EXPIRED'::text, 'REJECTED'::text]))),
  constraint order_type_is_known CHECK ((order_type = ANY (ARRAY['MARKET'::text, 'LIMIT'::text, 'STOP'::text, 'STOP_LIMIT'::text]))),
  constraint partial_order_has_fills CHECK (((status <> 'PARTIALLY_FILLED'::text) OR (((filled_qty)::numeric > (0)::numeric) AND ((filled_qty)::numeric < (qty)::numeric)))),
  constraint refused_order_says_why CHECK (((status <> ALL (ARRAY['DENIED'::text, 'REJECTED'::text])) OR (reject_code IS NOT NULL))),
  constraint side_is_known CHECK ((side = ANY (ARRAY['BUY'::text, 'SELL'::text]))),
  constraint stop_order_has_a_price CHECK (((order_type <> ALL (ARRAY['STOP'::text, 'STOP_LIMIT'::text])) OR (stop_price IS NOT NULL))),
  constraint submitting_order_has_a_claim CHECK (((status <> 'SUBMITTING'::text) OR ((claimed_by IS NOT NULL) AND (claimed_at IS NOT NULL)))),
  constraint time_in_force_is_known CHECK ((time_in_force = ANY (ARRAY['GTC'::text, 'DAY'::text, 'IOC'::text]))),
  constraint unknown_order_has_a_time CHECK (((status <> 'UNKNOWN'::text) OR (unknown_at IS NOT NULL))),
  constraint unsent_order_has_no_fills CHECK (((status <> ALL (ARRAY['CREATED'::text, 'DENIED'::text])) OR ((filled_qty)::numeric = (0)::numeric)))
);
create table public.platform_settings (
  key text not null,
  value jsonb not null,
  updated_at timestamp with time zone not null default now(),
  constraint platform_settings_pkey PRIMARY KEY (key)
);
create table public.positions (
  user_broker_id uuid not null,
  instrument_id uuid not null,
  user_id uuid not null,
  qty public.signed_quantity not null default 0,
  fill_seq bigint not null default 0,
  cash_flow public.amount not null default 0,
  updated_at timestamp with time zone not null,
  constraint positions_pkey PRIMARY KEY (user_broker_id, instrument_id),
  constraint position_on_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id),
  constraint positions_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id)
);
create table public.provider_health (
  provider text not null,
  state text not null,
  latency_ms integer,
  errors bigint not null default 0,
  budget_left integer,
  updated_at timestamp with time zone not null,
  constraint provider_health_pkey PRIMARY KEY (provider)
);
create table public.quarantine (
  id uuid not null default uuidv7(),
  user_id uuid,
  entity text not null,
  entity_id uuid not null,
  code text not null,
  error text not null,
  history jsonb not null default '[]'::jsonb,
  put_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  resolution text,
  constraint quarantine_pkey PRIMARY KEY (id),
  constraint quarantine_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id)
);
create table public.quotes (
  instrument_id uuid not null,
  bid public.price,
  ask public.price,
  last public.price not null,
  source_time timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  provider text not null default 'SIMULATED'::text,
  simulated boolean not null default true,
  lease_epoch bigint not null default 0,
  tick_count bigint not null default 0,
  constraint quotes_pkey PRIMARY KEY (instrument_id),
  constraint quotes_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint bid_is_not_above_ask CHECK (((bid)::numeric <= (ask)::numeric))
);
create table public.reconciliation_runs (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  outcome text,
  detail jsonb not null default '{}'::jsonb,
  constraint reconciliation_runs_pkey PRIMARY KEY (id),
  constraint run_of_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id),
  constraint run_outcome_is_known CHECK ((outcome = ANY (ARRAY['AGREED'::text, 'DIFFERED'::text, 'FAILED'::text])))
);
create table public.replay_runs (
  id uuid not null default uuidv7(),
  user_id uuid,
  settings jsonb not null,
  report jsonb,
  digest text,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  constraint replay_runs_pkey PRIMARY KEY (id),
  constraint replay_runs_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id)
);
create table public.risk_limits (
  id uuid not null default uuidv7(),
  layer text not null,
  user_id uuid,
  user_broker_id uuid,
  subscription_id uuid,
  code text not null,
  scope text not null default 'ACCOUNT'::text,
  currency text,
  asset_class text,
  value numeric(28,12) not null,
  updated_at timestamp with time zone not null default now(),
  updated_by uuid,
  constraint one_limit_per_place UNIQUE NULLS NOT DISTINCT (layer, user_id, user_broker_id, subscription_id, code, scope, currency, asset_class),
  constraint risk_limits_pkey PRIMARY KEY (id),
  constraint risk_limits_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(id),
  constraint risk_limits_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.users(id),
  constraint risk_limits_user_broker_id_fkey FOREIGN KEY (user_broker_id) REFERENCES public.user_brokers(id),
  constraint risk_limits_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id),
  constraint limit_asset_class_is_known CHECK ((asset_class = ANY (ARRAY['EQUITY'::text, 'OPTION'::text, 'CRYPTO'::text]))),
  constraint limit_is_a_number CHECK (((value >= (0)::numeric) AND (value < 'Infinity'::numeric))),
  constraint limit_layer_is_known CHECK ((layer = ANY (ARRAY['GLOBAL'::text, 'USER'::text, 'ACCOUNT'::text, 'SUBSCRIPTION'::text]))),
  constraint limit_names_its_place CHECK ((((user_id IS NOT NULL) = (layer <> 'GLOBAL'::text)) AND ((user_broker_id IS NOT NULL) = (layer = 'ACCOUNT'::text)) AND ((subscription_id IS NOT NULL) = (layer = 'SUBSCRIPTION'::text)))),
  constraint limit_scope_is_known CHECK ((scope = ANY (ARRAY['ORDER'::text, 'POSITION'::text, 'SYMBOL'::text, 'ACCOUNT'::text, 'USER'::text])))
);
create table public.schema_state (
  only_row boolean not null default true,
  hash text not null,
  applied_at timestamp with time zone not null,
  constraint schema_state_pkey PRIMARY KEY (only_row),
  constraint one_schema_state CHECK (only_row)
);
create table public.signal_deliveries (
  id uuid not null default uuidv7(),
  signal_id uuid not null,
  user_id uuid not null,
  user_broker_id uuid not null,
  subscription_id uuid not null,
  strategy_id uuid not null,
  instrument_id uuid not null,
  direction text not null,
  status text not null default 'PENDING'::text,
  reason text,
  waits_for_trade_id uuid,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  expired_at timestamp with time zone,
  constraint deliveries_tenant_key UNIQUE (id, user_id),
  constraint one_delivery_per_account UNIQUE (signal_id, user_broker_id),
  constraint signal_deliveries_pkey PRIMARY KEY (id),
  constraint delivery_of_own_subscription FOREIGN KEY (subscription_id, user_id) REFERENCES public.subscriptions(id, user_id),
  constraint delivery_to_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id),
  constraint delivery_waits_for_own_trade FOREIGN KEY (waits_for_trade_id, user_id) REFERENCES public.trades(id, user_id),
  constraint signal_deliveries_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint signal_deliveries_signal_id_fkey FOREIGN KEY (signal_id) REFERENCES public.signals(id),
  constraint signal_deliveries_strategy_id_fkey FOREIGN KEY (strategy_id) REFERENCES public.strategies(id),
  constraint decided_delivery_has_a_time CHECK (((status = 'DECIDED'::text) = (decided_at IS NOT NULL))),
  constraint delivery_direction_is_known CHECK ((direction = ANY (ARRAY['LONG'::text, 'SHORT'::text]))),
  constraint delivery_status_is_known CHECK ((status = ANY (ARRAY['PENDING'::text, 'DECIDED'::text, 'EXPIRED'::text]))),
  constraint expired_delivery_has_a_time_and_reason CHECK (((status = 'EXPIRED'::text) = ((expired_at IS NOT NULL) AND (reason IS NOT NULL))))
);
create table public.signal_heads (
  strategy_id uuid not null,
  instrument_id uuid not null,
  newest_long_entry_at timestamp with time zone,
  newest_short_entry_at timestamp with time zone,
  newest_long_exit_at timestamp with time zone,
  newest_short_exit_at timestamp with time zone,
  newest_cancel_at timestamp with time zone,
  last_signal_id uuid,
  updated_at timestamp with time zone not null,
  constraint signal_heads_pkey PRIMARY KEY (strategy_id, instrument_id),
  constraint signal_heads_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint signal_heads_strategy_id_fkey FOREIGN KEY (strategy_id) REFERENCES public.strategies(id)
);
create table public.signal_rearm (
  strategy_id uuid not null,
  instrument_id uuid not null,
  direction text not null,
  entered_at timestamp with time zone not null,
  signal_id uuid not null,
  constraint signal_rearm_pkey PRIMARY KEY (strategy_id, instrument_id, direction),
  constraint signal_rearm_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint signal_rearm_signal_id_fkey FOREIGN KEY (signal_id) REFERENCES public.signals(id),
  constraint signal_rearm_strategy_id_fkey FOREIGN KEY (strategy_id) REFERENCES public.strategies(id)
);
create table public.signals (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  strategy_id uuid not null,
  webhook_source_id uuid,
  instrument_id uuid not null,
  symbol text not null,
  action text not null,
  direction text,
  dedupe_key text not null,
  body_hash bytea,
  status text not null default 'DETECTED'::text,
  reject_code text,
  timeframe text,
  price public.price,
  stop_price public.price,
  target_price public.price,
  limit_price public.price,
  quantity public.quantity,
  quantity_type text,
  reduce_quantity public.quantity,
  position_after public.signed_quantity,
  source text,
  indicator text,
  client_key text,
  max_lag_ms integer,
  signal_time timestamp with time zone,
  late boolean not null default false,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  published_at timestamp with time zone,
  expires_at timestamp with time zone,
  fanned_out_at timestamp with time zone,
  expected_deliveries integer,
  left_out jsonb not null default '[]'::jsonb,
  applied_at timestamp with time zone,
  apply_cursor uuid,
  ended_at timestamp with time zone,
  superseded_by uuid,
  enrichment jsonb not null default '{}'::jsonb,
  payload jsonb not null default '{}'::jsonb,
  constraint one_signal_per_key UNIQUE (dedupe_key),
  constraint signals_pkey PRIMARY KEY (id),
  constraint signal_of_own_strategy FOREIGN KEY (strategy_id, user_id) REFERENCES public.strategies(id, user_id),
  constraint signals_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint signals_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES public.signals(id),
  constraint signals_webhook_source_id_fkey FOREIGN KEY (webhook_source_id) REFERENCES public.webhook_sources(id),
  constraint entry_has_a_direction CHECK (((action <> ALL (ARRAY['ENTRY'::text, 'ADD'::text])) OR (direction IS NOT NULL))),
  constraint fan_out_is_counted CHECK (((fanned_out_at IS NULL) = (expected_deliveries IS NULL))),
  constraint only_published_signals_fan_out CHECK (((fanned_out_at IS NULL) OR (published_at IS NOT NULL))),
  constraint published_signal_has_a_time CHECK (((status = 'DETECTED'::text) OR (status = 'REJECTED'::text) OR (published_at IS NOT NULL))),
  constraint reduce_is_an_exit CHECK (((reduce_quantity IS NULL) OR (action = 'EXIT'::text))),
  constraint rejected_signal_has_a_code CHECK (((status = 'REJECTED'::text) = (reject_code IS NOT NULL))),
  constraint signal_action_is_known CHECK ((action = ANY (ARRAY['ENTRY'::text, 'EXIT'::text, 'CANCEL'::text, 'ADD'::text]))),
  constraint signal_direction_is_known CHECK ((direction = ANY (ARRAY['LONG'::text, 'SHORT'::text]))),
  constraint signal_status_is_known CHECK ((status = ANY (ARRAY['DETECTED'::text, 'PUBLISHED'::text, 'REJECTED'::text, 'EXPIRED'::text, 'SUPERSEDED'::text])))
);
create table public.strategies (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  name text not null,
  kind text not null default 'WEBHOOK'::text,
  visibility text not null default 'PRIVATE'::text,
  sides text not null default 'LONG'::text,
  status text not null default 'ACTIVE'::text,
  max_lag_seconds integer not null default 300,
  signal_ttl_seconds integer not null default 120,
  entry_rearm_seconds integer not null default 0,
  allowed_symbols text[],
  utility_gate boolean not null default false,
  settings jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  constraint one_strategy_per_name UNIQUE (user_id, name),
  constraint strategies_tenant_key UNIQUE (id, user_id),
  constraint strategies_pkey PRIMARY KEY (id),
  constraint strategies_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id),
  constraint max_lag_is_sane CHECK (((max_lag_seconds >= 1) AND (max_lag_seconds <= 86400))),
  constraint rearm_is_sane CHECK (((entry_rearm_seconds >= 0) AND (entry_rearm_seconds <= 86400))),
  constraint sides_are_known CHECK ((sides = ANY (ARRAY['LONG'::text, 'SHORT'::text, 'BOTH'::text]))),
  constraint signal_ttl_is_sane CHECK (((signal_ttl_seconds >= 1) AND (signal_ttl_seconds <= 86400))),
  constraint strategy_has_a_name CHECK (((length(name) >= 1) AND (length(name) <= 80))),
  constraint strategy_kind_is_known CHECK ((kind = ANY (ARRAY['WEBHOOK'::text, 'CONFLUENCE'::text, 'MATRIX'::text]))),
  constraint strategy_status_is_known CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'PAUSED'::text, 'ARCHIVED'::text]))),
  constraint visibility_is_known CHECK ((visibility = ANY (ARRAY['PRIVATE'::text, 'SHARED'::text])))
);
create table public.subscriptions (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  strategy_id uuid not null,
  status text not null default 'ACTIVE'::text,
  sizing_mode text not null default 'FIXED_NOTIONAL'::text,
  sizing_value numeric(28,12) not null default 1000,
  direction text not null default 'BOTH'::text,
  rebuys boolean not null default false,
  entry_order_type text not null default 'MARKET'::text,
  entry_offset_bps numeric(12,6) not null default 1,
  entry_ttl_seconds integer not null default 300,
  entry_reprices integer not null default 3,
  entry_after_reprices text not null default 'CANCEL'::text,
  exit_offset_bps numeric(12,6) not null default 1,
  created_at timestamp with time zone not null default now(),
  constraint one_subscription_per_account UNIQUE (user_broker_id, strategy_id),
  constraint subscriptions_tenant_key UNIQUE (id, user_id),
  constraint subscriptions_pkey PRIMARY KEY (id),
  constraint subscription_of_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id),
  constraint subscriptions_strategy_id_fkey FOREIGN KEY (strategy_id) REFERENCES public.strategies(id),
  constraint entry_after_reprices_is_known CHECK ((entry_after_reprices = ANY (ARRAY['MARKET'::text, 'CANCEL'::text, 'LEAVE'::text]))),
  constraint entry_order_type_is_known CHECK ((entry_order_type = ANY (ARRAY['MARKET'::text, 'LIMIT'::text]))),
  constraint entry_reprices_are_bounded CHECK (((entry_reprices >= 0) AND (entry_reprices <= 20))),
  constraint entry_ttl_is_positive CHECK ((entry_ttl_seconds > 0)),
  constraint sizing_mode_is_known CHECK ((sizing_mode = ANY (ARRAY['FIXED_QTY'::text, 'FIXED_NOTIONAL'::text, 'PERCENT_OF_CAPITAL'::text, 'RISK_PERCENT'::text, 'SIGNAL_QTY'::text]))),
  constraint sizing_value_is_positive CHECK (((sizing_value > (0)::numeric) AND (sizing_value < 'Infinity'::numeric))),
  constraint subscription_direction_is_known CHECK ((direction = ANY (ARRAY['LONG'::text, 'SHORT'::text, 'BOTH'::text]))),
  constraint subscription_status_is_known CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'PAUSED'::text])))
);
create table public.switches (
  id uuid not null default uuidv7(),
  scope text not null,
  user_id uuid,
  user_broker_id uuid,
  state text not null default 'OFF'::text,
  reason text,
  set_by uuid,
  set_at timestamp with time zone,
  constraint one_switch_per_scope UNIQUE NULLS NOT DISTINCT (scope, user_id, user_broker_id),
  constraint switches_pkey PRIMARY KEY (id),
  constraint switches_set_by_fkey FOREIGN KEY (set_by) REFERENCES public.users(id),
  constraint switches_user_broker_id_fkey FOREIGN KEY (user_broker_id) REFERENCES public.user_brokers(id),
  constraint switches_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id),
  constraint switch_names_its_scope CHECK ((((user_id IS NOT NULL) = (scope <> 'PLATFORM'::text)) AND ((user_broker_id IS NOT NULL) = (scope = 'ACCOUNT'::text)))),
  constraint switch_on_says_why CHECK (((state = 'OFF'::text) OR ((reason IS NOT NULL) AND (set_at IS NOT NULL)))),
  constraint switch_scope_is_known CHECK ((scope = ANY (ARRAY['PLATFORM'::text, 'USER'::text, 'ACCOUNT'::text]))),
  constraint switch_state_is_known CHECK ((state = ANY (ARRAY['OFF'::text, 'HALT'::text, 'FLATTEN'::text])))
);
create table public.test_clock (
  only_row boolean not null default true,
  now_at timestamp with time zone not null,
  constraint test_clock_pkey PRIMARY KEY (only_row),
  constraint one_clock CHECK (only_row)
);
create table public.tick_rejects (
  instrument_id uuid not null,
  reason text not null,
  minute timestamp with time zone not null,
  count bigint not null,
  example jsonb,
  constraint tick_rejects_pkey PRIMARY KEY (instrument_id, reason, minute)
);
create table public.trade_fills (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  order_id uuid not null,
  trade_id uuid not null,
  instrument_id uuid not null,
  broker_fill_id text not null,
  effect text not null,
  side text not null,
  qty public.signed_quantity not null,
  price public.price not null,
  multiplier public.quantity not null default 1,
  fee public.amount not null default 0,
  fee_estimated boolean not null default false,
  ingest_via text not null,
  fill_seq bigint not null,
  reverses_fill_id uuid,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  constraint fills_tenant_key UNIQUE (id, user_id),
  constraint one_fill_per_broker_id UNIQUE (user_broker_id, broker_fill_id),
  constraint one_fill_per_sequence UNIQUE (user_broker_id, instrument_id, fill_seq),
  constraint trade_fills_pkey PRIMARY KEY (id),
  constraint fill_of_own_order FOREIGN KEY (order_id, user_id) REFERENCES public.orders(id, user_id),
  constraint fill_of_own_trade FOREIGN KEY (trade_id, user_id) REFERENCES public.trades(id, user_id),
  constraint trade_fills_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint trade_fills_reverses_fill_id_fkey FOREIGN KEY (reverses_fill_id) REFERENCES public.trade_fills(id),
  constraint fill_effect_is_known CHECK ((effect = ANY (ARRAY['OPEN'::text, 'CLOSE'::text]))),
  constraint fill_has_a_quantity CHECK ((((qty)::numeric > (0)::numeric) OR (((qty)::numeric < (0)::numeric) AND (reverses_fill_id IS NOT NULL)))),
  constraint fill_side_is_known CHECK ((side = ANY (ARRAY['BUY'::text, 'SELL'::text]))),
  constraint ingest_is_known CHECK ((ingest_via = ANY (ARRAY['STREAM'::text, 'POLL'::text, 'IMPORT'::text])))
);
create table public.trade_intents (
  id uuid not null default uuidv7(),
  signal_delivery_id uuid not null,
  signal_id uuid not null,
  user_id uuid not null,
  user_broker_id uuid not null,
  subscription_id uuid not null,
  strategy_id uuid not null,
  instrument_id uuid not null,
  direction text not null,
  trade_type text not null,
  status text not null default 'PENDING'::text,
  reason_code text,
  reasons jsonb not null default '[]'::jsonb,
  inputs jsonb not null default '{}'::jsonb,
  bound jsonb,
  qty public.quantity not null default 0,
  price public.price,
  reserve_price public.price,
  stop_price public.price,
  target_price public.price,
  order_type text,
  limit_price public.price,
  created_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  executed_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint intents_tenant_key UNIQUE (id, user_id),
  constraint one_intent_per_delivery UNIQUE (signal_delivery_id),
  constraint trade_intents_pkey PRIMARY KEY (id),
  constraint intent_of_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id),
  constraint intent_of_own_delivery FOREIGN KEY (signal_delivery_id, user_id) REFERENCES public.signal_deliveries(id, user_id),
  constraint trade_intents_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint trade_intents_signal_id_fkey FOREIGN KEY (signal_id) REFERENCES public.signals(id),
  constraint trade_intents_strategy_id_fkey FOREIGN KEY (strategy_id) REFERENCES public.strategies(id),
  constraint approval_has_a_quantity CHECK (((status <> ALL (ARRAY['APPROVED'::text, 'EXECUTED'::text])) OR (((qty)::numeric > (0)::numeric) AND (reserve_price IS NOT NULL)))),
  constraint decided_intent_has_a_time CHECK (((status = 'PENDING'::text) OR (decided_at IS NOT NULL))),
  constraint executed_intent_has_a_time CHECK (((status <> 'EXECUTED'::text) OR (executed_at IS NOT NULL))),
  constraint intent_direction_is_known CHECK ((direction = ANY (ARRAY['LONG'::text, 'SHORT'::text]))),
  constraint intent_status_is_known CHECK ((status = ANY (ARRAY['PENDING'::text, 'APPROVED'::text, 'REJECTED'::text, 'EXPIRED'::text, 'EXECUTED'::text, 'FAILED'::text]))),
  constraint refusal_has_a_reason CHECK (((status <> ALL (ARRAY['REJECTED'::text, 'EXPIRED'::text, 'FAILED'::text])) OR (reason_code IS NOT NULL))),
  constraint trade_type_is_known CHECK ((trade_type = ANY (ARRAY['NEWBUY'::text, 'REBUY'::text])))
);
create table public.trade_targets (
  trade_id uuid not null,
  rung integer not null,
  user_id uuid not null,
  price public.price not null,
  fraction numeric(12,8) not null,
  done_qty public.quantity not null default 0,
  done_at timestamp with time zone,
  skipped boolean not null default false,
  constraint trade_targets_pkey PRIMARY KEY (trade_id, rung),
  constraint target_of_own_trade FOREIGN KEY (trade_id, user_id) REFERENCES public.trades(id, user_id),
  constraint fraction_is_a_share CHECK (((fraction > (0)::numeric) AND (fraction <= (1)::numeric))),
  constraint rung_counts_from_one CHECK ((rung >= 1))
);
create table public.trades (
  id uuid not null default uuidv7(),
  trade_intent_id uuid,
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid not null,
  subscription_id uuid,
  strategy_id uuid,
  signal_id uuid,
  direction text not null,
  trade_type text not null default 'NEWBUY'::text,
  origin text not null default 'SIGNAL'::text,
  status text not null default 'CREATED'::text,
  currency text not null,
  multiplier public.quantity not null default 1,
  wanted_qty public.quantity not null default 0,
  entry_qty public.quantity not null default 0,
  exit_qty public.quantity not null default 0,
  dust_qty public.quantity not null default 0,
  open_qty public.quantity generated always as ((((entry_qty)::numeric - (exit_qty)::numeric) - (dust_qty)::numeric)) stored,
  entry_value public.amount not null default 0,
  exit_value public.amount not null default 0,
  entry_fees public.amount not null default 0,
  exit_fees public.amount not null default 0,
  realized_pnl public.amount not null default 0,
  signal_stop public.price,
  signal_target public.price,
  entry_atr public.price,
  exit_rules jsonb not null default '{}'::jsonb,
  exit_layers jsonb not null default '{}'::jsonb,
  hard_stop_price public.price,
  stop_price public.price,
  target_price public.price,
  target_rung integer not null default 1,
  trail_activate_price public.price,
  trail_stop_price public.price,
  trail_raise_price public.price,
  trail_distance public.price,
  trail_step public.price,
  trail_armed_at timestamp with time zone,
  exit_due_at timestamp with time zone,
  triggers_version bigint not null default 0,
  triggers_at timestamp with time zone,
  changed_xid xid8 not null default pg_current_xact_id(),
  stop_by text,
  exit_wish_reason text,
  exit_wish_qty public.quantity,
  exit_wish_at timestamp with time zone,
  exit_wish_detail jsonb not null default '{}'::jsonb,
  exit_reason text,
  exit_trigger_price public.price,
  unprotected_at timestamp with time zone,
  unprotected_reason text,
  created_at timestamp with time zone not null,
  opened_at timestamp with time zone,
  closed_at timestamp with time zone,
  updated_at timestamp with time zone not null,
  constraint one_trade_per_intent UNIQUE (trade_intent_id),
  constraint trades_tenant_key UNIQUE (id, user_id),
  constraint trades_pkey PRIMARY KEY (id),
  constraint trade_of_own_intent FOREIGN KEY (trade_intent_id, user_id) REFERENCES public.trade_intents(id, user_id),
  constraint trade_of_own_subscription FOREIGN KEY (subscription_id, user_id) REFERENCES public.subscriptions(id, user_id),
  constraint trade_on_own_account FOREIGN KEY (user_broker_id, user_id) REFERENCES public.user_brokers(id, user_id),
  constraint trades_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES public.instruments(id),
  constraint trades_signal_id_fkey FOREIGN KEY (signal_id) REFERENCES public.signals(id),
  constraint trades_strategy_id_fkey FOREIGN KEY (strategy_id) REFERENCES public.strategies(id),
  constraint closed_trade_is_flat CHECK (((status <> 'CLOSED'::text) OR ((closed_at IS NOT NULL) AND ((entry_qty)::numeric > (0)::numeric) AND ((entry_qty)::numeric = ((exit_qty)::numeric + (dust_qty)::numeric))))),
  constraint exit_is_not_more_than_entry CHECK ((((exit_qty)::numeric + (dust_qty)::numeric) <= (entry_qty)::numeric)),
  constraint open_trade_has_a_time CHECK (((status <> ALL (ARRAY['OPEN'::text, 'EXITING'::text, 'CLOSED'::text])) OR (opened_at IS NOT NULL))),
  constraint open_trade_has_quantity CHECK (((status <> ALL (ARRAY['CREATED'::text, 'REJECTED'::text, 'CANCELLED'::text])) OR ((entry_qty)::numeric = (0)::numeric))),
  constraint signal_trade_has_an_intent CHECK (((origin <> 'SIGNAL'::text) OR (trade_intent_id IS NOT NULL))),
  constraint trade_direction_is_known CHECK ((direction = ANY (ARRAY['LONG'::text, 'SHORT'::text]))),
  constraint trade_kind_is_known CHECK ((trade_type = ANY (ARRAY['NEWBUY'::text, 'REBUY'::text]))),
  constraint trade_origin_is_known CHECK ((origin = ANY (ARRAY['SIGNAL'::text, 'IMPORT'::text, 'EXTERNAL'::text, 'OVERFILL'::text]))),
  constraint trade_status_is_known CHECK ((status = ANY (ARRAY['CREATED'::text, 'ENTERING'::text, 'OPEN'::text, 'EXITING'::text, 'CLOSED'::text, 'CANCELLED'::text, 'REJECTED'::text]))),
  constraint unprotected_says_why CHECK (((unprotected_at IS NULL) = (unprotected_reason IS NULL))),
  constraint wish_has_a_time CHECK (((exit_wish_reason IS NULL) = (exit_wish_at IS NULL))),
  constraint wish_reason_is_known CHECK ((exit_wish_reason = ANY (ARRAY['KILL_SWITCH'::text, 'MANUAL'::text, 'SIGNAL_EXIT'::text])))
);
create table public.user_brokers (
  id uuid not null default uuidv7(),
  user_id uuid not null,
  ordinal bigint not null default nextval('public.account_ordinal'::regclass),
  name text not null,
  broker text not null default 'PAPER'::text,
  role text not null default 'EXEC'::text,
  environment text not null default 'PAPER'::text,
  status text not null default 'ACTIVE'::text,
  connection text not null default 'CONNECTED'::text,
  currency text not null default 'USD'::text,
  home_market text not null default 'CRYPTO'::text,
  capital public.amount not null default 100000,
  hold_symbols text[] not null default '{}'::text[],
  maker_bps numeric(12,6) not null default 0,
  taker_bps numeric(12,6) not null default 0,
  fee_per_share public.amount not null default 0,
  fee_per_contract public.amount not null default 0,
  fee_minimum public.amount not null default 0,
  frozen_at timestamp with time zone,
  frozen_reason text,
  disabled_at timestamp with time zone,
  reconciled_at timestamp with time zone,
  live_confirmed_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint one_account_per_name UNIQUE (user_id, name),
  constraint user_brokers_ordinal_key UNIQUE (ordinal),
  constraint user_brokers_tenant_key UNIQUE (id, user_id),
  constraint user_brokers_pkey PRIMARY KEY (id),
  constraint user_brokers_home_market_fkey FOREIGN KEY (home_market) REFERENCES public.markets(code),
  constraint user_brokers_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id),
  constraint account_currency_is_iso CHECK ((currency ~ '^[A-Z]{3,5}$'::text)),
  constraint account_status_is_known CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'DISABLED'::text]))),
  constraint broker_is_known CHECK ((broker = ANY (ARRAY['PAPER'::text, 'ALPACA'::text, 'ZERODHA'::text, 'CCXT'::text]))),
  constraint broker_role_is_known CHECK ((role = ANY (ARRAY['EXEC'::text, 'DATA'::text]))),
  constraint capital_is_positive CHECK (((capital)::numeric > (0)::numeric)),
  constraint connection_is_known CHECK ((connection = ANY (ARRAY['CONNECTED'::text, 'DISCONNECTED'::text, 'SESSION_EXPIRED'::text]))),
  constraint disabled_account_has_a_time CHECK (((status = 'DISABLED'::text) = (disabled_at IS NOT NULL))),
  constraint environment_is_known CHECK ((environment = ANY (ARRAY['PAPER'::text, 'LIVE'::text]))),
  constraint frozen_account_has_a_reason CHECK (((frozen_at IS NULL) = (frozen_reason IS NULL))),
  constraint paper_broker_is_paper CHECK (((broker <> 'PAPER'::text) OR (environment = 'PAPER'::text)))
);
create table public.user_secrets (
  user_id uuid not null,
  password_hash text not null,
  totp_secret text,
  recovery_codes jsonb not null default '[]'::jsonb,
  updated_at timestamp with time zone not null default now(),
  totp_pending text,
  totp_step bigint,
  constraint user_secrets_pkey PRIMARY KEY (user_id),
  constraint user_secrets_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id),
  constraint recovery_codes_are_a_list CHECK ((jsonb_typeof(recovery_codes) = 'array'::text))
);
create table public.user_sessions (
  id uuid not null default uuidv7(),
  token_hash bytea not null,
  user_id uuid not null,
  role text not null,
  created_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  revoked_reason text,
  user_agent text,
  address inet,
  confirmed_at timestamp with time zone,
  constraint one_session_per_token UNIQUE (token_hash),
  constraint user_sessions_pkey PRIMARY KEY (id),
  constraint user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id)
);
create table public.users (
  id uuid not null default uuidv7(),
  email text not null,
  display_name text not null,
  role text not null default 'user'::text,
  status text not null default 'ACTIVE'::text,
  time_zone text not null default 'UTC'::text,
  disabled_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint one_user_per_email UNIQUE (email),
  constraint users_pkey PRIMARY KEY (id),
  constraint disabled_user_has_a_time CHECK (((status = 'DISABLED'::text) = (disabled_at IS NOT NULL))),
  constraint email_looks_like_one CHECK (((email = lower(email)) AND (email ~~ '%_@_%'::text))),
  constraint role_is_known CHECK ((role = ANY (ARRAY['user'::text, 'researcher'::text, 'admin'::text]))),
  constraint user_status_is_known CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'DISABLED'::text])))
);
create table public.webhook_buckets (
  source_id uuid not null,
  tokens numeric(18,6) not null,
  refilled_at timestamp with time zone not null,
  constraint webhook_buckets_pkey PRIMARY KEY (source_id),
  constraint webhook_buckets_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.webhook_sources(id)
);
create table public.webhook_events (
  id bigint not null generated always as identity,
  user_id uuid not null,
  strategy_id uuid not null,
  source_id uuid not null,
  signal_id uuid,
  status text not null,
  http_status integer not null,
  reason text,
  message text,
  symbol text,
  action text,
  direction text,
  timeframe text,
  source text,
  indicator text,
  request_id text not null,
  processing_us integer,
  address inet,
  shape text,
  body text,
  received_at timestamp with time zone not null,
  constraint webhook_events_pkey PRIMARY KEY (received_at, id),
  constraint webhook_status_is_known CHECK ((status = ANY (ARRAY['ACCEPTED'::text, 'DUPLICATE'::text, 'REARM'::text, 'REFUSED'::text, 'TEST'::text])))
) partition by RANGE (received_at);
create table public.webhook_events_default (
  id bigint not null generated always as identity,
  user_id uuid not null,
  strategy_id uuid not null,
  source_id uuid not null,
  signal_id uuid,
  status text not null,
  http_status integer not null,
  reason text,
  message text,
  symbol text,
  action text,
  direction text,
  timeframe text,
  source text,
  indicator text,
  request_id text not null,
  processing_us integer,
  address inet,
  shape text,
  body text,
  received_at timestamp with time zone not null,
  constraint webhook_status_is_known CHECK ((status = ANY (ARRAY['ACCEPTED'::text, 'DUPLICATE'::text, 'REARM'::text, 'REFUSED'::text, 'TEST'::text])))
);
-- partition of public.webhook_events DEFAULT
create table public.webhook_failures (
  address inet not null,
  reason text not null,
  minute timestamp with time zone not null,
  count integer not null,
  constraint webhook_failures_pkey PRIMARY KEY (address, reason, minute)
);
create table public.webhook_sources (
  id uuid not null default uuidv7(),
  strategy_id uuid not null,
  user_id uuid not null,
  name text not null,
  status text not null default 'ACTIVE'::text,
  body_secret_hash bytea,
  hmac_key bytea,
  allowed_addresses inet[],
  client_subject text,
  max_lag_seconds integer,
  entries_per_minute integer not null default 3000,
  entries_burst integer not null default 1000,
  created_at timestamp with time zone not null default now(),
  constraint webhook_sources_tenant_key UNIQUE (id, user_id),
  constraint webhook_sources_pkey PRIMARY KEY (id),
  constraint webhook_source_of_own_strategy FOREIGN KEY (strategy_id, user_id) REFERENCES public.strategies(id, user_id),
  constraint entries_burst_is_positive CHECK ((entries_burst > 0)),
  constraint entries_per_minute_is_positive CHECK ((entries_per_minute > 0)),
  constraint source_status_is_known CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'DISABLED'::text])))
);
create table public.webhook_tokens (
  id uuid not null default uuidv7(),
  source_id uuid not null,
  user_id uuid not null,
  token_hash bytea not null,
  created_at timestamp with time zone not null default now(),
  valid_until timestamp with time zone,
  disabled_at timestamp with time zone,
  constraint one_source_per_token UNIQUE (token_hash),
  constraint webhook_tokens_pkey PRIMARY KEY (id),
  constraint token_of_own_source FOREIGN KEY (source_id, user_id) REFERENCES public.webhook_sources(id, user_id)
);
create table public.worker_heartbeats (
  worker text not null,
  roles text[] not null,
  pid integer not null,
  host text not null,
  started_at timestamp with time zone not null,
  beat_at timestamp with time zone not null,
  stopped_at timestamp with time zone,
  detail jsonb not null default '{}'::jsonb,
  constraint worker_heartbeats_pkey PRIMARY KEY (worker)
);

-- indexes that no constraint makes

CREATE INDEX cash_ledger_by_account ON paper.cash_ledger USING btree (account_id, id);
CREATE UNIQUE INDEX one_opening_per_account ON paper.cash_ledger USING btree (account_id) WHERE (kind = 'OPENING'::text);
CREATE INDEX paper_fills_due ON paper.fills USING btree (due_at) WHERE (settled_at IS NULL);
CREATE INDEX paper_fills_settled ON paper.fills USING btree (account_id, settled_at);
CREATE INDEX paper_news_untold ON paper.news USING btree (account_id, id) WHERE (told_at IS NULL);
CREATE INDEX paper_orders_by_change ON paper.orders USING btree (account_id, updated_at);
CREATE INDEX paper_orders_live ON paper.orders USING btree (account_id, id) WHERE (status = ANY (ARRAY['PLACED'::text, 'PARTIALLY_FILLED'::text]));
CREATE INDEX paper_orders_to_expire ON paper.orders USING btree (expires_at) WHERE ((status = ANY (ARRAY['PLACED'::text, 'PARTIALLY_FILLED'::text])) AND (expires_at IS NOT NULL));
CREATE INDEX paper_orders_to_match ON paper.orders USING btree (instrument_id, id) WHERE ((status = ANY (ARRAY['PLACED'::text, 'PARTIALLY_FILLED'::text])) AND (matched_qty < qty));
CREATE INDEX alerts_by_user ON public.alerts USING btree (user_id, raised_at DESC);
CREATE INDEX api_tokens_by_user ON public.api_tokens USING btree (user_id, created_at DESC);
CREATE INDEX audit_log_by_actor ON public.audit_log USING btree (actor_user_id, seq DESC);
CREATE INDEX audit_log_by_entity ON public.audit_log USING btree (entity_id, seq DESC);
CREATE INDEX candles_in_the_making ON ONLY public.candles USING btree (instrument_id) WHERE (NOT complete);
CREATE INDEX daily_pnl_by_user ON public.daily_pnl USING btree (user_id, day);
CREATE INDEX deliveries_by_account ON public.signal_deliveries USING btree (user_broker_id, created_at DESC);
CREATE INDEX deliveries_pending ON public.signal_deliveries USING btree (created_at) WHERE ((status = 'PENDING'::text) AND (decided_at IS NULL));
CREATE INDEX deliveries_waiting ON public.signal_deliveries USING btree (waits_for_trade_id) WHERE ((status = 'PENDING'::text) AND (waits_for_trade_id IS NOT NULL));
CREATE INDEX event_log_by_entity ON ONLY public.event_log USING btree (entity_id, id);
CREATE INDEX event_log_cursor ON ONLY public.event_log USING btree (xid, id);
CREATE INDEX exit_intents_by_trade ON public.exit_intents USING btree (trade_id, created_at);
CREATE INDEX exit_intents_live ON public.exit_intents USING btree (created_at) WHERE (status = ANY (ARRAY['PENDING'::text, 'APPROVED'::text, 'PLACED'::text]));
CREATE INDEX exit_signals_by_alert ON public.exit_signals USING btree (((detail ->> 'signal_id'::text))) WHERE (detail ? 'signal_id'::text);
CREATE INDEX exit_signals_by_user ON public.exit_signals USING btree (user_id, recorded_at DESC);
CREATE INDEX fifo_allocations_by_account ON public.fifo_allocations USING btree (user_broker_id, instrument_id, closing_seq);
CREATE INDEX fifo_allocations_by_user ON public.fifo_allocations USING btree (user_id, GREATEST(bought_at, sold_at) DESC, id DESC);
CREATE INDEX fifo_lots_open ON public.fifo_lots USING btree (user_broker_id, instrument_id, direction, fill_seq) WHERE ((remaining_qty)::numeric > (0)::numeric);
CREATE INDEX fills_by_order ON public.trade_fills USING btree (order_id);
CREATE INDEX fills_by_trade ON public.trade_fills USING btree (trade_id, fill_seq);
CREATE INDEX intents_by_account ON public.trade_intents USING btree (user_broker_id, created_at DESC);
CREATE INDEX intents_by_signal ON public.trade_intents USING btree (signal_id);
CREATE INDEX login_attempts_by_address ON public.login_attempts USING btree (address, attempted_at DESC);
CREATE INDEX login_attempts_by_email ON public.login_attempts USING btree (email, attempted_at DESC);
CREATE INDEX market_days_by_time ON public.market_days USING btree (market, closes_at);
CREATE UNIQUE INDEX one_live_entry_order_per_trade ON public.orders USING btree (trade_id) WHERE ((kind = 'ENTRY'::text) AND (status = ANY (ARRAY['CREATED'::text, 'SUBMITTING'::text, 'UNKNOWN'::text, 'PLACED'::text, 'PARTIALLY_FILLED'::text, 'CANCEL_REQUESTED'::text])));
CREATE UNIQUE INDEX one_live_exit_order_per_trade ON public.orders USING btree (trade_id) WHERE ((kind = 'EXIT'::text) AND (status = ANY (ARRAY['CREATED'::text, 'SUBMITTING'::text, 'UNKNOWN'::text, 'PLACED'::text, 'PARTIALLY_FILLED'::text, 'CANCEL_REQUESTED'::text])));
CREATE UNIQUE INDEX one_open_alert_per_key ON public.alerts USING btree (key) WHERE ((key IS NOT NULL) AND (cleared_at IS NULL));
CREATE UNIQUE INDEX one_open_discrepancy ON public.discrepancies USING btree (user_broker_id, code, instrument_id) NULLS NOT DISTINCT WHERE (resolved_at IS NULL);
CREATE UNIQUE INDEX one_open_quarantine_per_entity ON public.quarantine USING btree (entity, entity_id) WHERE (resolved_at IS NULL);
CREATE UNIQUE INDEX one_pending_exit_per_trade ON public.exit_intents USING btree (trade_id) WHERE (status = ANY (ARRAY['PENDING'::text, 'APPROVED'::text, 'PLACED'::text]));
CREATE INDEX order_events_by_order ON public.order_events USING btree (order_id, id);
CREATE INDEX orders_by_alert ON public.orders USING btree (((cancel_cause ->> 'signal_id'::text))) WHERE (cancel_cause ? 'signal_id'::text);
CREATE INDEX orders_by_exit_intent ON public.orders USING btree (exit_intent_id) WHERE (exit_intent_id IS NOT NULL);
CREATE INDEX orders_by_intent ON public.orders USING btree (trade_intent_id) WHERE (trade_intent_id IS NOT NULL);
CREATE INDEX orders_by_trade ON public.orders USING btree (trade_id, created_at);
CREATE INDEX orders_by_user ON public.orders USING btree (user_id, created_at DESC);
CREATE INDEX orders_live ON public.orders USING btree (user_broker_id, status) WHERE (status = ANY (ARRAY['CREATED'::text, 'SUBMITTING'::text, 'UNKNOWN'::text, 'PLACED'::text, 'PARTIALLY_FILLED'::text, 'CANCEL_REQUESTED'::text]));
CREATE INDEX orders_to_ask ON public.orders USING btree (next_ask_at) WHERE (status = ANY (ARRAY['SUBMITTING'::text, 'UNKNOWN'::text, 'PLACED'::text, 'PARTIALLY_FILLED'::text, 'CANCEL_REQUESTED'::text]));
CREATE INDEX orders_to_reprice ON public.orders USING btree (next_reprice_at) WHERE ((kind = 'ENTRY'::text) AND (order_type = 'LIMIT'::text) AND (status = ANY (ARRAY['PLACED'::text, 'PARTIALLY_FILLED'::text])));
CREATE INDEX reconciliation_runs_by_account ON public.reconciliation_runs USING btree (user_broker_id, started_at DESC);
CREATE INDEX signals_by_body ON public.signals USING btree (body_hash, recorded_at DESC) WHERE (body_hash IS NOT NULL);
CREATE INDEX signals_newest ON public.signals USING btree (strategy_id, recorded_at DESC, id DESC);
CREATE INDEX signals_open_entries ON public.signals USING btree (strategy_id, instrument_id, id) WHERE ((status = 'PUBLISHED'::text) AND (action = ANY (ARRAY['ENTRY'::text, 'ADD'::text])));
CREATE INDEX signals_superseded ON public.signals USING btree (superseded_by) WHERE (superseded_by IS NOT NULL);
CREATE INDEX signals_unapplied ON public.signals USING btree (strategy_id, instrument_id, id) WHERE ((status = 'PUBLISHED'::text) AND (applied_at IS NULL));
CREATE INDEX signals_waiting ON public.signals USING btree (recorded_at) WHERE ((status = 'PUBLISHED'::text) AND (fanned_out_at IS NULL) AND (action = ANY (ARRAY['ENTRY'::text, 'ADD'::text])));
CREATE INDEX subscriptions_by_strategy ON public.subscriptions USING btree (strategy_id) WHERE (status = 'ACTIVE'::text);
CREATE INDEX switches_thrown ON public.switches USING btree (scope) WHERE (state <> 'OFF'::text);
CREATE INDEX trades_by_alert ON public.trades USING btree (((exit_wish_detail ->> 'signal_id'::text))) WHERE (exit_wish_detail ? 'signal_id'::text);
CREATE INDEX trades_by_user ON public.trades USING btree (user_id, created_at DESC);
CREATE INDEX trades_changed ON public.trades USING btree (changed_xid);
CREATE INDEX trades_closed_by_account ON public.trades USING btree (user_broker_id, closed_at DESC) WHERE (status = 'CLOSED'::text);
CREATE INDEX trades_closed_by_user ON public.trades USING btree (user_id, closed_at DESC, id DESC) WHERE (status = 'CLOSED'::text);
CREATE INDEX trades_live ON public.trades USING btree (instrument_id, user_broker_id) WHERE (status = ANY (ARRAY['CREATED'::text, 'ENTERING'::text, 'OPEN'::text, 'EXITING'::text]));
CREATE INDEX trades_live_by_account ON public.trades USING btree (user_broker_id, instrument_id) WHERE (status = ANY (ARRAY['CREATED'::text, 'ENTERING'::text, 'OPEN'::text, 'EXITING'::text]));
CREATE INDEX trades_live_by_strategy ON public.trades USING btree (strategy_id, instrument_id, user_broker_id) WHERE (status = ANY (ARRAY['CREATED'::text, 'ENTERING'::text, 'OPEN'::text, 'EXITING'::text]));
CREATE INDEX trades_newest ON public.trades USING btree (user_id, COALESCE(closed_at, created_at) DESC, id DESC);
CREATE INDEX trades_open_by_user ON public.trades USING btree (user_id, created_at DESC) WHERE (status = ANY (ARRAY['CREATED'::text, 'ENTERING'::text, 'OPEN'::text, 'EXITING'::text]));
CREATE INDEX trades_wishing ON public.trades USING btree (exit_wish_at) WHERE ((exit_wish_reason IS NOT NULL) AND (status = ANY (ARRAY['ENTERING'::text, 'OPEN'::text, 'EXITING'::text])));
CREATE INDEX user_sessions_by_user ON public.user_sessions USING btree (user_id, created_at DESC);
CREATE INDEX webhook_events_by_source ON ONLY public.webhook_events USING btree (source_id, received_at DESC, id DESC);
CREATE INDEX webhook_events_by_strategy ON ONLY public.webhook_events USING btree (strategy_id, received_at DESC);

-- views



-- triggers

CREATE TRIGGER audit_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION fn.audit_guard();
CREATE TRIGGER exit_intents_guard BEFORE UPDATE OF status ON public.exit_intents FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (NOT fn.exit_intent_next_ok(old.status, new.status)))) EXECUTE FUNCTION fn.refuse_transition();
CREATE TRIGGER orders_guard BEFORE UPDATE OF status ON public.orders FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (NOT fn.order_next_ok(old.status, new.status)))) EXECUTE FUNCTION fn.refuse_transition();
CREATE TRIGGER signal_deliveries_guard BEFORE UPDATE OF status ON public.signal_deliveries FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (NOT fn.delivery_next_ok(old.status, new.status)))) EXECUTE FUNCTION fn.refuse_transition();
CREATE TRIGGER signals_guard BEFORE UPDATE OF status ON public.signals FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (NOT fn.signal_next_ok(old.status, new.status)))) EXECUTE FUNCTION fn.refuse_transition();
CREATE TRIGGER trade_intents_guard BEFORE UPDATE OF status ON public.trade_intents FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (NOT fn.intent_next_ok(old.status, new.status)))) EXECUTE FUNCTION fn.refuse_transition();
CREATE TRIGGER trades_guard BEFORE UPDATE OF status ON public.trades FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (NOT fn.trade_next_ok(old.status, new.status)))) EXECUTE FUNCTION fn.refuse_transition();
CREATE TRIGGER trades_stamp BEFORE UPDATE ON public.trades FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) OR (((((old.entry_qty)::numeric IS DISTINCT FROM (new.entry_qty)::numeric) OR ((old.exit_qty)::numeric IS DISTINCT FROM (new.exit_qty)::numeric)) OR ((old.dust_qty)::numeric IS DISTINCT FROM (new.dust_qty)::numeric)) OR (old.target_rung IS DISTINCT FROM new.target_rung)) OR ((((old.hard_stop_price)::numeric IS DISTINCT FROM (new.hard_stop_price)::numeric) OR ((old.stop_price)::numeric IS DISTINCT FROM (new.stop_price)::numeric)) OR ((old.target_price)::numeric IS DISTINCT FROM (new.target_price)::numeric)) OR ((((old.trail_activate_price)::numeric IS DISTINCT FROM (new.trail_activate_price)::numeric) OR ((old.trail_stop_price)::numeric IS DISTINCT FROM (new.trail_stop_price)::numeric)) OR ((old.trail_raise_price)::numeric IS DISTINCT FROM (new.trail_raise_price)::numeric)))) EXECUTE FUNCTION fn.trade_stamp();

-- row-level security

admin_reads on public.account_days (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.account_days (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.account_days (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.account_exposure (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.account_exposure (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.account_exposure (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.alerts (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.alerts (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.alerts (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.api_tokens (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.api_tokens (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.api_tokens (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.broker_credentials (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.broker_credentials (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.broker_credentials (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.daily_pnl (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.daily_pnl (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.daily_pnl (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.discrepancies (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.discrepancies (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.discrepancies (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.event_log (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.event_log (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.event_log (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.event_log_default (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.event_log_default (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.event_log_default (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.exit_intents (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.exit_intents (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.exit_intents (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.exit_rules (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.exit_rules (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.exit_rules (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.exit_signals (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.exit_signals (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.exit_signals (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.fifo_allocations (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.fifo_allocations (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.fifo_allocations (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.fifo_lots (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.fifo_lots (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.fifo_lots (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.idempotency_keys (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.idempotency_keys (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.idempotency_keys (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.notification_channels (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.notification_channels (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.notification_channels (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.notifications (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.notifications (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.notifications (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.order_events (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.order_events (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.order_events (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.orders (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.orders (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.orders (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.positions (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.positions (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.positions (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.quarantine (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.quarantine (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.quarantine (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.reconciliation_runs (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.reconciliation_runs (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.reconciliation_runs (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.replay_runs (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.replay_runs (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.replay_runs (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.risk_limits (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.risk_limits (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.risk_limits (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.signal_deliveries (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.signal_deliveries (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.signal_deliveries (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.signals (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.signals (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.signals (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.strategies (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.strategies (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.strategies (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.subscriptions (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.subscriptions (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.subscriptions (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.switches (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.switches (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.switches (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.trade_fills (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.trade_fills (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.trade_fills (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.trade_intents (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.trade_intents (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.trade_intents (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.trade_targets (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.trade_targets (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.trade_targets (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.trades (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.trades (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.trades (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.user_brokers (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.user_brokers (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.user_brokers (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.user_secrets (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.user_secrets (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.user_secrets (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.user_sessions (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.user_sessions (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.user_sessions (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.users (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.users (forced): select to lockstep_web using ((id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.users (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.webhook_events (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.webhook_events (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.webhook_events (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.webhook_events_default (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.webhook_events_default (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.webhook_events_default (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.webhook_sources (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.webhook_sources (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.webhook_sources (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)
admin_reads on public.webhook_tokens (forced): select to lockstep_web_admin using (true) with check ()
own_rows on public.webhook_tokens (forced): select to lockstep_web using ((user_id = ( SELECT fn.actor() AS actor))) with check ()
system_rows on public.webhook_tokens (forced): all to lockstep_owner, lockstep_stage, lockstep_worker using (true) with check (true)

-- rights on tables

paper.accounts: lockstep_paper insert, select, update
paper.cash_ledger: lockstep_paper insert, select
paper.fills: lockstep_paper insert, select, update
paper.knobs: lockstep_paper select, update
paper.news: lockstep_paper insert, select, update
paper.orders: lockstep_paper insert, select, update
paper.positions: lockstep_paper insert, select, update
public.account_days: lockstep_intent delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.account_exposure: lockstep_intent delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.alerts: lockstep_events delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.api_tokens: lockstep_identity delete, insert, update; lockstep_stage select; lockstep_web select (id, user_id, name, scopes, created_at, last_used_at, revoked_at, expires_at); lockstep_web_admin select (id, user_id, name, scopes, created_at, last_used_at, revoked_at, expires_at); lockstep_worker select
public.audit_log: lockstep_identity delete, insert, update; lockstep_stage select; lockstep_web_admin select; lockstep_worker select
public.broker_credentials: lockstep_config delete, insert, select, update; lockstep_worker select
public.candles: lockstep_market delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_web_researcher select; lockstep_worker select
public.daily_pnl: lockstep_stage select; lockstep_trade delete, insert, update; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.discrepancies: lockstep_reconcile delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.event_log: lockstep_events delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.exit_intents: lockstep_exit delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.exit_rules: lockstep_config delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.exit_signals: lockstep_exit delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.feature_flags: lockstep_config delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_web_researcher select; lockstep_worker select
public.fifo_allocations: lockstep_stage select; lockstep_trade delete, insert, update; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.fifo_lots: lockstep_stage select; lockstep_trade delete, insert, update; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.idempotency_keys: lockstep_identity delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.instruments: lockstep_config delete, insert, update; lockstep_paper select; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_web_researcher select; lockstep_worker select
public.invitations: lockstep_identity delete, insert, update; lockstep_stage select; lockstep_web_admin select (id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at, accepted_user_id); lockstep_worker select
public.leases: lockstep_events delete, insert, update; lockstep_stage select; lockstep_web_admin select; lockstep_worker select
public.login_attempts: lockstep_identity delete, insert, update; lockstep_stage select; lockstep_web_admin select; lockstep_worker select
public.market_days: lockstep_config delete, insert, update; lockstep_paper select; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_web_researcher select; lockstep_worker select
public.markets: lockstep_config delete, insert, update; lockstep_paper select; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_web_researcher select; lockstep_worker select
public.matrix_scores: lockstep_market delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_web_researcher select; lockstep_worker select
public.notification_channels: lockstep_config delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.notifications: lockstep_events delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.order_events: lockstep_order delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.orders: lockstep_order delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.platform_settings: lockstep_config delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_web_researcher select; lockstep_worker select
public.positions: lockstep_stage select; lockstep_trade delete, insert, update; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.provider_health: lockstep_market delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_web_researcher select; lockstep_worker select
public.quarantine: lockstep_reconcile delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.quotes: lockstep_market delete, insert, update; lockstep_paper select; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_web_researcher select; lockstep_worker select
public.reconciliation_runs: lockstep_reconcile delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.replay_runs: lockstep_events delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.risk_limits: lockstep_config delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.schema_state: lockstep_paper select; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_web_researcher select; lockstep_worker select
public.signal_deliveries: lockstep_delivery delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.signal_heads: lockstep_signal delete, insert, update; lockstep_stage select; lockstep_web_admin select; lockstep_worker select
public.signal_rearm: lockstep_signal delete, insert, update; lockstep_stage select; lockstep_web_admin select; lockstep_worker select
public.signals: lockstep_signal delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.strategies: lockstep_config delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.subscriptions: lockstep_config delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.switches: lockstep_config delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.test_clock: lockstep_paper select; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_web_researcher select; lockstep_worker select
public.tick_rejects: lockstep_market delete, insert, update; lockstep_stage select; lockstep_web_admin select; lockstep_worker select
public.trade_fills: lockstep_fill delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.trade_intents: lockstep_intent delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.trade_targets: lockstep_stage select; lockstep_trade delete, insert, update; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.trades: lockstep_stage select; lockstep_trade delete, insert, update; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.user_brokers: lockstep_config delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.user_secrets: lockstep_identity delete, insert, select, update
public.user_sessions: lockstep_identity delete, insert, update; lockstep_stage select; lockstep_web select (id, user_id, role, created_at, last_seen_at, expires_at, revoked_at, revoked_reason, user_agent, address, confirmed_at); lockstep_web_admin select (id, user_id, role, created_at, last_seen_at, expires_at, revoked_at, revoked_reason, user_agent, address, confirmed_at); lockstep_worker select
public.users: lockstep_identity delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.webhook_buckets: lockstep_signal delete, insert, update; lockstep_stage select; lockstep_web_admin select; lockstep_worker select
public.webhook_events: lockstep_signal delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_worker select
public.webhook_failures: lockstep_signal delete, insert, update; lockstep_stage select; lockstep_web_admin select; lockstep_worker select
public.webhook_sources: lockstep_config delete, insert, update; lockstep_stage select; lockstep_web select (id, strategy_id, user_id, name, status, allowed_addresses, client_subject, max_lag_seconds, entries_per_minute, entries_burst, created_at); lockstep_web_admin select (id, strategy_id, user_id, name, status, allowed_addresses, client_subject, max_lag_seconds, entries_per_minute, entries_burst, created_at); lockstep_worker select
public.webhook_tokens: lockstep_config delete, insert, update; lockstep_stage select; lockstep_web select (id, source_id, user_id, created_at, valid_until, disabled_at); lockstep_web_admin select (id, source_id, user_id, created_at, valid_until, disabled_at); lockstep_worker select
public.worker_heartbeats: lockstep_events delete, insert, update; lockstep_stage select; lockstep_web select; lockstep_web_admin select; lockstep_web_researcher select; lockstep_worker select

-- functions: result, how they run, who owns and who may call them

fn.account_book(p_user_broker uuid) → jsonb, stable definer, lockstep_reconcile: lockstep_worker
fn.account_check(p jsonb) → void, stable definer, lockstep_config: nobody else
fn.account_closed_sums(p_account uuid, p_from timestamp with time zone) → TABLE(realised numeric, fees numeric, opened integer, closed integer, losses integer, last_loss_at timestamp with time zone), stable, lockstep_intent: lockstep_stage
fn.account_create(p jsonb) → uuid, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.account_day(p_account uuid, p_at timestamp with time zone) → date, stable definer, lockstep_trade: lockstep_stage, lockstep_worker
fn.account_days_mark(p_accounts uuid[]) → void, volatile definer, lockstep_intent: lockstep_stage, lockstep_worker
fn.account_days_open(p_accounts uuid[], p_now timestamp with time zone) → void, volatile definer, lockstep_intent: lockstep_stage
fn.account_drawdown(p_account uuid) → numeric, stable, lockstep_intent: lockstep_stage
fn.account_exposure_lock(p_accounts uuid[]) → void, volatile definer, lockstep_intent: nobody else
fn.account_exposure_open(p_account uuid, p_user uuid) → void, volatile definer, lockstep_intent: lockstep_config
fn.account_freeze(p_account uuid, p_reason text) → jsonb, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.account_gate(p_user_brokers uuid[]) → void, volatile definer, lockstep_config: lockstep_stage, lockstep_worker
fn.account_limit(p_user_broker uuid, p_code text) → TABLE(value numeric, layer text), stable, lockstep_config: lockstep_stage, lockstep_worker
fn.account_loss_alert(p_account uuid, p_day date) → void, volatile definer, lockstep_intent: nobody else
fn.account_open(p_user uuid, p jsonb) → uuid, volatile definer, lockstep_config: lockstep_stage
fn.account_open_pnl(p_account uuid) → TABLE(open_now numeric, fees numeric, stale text[]), stable, lockstep_intent: lockstep_stage
fn.account_operational(p_user_broker uuid) → TABLE(code text, detail jsonb), stable, lockstep_config: lockstep_stage, lockstep_worker
fn.account_own(p_account uuid) → public.user_brokers, volatile definer, lockstep_config: nobody else
fn.account_reconciled(p_user_broker uuid, p_at timestamp with time zone) → void, volatile definer, lockstep_config: lockstep_reconcile
fn.account_rows(p_account uuid) → void, volatile definer, lockstep_config: lockstep_stage
fn.account_status_set(p_account uuid, p_status text) → jsonb, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.account_update(p_account uuid, p jsonb) → void, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.accounts_entries_withdraw(p_accounts uuid[], p_code text) → jsonb, volatile definer, lockstep_config: lockstep_stage
fn.accounts_live_trades(p_accounts uuid[]) → TABLE(user_broker_id uuid, trades jsonb), stable, lockstep_intent: nobody else
fn.accounts_operational(p_user_brokers uuid[]) → TABLE(user_broker_id uuid, code text, detail jsonb), stable, lockstep_config: lockstep_stage, lockstep_worker
fn.accounts_to_lock(p_accounts uuid[]) → uuid[], stable, lockstep_intent: nobody else
fn.accounts_to_mark() → SETOF uuid, stable, lockstep_intent: lockstep_worker
fn.accounts_to_reconcile(p_older_than interval, p_limit integer) → SETOF uuid, stable definer, lockstep_reconcile: lockstep_worker
fn.accounts_today() → TABLE(user_broker_id uuid, account text, broker text, environment text, currency text, capital numeric, status text, connection text, frozen_reason text, reconciled_at timestamp with time zone, day date, day_pnl numeric, realised numeric, open_now numeric, open_count integer, exposure numeric, loss_limit numeric, loss_layer text, loss_hit_at timestamp with time zone, stale text[]), stable definer, lockstep_intent: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.actor() → uuid, stable, lockstep_owner: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.alert_clear(p_key text) → boolean, volatile definer, lockstep_events: lockstep_stage, lockstep_worker
fn.alert_digest(p_source uuid, p_action text, p_symbol text, p_direction text, p_timeframe text, p_signal_time text, p_key text, p_body_hash text) → text, immutable, lockstep_signal: nobody else
fn.alert_raise(p_user uuid, p_severity text, p_code text, p_text text, p_entity text, p_entity_id uuid, p_key text) → uuid, volatile definer, lockstep_events: lockstep_stage, lockstep_worker
fn.alert_rows(p_items json) → fn.alert_row[], stable definer, lockstep_signal: nobody else
fn.alert_time(p_at timestamp with time zone, p_timeframe text, p_market text, p_now timestamp with time zone) → timestamp with time zone, stable, lockstep_signal: nobody else
fn.alerts_accept_plain(p_rows fn.alert_row[], p_now timestamp with time zone) → TABLE(ord integer, outcome text, signal_id uuid, source_id uuid, job text), volatile definer, lockstep_signal: nobody else
fn.alerts_judged(p_rows fn.alert_row[], p_now timestamp with time zone) → TABLE(n bigint, at timestamp with time zone, dedupe_key text, first_n bigint, known uuid, strategy_id uuid, instrument_id uuid, plain boolean), stable, lockstep_signal: nobody else
fn.alerts_keyed(p_rows fn.alert_row[], p_now timestamp with time zone) → TABLE(n bigint, at timestamp with time zone, dedupe_key text, first_n bigint, known uuid, able boolean, test boolean, source_id uuid, strategy_id uuid, instrument_id uuid, action text, direction text, delayed boolean, strategy_status text, rearm_seconds integer, max_lag_ms integer, entries_per_minute integer, entries_burst integer), stable, lockstep_signal: nobody else
fn.alerts_plan(p_rows fn.alert_row[], p_now timestamp with time zone, OUT ats timestamp with time zone[], OUT keys text[], OUT ids uuid[], OUT older boolean[], OUT repeats uuid[]) → record, volatile definer, lockstep_signal: nobody else
fn.alerts_with_plan(p_rows fn.alert_row[], p_ats timestamp with time zone[], p_keys text[], p_ids uuid[], p_older boolean[], p_repeats uuid[]) → TABLE(ord integer, request_id text, elapsed_us integer, address inet, shape text, exchange text, delayed boolean, refused boolean, test boolean, symbol text, action text, direction text, timeframe text, signal_time timestamp with time zone, price numeric, stop numeric, target numeric, limit_price numeric, quantity numeric, quantity_type text, client_key text, source text, indicator text, ignored jsonb, max_lag_ms integer, dedupe text, outdated boolean, source_id uuid, strategy_id uuid, user_id uuid, strategy_status text, ttl_seconds integer, rearm_seconds integer, entries_per_minute integer, entries_burst integer, instrument_id uuid, market text, at timestamp with time zone, key text, id uuid, older boolean, repeated uuid), immutable, lockstep_signal: nobody else
fn.api_token_create(p_name text, p_token_hash bytea, p_scopes text[], p_days integer) → uuid, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.api_token_revoke(p_token uuid) → void, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.api_token_touch(p_token_hash bytea) → jsonb, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.atr(p_instrument uuid, p_timeframe text, p_n integer) → numeric, stable, lockstep_market: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.attention_read(p_now timestamp with time zone) → TABLE(severity text, kind text, detail jsonb, entity text, entity_id uuid, at timestamp with time zone), stable, lockstep_intent: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.audit_append(p_act text, p_entity text, p_entity_id uuid, p_detail jsonb) → bigint, volatile definer, lockstep_identity: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.audit_append(p_actor uuid, p_act text, p_entity text, p_entity_id uuid, p_detail jsonb) → bigint, volatile definer, lockstep_identity: lockstep_stage
fn.audit_guard() → trigger, volatile, lockstep_owner: nobody else
fn.audit_hash(p_prev bytea, p_seq bigint, p_at timestamp with time zone, p_actor uuid, p_act text, p_entity text, p_entity_id uuid, p_detail jsonb) → bytea, immutable, lockstep_identity: lockstep_stage
fn.audit_verify() → TABLE(seq bigint, problem text), stable definer, lockstep_identity: lockstep_worker
fn.bar_close_always_open(p_at timestamp with time zone, p_timeframe text) → timestamp with time zone, immutable, lockstep_signal: nobody else
fn.bar_close_in_session(p_market text, p_zone text, p_at timestamp with time zone, p_timeframe text) → timestamp with time zone, stable, lockstep_signal: nobody else
fn.books_list() → TABLE(environment text, currency text, accounts bigint, trades numeric), stable, lockstep_trade: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.candles_put(p_candles jsonb) → integer, volatile definer, lockstep_market: lockstep_worker
fn.client_order_id(p_order uuid) → text, immutable, lockstep_order: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.clock() → timestamp with time zone, stable, lockstep_owner: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.close_check(t public.trades, p_qty numeric, p_type text, p_limit numeric) → void, stable definer, lockstep_exit: nobody else
fn.closing_side(p_direction text) → text, immutable, lockstep_owner: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.daily_pnl_add(p_trade uuid, p_at timestamp with time zone, p_reason text, p_pnl numeric, p_fees numeric, p_trades integer, p_whole numeric, p_now timestamp with time zone) → void, volatile definer, lockstep_trade: nobody else
fn.daily_pnl_rebuild(p_account uuid) → integer, volatile definer, lockstep_trade: lockstep_worker
fn.daily_pnl_steps(p_account uuid) → TABLE(trade_id uuid, at timestamp with time zone, reason text, pnl numeric, fees numeric, trades integer, whole numeric), stable definer, lockstep_trade: nobody else
fn.day_base(p_instrument uuid, p_market text, p_now timestamp with time zone) → numeric, stable, lockstep_intent: nobody else
fn.deliveries_create(v public.signals, p_accounts uuid[], p_opposed boolean) → jsonb, volatile definer, lockstep_delivery: nobody else
fn.deliveries_decided(p_deliveries uuid[], p_now timestamp with time zone) → SETOF uuid, volatile definer, lockstep_delivery: lockstep_intent
fn.deliveries_end(p_deliveries uuid[], p_reason text, p_now timestamp with time zone) → integer, volatile definer, lockstep_delivery: lockstep_intent
fn.deliveries_expire(p_signals uuid[], p_accounts uuid[], p_reason text) → integer, volatile definer, lockstep_delivery: lockstep_stage
fn.deliveries_sweep(p_limit integer) → jsonb, volatile definer, lockstep_delivery: lockstep_worker
fn.delivery_next_ok(p_from text, p_to text) → boolean, immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.delivery_wait(p_delivery uuid, p_trade uuid) → void, volatile definer, lockstep_delivery: lockstep_intent
fn.delivery_wake(p_trade uuid) → jsonb, volatile definer, lockstep_delivery: lockstep_stage
fn.demo_market() → boolean, stable definer, lockstep_signal: nobody else
fn.direction_sign(p_direction text) → numeric, immutable, lockstep_owner: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.duplicate_text() → text, immutable, lockstep_signal: nobody else
fn.entries_halted_withdraw(p_limit integer) → jsonb, volatile definer, lockstep_exit: lockstep_stage, lockstep_worker
fn.entries_refused(p_ids uuid[], p_accounts uuid[], p_now timestamp with time zone) → TABLE(id uuid, code text, next_status text), stable definer, lockstep_order: nobody else
fn.entries_reprice(p_limit integer) → jsonb, volatile definer, lockstep_order: lockstep_worker
fn.entry_limit_now(p_trade uuid, p_side text) → numeric, stable definer, lockstep_order: nobody else
fn.entry_orders_create(p_intents uuid[], p_now timestamp with time zone) → jsonb, volatile definer, lockstep_order: lockstep_intent
fn.entry_refuse(p_order uuid, p_to text, p_code text, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_order: nobody else
fn.entry_replace(p_order uuid, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_order: nobody else
fn.entry_reprice(p_order uuid, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_order: nobody else
fn.equity_days(p_from date) → TABLE(environment text, currency text, day date, pnl numeric, fees numeric), stable, lockstep_intent: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.event_append(p_user uuid, p_topic text, p_entity text, p_entity_id uuid, p_data jsonb) → void, volatile definer, lockstep_events: lockstep_stage, lockstep_worker
fn.event_broadcast(p_topic text, p_entity text, p_entity_id uuid, p_data jsonb) → void, volatile definer, lockstep_events: lockstep_stage, lockstep_worker
fn.events_after(p_xid xid8, p_id bigint, p_limit integer) → SETOF public.event_log, stable, lockstep_events: lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.events_append(p_users uuid[], p_topic text, p_entity text, p_entities uuid[], p_data jsonb[]) → void, volatile definer, lockstep_events: lockstep_stage, lockstep_worker
fn.events_head() → xid8, stable, lockstep_events: lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.exit_alerts(x public.exit_intents, p_failures integer) → void, volatile definer, lockstep_exit: nobody else
fn.exit_available(t public.trades) → numeric, stable definer, lockstep_exit: nobody else
fn.exit_backoff_ms(p_rank integer, p_failures integer, p_cooldown_ms integer) → integer, immutable, lockstep_exit: nobody else
fn.exit_conditions(t public.trades, p_low numeric, p_high numeric, p_now timestamp with time zone) → TABLE(reason text, rung integer, trigger_price numeric), immutable, lockstep_owner: lockstep_stage, lockstep_worker
fn.exit_defaults_set(p_asset_class text, p_rules jsonb) → void, volatile definer, lockstep_config: lockstep_web_admin
fn.exit_due(p_market text, p_opened timestamp with time zone, p_rules jsonb) → timestamp with time zone, stable definer, lockstep_exit: lockstep_stage, lockstep_worker
fn.exit_episode_generate(p_trade uuid, p_reason text, p_rung integer) → integer, volatile definer, lockstep_exit: lockstep_stage, lockstep_worker
fn.exit_failures(p_trade uuid, p_reason text, p_rung integer) → integer, stable definer, lockstep_exit: nobody else
fn.exit_fire(t public.trades, p jsonb, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_exit: nobody else
fn.exit_flattened(p_user uuid, p_user_broker uuid) → boolean, stable definer, lockstep_exit: lockstep_stage, lockstep_worker
fn.exit_intent_end(p_intent uuid, p_status text, p_code text, p_now timestamp with time zone) → void, volatile definer, lockstep_exit: nobody else
fn.exit_intent_next_ok(p_from text, p_to text) → boolean, immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.exit_ladder(p_trade uuid, p_rules jsonb, p_entry numeric) → TABLE(rung integer, price numeric, fraction numeric, done_qty numeric, skipped boolean, is_next boolean), stable definer, lockstep_exit: nobody else
fn.exit_level(p_direction text, p_entry numeric, p_percent numeric) → numeric, immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.exit_limit(x public.exit_intents, t public.trades) → numeric, stable definer, lockstep_exit: nobody else
fn.exit_many() → integer, immutable, lockstep_exit: nobody else
fn.exit_next(t public.trades, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_exit: nobody else
fn.exit_on_tick(p_price numeric, p_tick numeric, p_up boolean) → numeric, immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.exit_order_lives(p_trade uuid) → boolean, stable definer, lockstep_exit: nobody else
fn.exit_order_make(p_intent uuid, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_exit: nobody else
fn.exit_order_outcome(p_order uuid) → jsonb, volatile definer, lockstep_exit: lockstep_stage
fn.exit_others(t public.trades) → numeric, stable definer, lockstep_exit: nobody else
fn.exit_outranks(p_reason text, p_whole boolean, p_at_market boolean, x public.exit_intents) → boolean, immutable, lockstep_owner: lockstep_stage, lockstep_worker
fn.exit_percent(p_direction text, p_entry numeric, p_price numeric) → numeric, immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.exit_places(p_layer text, p_asset_class text, p_place uuid) → TABLE(asset_class text, strategy_id uuid, subscription_id uuid, trade_id uuid), stable definer, lockstep_config: nobody else
fn.exit_qualify(p_intents uuid[]) → jsonb, volatile definer, lockstep_exit: lockstep_stage, lockstep_worker
fn.exit_qualify_one(p_intent uuid, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_exit: nobody else
fn.exit_raise(p jsonb, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_exit: nobody else
fn.exit_rank(p_reason text) → integer, immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.exit_reason_table() → TABLE(reason text, rank integer, style text, one_shot boolean, any_time boolean, rest_key text), immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.exit_reasons_now(t public.trades, p_session boolean, p_low numeric, p_high numeric, p_last numeric, p_raised numeric, p_now timestamp with time zone) → TABLE(reason text, rung integer, trigger_price numeric, also text[]), stable definer, lockstep_exit: nobody else
fn.exit_request(t public.trades, p_reason text, p_rung integer) → numeric, stable definer, lockstep_exit: nobody else
fn.exit_resize(t public.trades) → jsonb, volatile definer, lockstep_exit: nobody else
fn.exit_rest_sweep(p_limit integer) → jsonb, volatile definer, lockstep_exit: lockstep_worker
fn.exit_rested(p_now timestamp with time zone, p_limit integer) → TABLE(order_id uuid, trade_id uuid, exit_intent_id uuid, then_at_market boolean), stable definer, lockstep_exit: nobody else
fn.exit_rules_check(p_rules jsonb) → void, stable definer, lockstep_config: nobody else
fn.exit_rules_problem(p_rules jsonb) → jsonb, immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.exit_rules_put(p_layer text, p_asset_class text, p_place uuid, p_user uuid, p_rules jsonb, p_by uuid) → void, volatile definer, lockstep_config: lockstep_stage
fn.exit_rules_resolve(p_asset_class text, p_strategy uuid, p_subscription uuid, p_trade uuid) → TABLE(rules jsonb, layers jsonb), stable definer, lockstep_config: lockstep_stage, lockstep_worker
fn.exit_rules_set(p_layer text, p_place uuid, p_rules jsonb) → void, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.exit_rules_shown(p_layer text, p_place uuid) → TABLE(asset_class text, own jsonb, rules jsonb, layers jsonb), stable definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.exit_seen(t public.trades, p jsonb, p_now timestamp with time zone) → TABLE(in_session boolean, low numeric, high numeric, last numeric), stable definer, lockstep_exit: nobody else
fn.exit_stop(p_trade uuid, p_rules jsonb, p_entry numeric, p_atr numeric) → TABLE(price numeric, set_by text), stable definer, lockstep_exit: nobody else
fn.exit_style(t public.trades, p_reason text) → TABLE(order_type text, limit_price numeric, rest_seconds integer, rest_then text), immutable, lockstep_exit: nobody else
fn.exit_supersede(p_old uuid, p_new uuid, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_exit: nobody else
fn.exit_sweep(p_limit integer, p_after uuid) → jsonb, volatile definer, lockstep_exit: lockstep_worker
fn.exit_sweep_approved(p_limit integer) → uuid[], stable definer, lockstep_exit: nobody else
fn.exit_sweep_pending(p_limit integer) → uuid[], stable definer, lockstep_exit: nobody else
fn.exit_sweep_proposals(p_limit integer, p_after uuid) → jsonb, stable definer, lockstep_exit: nobody else
fn.exit_take_fills(p_intent uuid, p_now timestamp with time zone) → public.exit_intents, volatile definer, lockstep_exit: nobody else
fn.exit_trail(p_rules jsonb, p_price numeric, p_atr numeric) → TABLE(distance numeric, step numeric), immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.exit_trail_apply(t public.trades, p_low numeric, p_high numeric, p_now timestamp with time zone) → numeric, volatile definer, lockstep_exit: nobody else
fn.exit_trail_due(t public.trades, p_low numeric, p_high numeric) → boolean, immutable, lockstep_owner: lockstep_stage, lockstep_worker
fn.exit_trail_next(t public.trades, p_low numeric, p_high numeric, p_atr numeric) → TABLE(trail_stop_price numeric, trail_raise_price numeric, trail_distance numeric, trail_step numeric), immutable, lockstep_owner: lockstep_stage, lockstep_worker
fn.exit_triggers(p_trade uuid) → TABLE(exit_rules jsonb, exit_layers jsonb, entry_atr numeric, hard_stop_price numeric, stop_price numeric, stop_by text, target_price numeric, target_rung integer, trail_activate_price numeric, trail_stop_price numeric, trail_raise_price numeric, trail_distance numeric, trail_step numeric, trail_armed_at timestamp with time zone, exit_due_at timestamp with time zone, targets jsonb), stable definer, lockstep_exit: lockstep_stage, lockstep_worker
fn.exit_unprotected(p_now timestamp with time zone) → TABLE(trade_id uuid, reason text, listed text), stable definer, lockstep_exit: nobody else
fn.exit_verdict(x public.exit_intents, t public.trades, p_now timestamp with time zone) → TABLE(answer text, code text), stable definer, lockstep_exit: nobody else
fn.exit_waits(p_intent uuid, p_code text, p_now timestamp with time zone) → void, volatile definer, lockstep_exit: nobody else
fn.exits_plain(p_proposals jsonb, p_now timestamp with time zone) → TABLE(trade public.trades, reason text, trigger_price numeric, market_price numeric, also text[], detected_by text, at timestamp with time zone), stable definer, lockstep_exit: nobody else
fn.exits_raise(p_proposals jsonb) → jsonb, volatile definer, lockstep_exit: lockstep_stage, lockstep_worker
fn.exits_raise_plain(p_proposals jsonb, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_exit: nobody else
fn.fee_estimate(p_order uuid, p_qty numeric, p_value numeric) → numeric, stable definer, lockstep_fill: lockstep_stage
fn.fifo_allocate(l public.fifo_lots, f public.trade_fills, q numeric, p_in numeric, p_in_fee numeric, p_out numeric, p_out_fee numeric) → void, volatile definer, lockstep_trade: nobody else
fn.fifo_rebuild(p_account uuid, p_instrument uuid) → integer, volatile definer, lockstep_trade: lockstep_fill, lockstep_worker
fn.fifo_share(p_whole numeric, p_left numeric, p_qty numeric, p_left_qty numeric, p_whole_qty numeric) → numeric, immutable, lockstep_trade: lockstep_stage
fn.fifo_take(p_fill uuid) → void, volatile definer, lockstep_trade: lockstep_fill
fn.fill_apply(p_order uuid, p jsonb, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_fill: nobody else
fn.fill_follow(p_was public.orders, t public.trades, p_over_trade uuid, p_is public.orders, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_fill: nobody else
fn.fill_put(o public.orders, p jsonb, p_trade uuid, p_effect text, p_qty numeric, p_fee numeric, p_part text, p_reason text, p_now timestamp with time zone) → uuid, volatile definer, lockstep_fill: nobody else
fn.fill_shape(o public.orders, p jsonb, p_multiplier numeric) → jsonb, stable definer, lockstep_fill: nobody else
fn.fill_value(p_qty numeric, p_price numeric, p_multiplier numeric) → numeric, immutable, lockstep_order: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.fills_apply(p_fills jsonb) → jsonb, volatile definer, lockstep_fill: lockstep_worker
fn.fills_export(p_account uuid, p_instrument uuid, p_seq bigint, p_limit integer) → TABLE(user_broker_id uuid, instrument_id uuid, fill_seq bigint, trade_id uuid, order_id uuid, account text, environment text, symbol text, currency text, kind text, side text, qty numeric, price numeric, multiplier numeric, fee numeric, fee_estimated boolean, ingest_via text, broker_fill_id text, broker_order_id text, occurred_at timestamp with time zone, recorded_at timestamp with time zone), stable, lockstep_trade: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.flag_set(p_name text, p_enabled boolean) → void, volatile definer, lockstep_config: lockstep_web_admin
fn.flags_force(p jsonb) → text[], volatile definer, lockstep_config: nobody else
fn.idempotency_begin(p_key text, p_fingerprint bytea) → jsonb, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.idempotency_finish(p_key text, p_response jsonb) → void, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.instrument_ensure_simulated(p_symbol text, p_price numeric) → uuid, volatile definer, lockstep_config: lockstep_stage, lockstep_worker
fn.intent_accounts(p_accounts uuid[], p_now timestamp with time zone) → SETOF jsonb, stable, lockstep_intent: nobody else
fn.intent_deliveries(p_deliveries uuid[]) → SETOF jsonb, stable, lockstep_intent: nobody else
fn.intent_executed(p_intent uuid) → void, volatile definer, lockstep_intent: lockstep_stage
fn.intent_failed(p_intent uuid, p_status text, p_code text) → void, volatile definer, lockstep_intent: lockstep_stage
fn.intent_instruments(p_instruments uuid[], p_now timestamp with time zone) → SETOF jsonb, stable, lockstep_intent: nobody else
fn.intent_limits(p_accounts uuid[]) → SETOF jsonb, stable, lockstep_intent: nobody else
fn.intent_next_ok(p_from text, p_to text) → boolean, immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.intent_shared(p_deliveries uuid[]) → SETOF jsonb, stable, lockstep_intent: nobody else
fn.intents_insert(p_decisions jsonb, p_checks jsonb, p_claimed uuid[], p_now timestamp with time zone) → TABLE(id uuid, user_id uuid, user_broker_id uuid, signal_id uuid, status text), volatile definer, lockstep_intent: nobody else
fn.intents_load(p_deliveries uuid[]) → SETOF jsonb, volatile definer, lockstep_intent: lockstep_worker
fn.intents_record(p_decisions jsonb, p_checks jsonb) → jsonb, volatile definer, lockstep_intent: lockstep_worker
fn.invariants() → TABLE(name text, entity text, id text, detail text), stable definer, lockstep_reconcile: lockstep_web_admin, lockstep_worker
fn.invariants_books() → TABLE(name text, entity text, id text, detail text), stable definer, lockstep_reconcile: nobody else
fn.invariants_exits() → TABLE(name text, entity text, id text, detail text), stable definer, lockstep_reconcile: nobody else
fn.invariants_fills() → TABLE(name text, entity text, id text, detail text), stable definer, lockstep_reconcile: nobody else
fn.invariants_intents() → TABLE(name text, entity text, id text, detail text), stable definer, lockstep_reconcile: nobody else
fn.invariants_orders() → TABLE(name text, entity text, id text, detail text), stable definer, lockstep_reconcile: nobody else
fn.invariants_signals() → TABLE(name text, entity text, id text, detail text), stable definer, lockstep_reconcile: nobody else
fn.invariants_trades() → TABLE(name text, entity text, id text, detail text), stable definer, lockstep_reconcile: nobody else
fn.invitation_accept(p_token_hash bytea, p_name text, p_time_zone text, p_password_hash text) → uuid, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.invitation_create(p_email text, p_role text, p_token_hash bytea, p_hours integer) → uuid, volatile definer, lockstep_identity: lockstep_web_admin
fn.invitation_read(p_token_hash bytea) → jsonb, stable definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.invitation_revoke(p_invitation uuid) → void, volatile definer, lockstep_identity: lockstep_web_admin
fn.job(p_name text, p_id uuid) → jsonb, immutable, lockstep_owner: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.jobs_concat(p_one jsonb, p_other jsonb) → jsonb, immutable, lockstep_owner: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.lease_release(p_names text[], p_holder text) → void, volatile definer, lockstep_events: lockstep_worker
fn.lease_renew(p_names text[], p_holder text, p_ttl_ms integer) → TABLE(name text, epoch bigint), volatile definer, lockstep_events: lockstep_worker
fn.lease_take(p_name text, p_holder text, p_ttl_ms integer) → bigint, volatile definer, lockstep_events: lockstep_worker
fn.leases_forget(p_prefix text) → void, volatile definer, lockstep_events: lockstep_worker
fn.leases_hold(p_names text[], p_epochs bigint[], p_holder text) → TABLE(name text, epoch bigint), volatile definer, lockstep_events: lockstep_stage
fn.leases_take(p_names text[], p_holder text, p_ttl_ms integer) → TABLE(name text, epoch bigint), volatile definer, lockstep_events: lockstep_worker
fn.levels_check(p_direction text, p_stop numeric, p_target numeric, p_mark numeric) → void, stable, lockstep_exit: nobody else
fn.levels_seen_check(p_seen jsonb, p_stop numeric, p_target numeric, p_own_stop numeric, p_own_target numeric) → void, immutable, lockstep_exit: nobody else
fn.limit_check(p jsonb) → void, stable definer, lockstep_config: nobody else
fn.limit_place(p_layer text, p_place uuid) → TABLE(user_id uuid, user_broker_id uuid, subscription_id uuid), stable definer, lockstep_config: nobody else
fn.limit_put(p_layer text, p_user uuid, p_account uuid, p_subscription uuid, p jsonb) → boolean, volatile definer, lockstep_config: nobody else
fn.limit_register() → TABLE(code text, unit text, scopes text[]), immutable, lockstep_config: nobody else
fn.limit_set(p_layer text, p_place uuid, p jsonb) → boolean, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.limit_set_admin(p_layer text, p_place uuid, p jsonb) → boolean, volatile definer, lockstep_config: lockstep_web_admin
fn.limits_visible() → TABLE(layer text, user_broker_id uuid, subscription_id uuid, code text, scope text, currency text, asset_class text, value numeric, by_admin boolean, updated_at timestamp with time zone), stable definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.login_begin(p_email text, p_address inet) → jsonb, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.login_factor(p_attempt bigint, p_password_hash text) → jsonb, stable definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.login_factor_pass(p_attempt bigint, p_password_hash text, p_step bigint, p_recovery text) → void, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.login_owner(p_attempt bigint, p_password_hash text) → uuid, stable definer, lockstep_identity: nobody else
fn.login_succeed(p_attempt bigint, p_password_hash text, p_token_hash bytea, p_user_agent text, p_address inet) → void, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.market_calendars_check() → integer, volatile definer, lockstep_config: lockstep_worker
fn.market_next_open(p_market text, p_at timestamp with time zone) → timestamp with time zone, stable, lockstep_config: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.market_session(p_market text, p_at timestamp with time zone) → TABLE(is_open boolean, day date, opens_at timestamp with time zone, closes_at timestamp with time zone), stable, lockstep_config: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.order_after_fill(p_status text, p_filled numeric, p_qty numeric) → text, immutable, lockstep_order: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.order_after_report(p_status text, p_report text, p_filled numeric) → text, immutable, lockstep_order: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.order_ask_delay(p_status text, p_asked integer) → interval, immutable, lockstep_order: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.order_asked(p_order uuid, p_outcome text, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_order: nobody else
fn.order_cancel_manual(p_order uuid) → jsonb, volatile definer, lockstep_order: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.order_cancel_now(p_order uuid, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_order: lockstep_fill
fn.order_cancel_request(p_order uuid, p_cause jsonb) → jsonb, volatile definer, lockstep_order: lockstep_stage, lockstep_worker
fn.order_create(p jsonb) → uuid, volatile definer, lockstep_order: lockstep_stage
fn.order_ended(p_order uuid, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_order: lockstep_fill
fn.order_fill(p_order uuid, p_qty numeric, p_over numeric, p_value numeric, p_fee numeric, p_broker_order_id text, p_cause jsonb, p_now timestamp with time zone) → public.orders, volatile definer, lockstep_order: lockstep_fill
fn.order_find(p jsonb) → uuid, stable definer, lockstep_order: lockstep_fill
fn.order_is_final(p_status text) → boolean, immutable, lockstep_order: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.order_missing(p_order uuid, p jsonb, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_order: nobody else
fn.order_move(p_order uuid, p_to text, p_event text, p_cause jsonb, p_now timestamp with time zone) → void, volatile definer, lockstep_order: lockstep_fill
fn.order_next_ok(p_from text, p_to text) → boolean, immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.order_report(p_order uuid, p jsonb, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_order: nobody else
fn.order_seed(p_trade uuid) → text, stable definer, lockstep_order: nobody else
fn.orders_claim(p_ids uuid[], p_worker text) → jsonb, volatile definer, lockstep_order: lockstep_worker
fn.orders_due(p_limit integer) → SETOF uuid, volatile definer, lockstep_order: lockstep_worker
fn.orders_due_now(p_user_broker uuid) → integer, volatile definer, lockstep_order: lockstep_worker
fn.orders_list(p_id uuid, p_states text[], p_kind text, p_symbol text, p_account uuid, p_oldest boolean, p_at timestamp with time zone, p_cursor uuid, p_limit integer) → TABLE(id uuid, created_at timestamp with time zone, symbol text, tick_size numeric, currency text, account text, environment text, broker text, trade_id uuid, trade_status text, direction text, kind text, origin text, side text, order_type text, qty numeric, filled_qty numeric, limit_price numeric, average numeric, fees numeric, status text, reject_code text, reject_text text, cancel_code text, cancel_wanted_at timestamp with time zone, ask_count integer, unknown_at timestamp with time zone, client_order_id text, broker_order_id text, submitted_at timestamp with time zone, placed_at timestamp with time zone, ended_at timestamp with time zone, exit_reason text), stable, lockstep_order: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.orders_lost(p_limit integer) → jsonb, volatile definer, lockstep_order: lockstep_worker
fn.orders_record(p_results jsonb) → jsonb, volatile definer, lockstep_order: lockstep_worker
fn.orders_to_send(p_ids uuid[]) → jsonb, stable definer, lockstep_order: nobody else
fn.orders_view(p_ids uuid[]) → jsonb, stable definer, lockstep_order: lockstep_worker
fn.overfill_trade(o public.orders, p_qty numeric, p_now timestamp with time zone) → uuid, volatile definer, lockstep_fill: nobody else
fn.password_change(p_attempt bigint, p_old_hash text, p_new_hash text, p_session uuid) → integer, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.password_proof(p_attempt bigint, p_password_hash text) → public.users, volatile definer, lockstep_identity: nobody else
fn.position_take(p_account uuid, p_instrument uuid, p_side text, p_qty numeric, p_value numeric, p_fee numeric, p_now timestamp with time zone) → bigint, volatile definer, lockstep_trade: lockstep_fill
fn.positions_lock(p jsonb) → void, volatile definer, lockstep_trade: lockstep_fill
fn.positions_open(p_trades uuid[]) → TABLE(id uuid, user_broker_id uuid, account text, environment text, instrument_id uuid, symbol text, tick_size numeric, lot_size numeric, currency text, multiplier numeric, strategy_id uuid, direction text, trade_type text, status text, open_qty numeric, entry_qty numeric, entry_average numeric, created_at timestamp with time zone, opened_at timestamp with time zone, exit_due_at timestamp with time zone, exit_wish_reason text, unprotected_reason text, mark numeric, age_ms bigint, is_good boolean, exposure numeric, pnl numeric, pnl_percent numeric, levels jsonb, next_kind text, next_price numeric, next_distance numeric, exit_reason text, exit_status text, waits_for text), stable, lockstep_trade: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.price_round(p_price numeric, p_tick numeric, p_side text) → numeric, immutable, lockstep_order: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.profile_set(p_name text, p_time_zone text) → void, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.qty_floor(p_qty numeric, p_lot numeric) → numeric, immutable, lockstep_order: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.quarantine_clear(p_entity text, p_entity_id uuid, p_resolution text) → boolean, volatile definer, lockstep_reconcile: lockstep_stage, lockstep_worker
fn.quarantine_put(p_user uuid, p_entity text, p_entity_id uuid, p_code text, p_error text, p_history jsonb) → boolean, volatile definer, lockstep_reconcile: lockstep_stage, lockstep_worker
fn.quote_first(p_instrument uuid, p_price numeric) → void, volatile definer, lockstep_market: lockstep_stage
fn.quote_frozen_after() → interval, immutable, lockstep_market: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.quote_stale_ms(p_asset_class text) → integer, immutable, lockstep_market: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.quote_state(p_instrument uuid) → TABLE(bid numeric, ask numeric, last numeric, mark numeric, age_ms bigint, is_good boolean, source_time timestamp with time zone), stable, lockstep_market: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.quotes_put(p_quotes jsonb, p_holder text) → SETOF uuid, volatile definer, lockstep_market: lockstep_worker
fn.raise_not_found() → void, volatile, lockstep_owner: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.reconcile_record(p_user_broker uuid, p_started timestamp with time zone, p_outcome text, p_differences jsonb, p_detail jsonb) → uuid, volatile definer, lockstep_reconcile: lockstep_worker
fn.recovery_check(p_hashes jsonb) → void, stable definer, lockstep_identity: nobody else
fn.reduce_positions(s public.signals, p_accounts uuid[]) → TABLE(account uuid, user_id uuid, trade uuid, free_qty numeric, wished numeric, wanted numeric), stable definer, lockstep_signal: nobody else
fn.reduce_wanted(p_open numeric, p_quantity numeric, p_after numeric, p_mode text, p_multiplier numeric) → numeric, immutable, lockstep_signal: nobody else
fn.refuse(p_code text, p_message text) → void, volatile, lockstep_owner: lockstep_paper, lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.refuse_transition() → trigger, volatile, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.results_by(p_by text, p_environment text, p_currency text, p_account uuid, p_from timestamp with time zone) → TABLE(key text, name text, trades bigint, wins bigint, losses bigint, pnl numeric, fees numeric, gross_win numeric, gross_loss numeric, planned_r numeric, realised_r numeric, beyond_stop bigint, slippage_bps numeric), stable, lockstep_trade: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.results_daily(p_environment text, p_currency text, p_account uuid, p_from date) → TABLE(day date, pnl numeric, fees numeric, trades bigint, wins bigint, losses bigint, gross_win numeric, gross_loss numeric), stable, lockstep_trade: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.reversal_waits_for(p_strategy uuid, p_instrument uuid, p_account uuid, p_direction text, p_not uuid) → uuid, stable, lockstep_delivery: lockstep_stage
fn.row_changes(p_old jsonb, p_new jsonb) → jsonb, immutable, lockstep_owner: lockstep_stage
fn.session_confirm(p_attempt bigint, p_password_hash text, p_session uuid) → void, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.session_end(p_token_hash bytea) → void, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.session_is_confirmed(p_session uuid) → boolean, stable definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.session_revoke(p_session uuid) → void, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.session_touch(p_token_hash bytea, p_active boolean) → jsonb, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.sessions_end(p_user uuid, p_but uuid, p_reason text) → integer, volatile definer, lockstep_identity: nobody else
fn.sessions_revoke_others(p_session uuid) → integer, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.signal_accept_own(p_strategy uuid, p_item jsonb) → jsonb, volatile definer, lockstep_signal: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.signal_answer(p_outcome text, p_signal uuid, p_message text, p_test boolean) → jsonb, immutable, lockstep_signal: nobody else
fn.signal_apply(p_signal uuid, p_after uuid, p_limit integer) → jsonb, volatile definer, lockstep_signal: lockstep_worker
fn.signal_apply_accounts(s public.signals, p_after uuid, p_limit integer) → uuid[], stable definer, lockstep_signal: nobody else
fn.signal_apply_chunk(s public.signals, p_accounts uuid[]) → jsonb, volatile definer, lockstep_signal: nobody else
fn.signal_apply_hold(p_signal uuid) → public.signals, volatile definer, lockstep_signal: nobody else
fn.signal_closes(p_action text, p_direction text) → text, immutable, lockstep_signal: nobody else
fn.signal_cover(s public.signals, p_now timestamp with time zone) → uuid, volatile definer, lockstep_signal: nobody else
fn.signal_covers(s public.signals, o public.signals) → boolean, immutable, lockstep_signal: nobody else
fn.signal_dedupe_key(p_item jsonb, p_now timestamp with time zone) → text, immutable, lockstep_signal: nobody else
fn.signal_effective_time(p_at timestamp with time zone, p_timeframe text, p_market text, p_now timestamp with time zone) → timestamp with time zone, stable definer, lockstep_signal: nobody else
fn.signal_entry_refusal(p_item jsonb, p_at timestamp with time zone, p_now timestamp with time zone) → jsonb, stable definer, lockstep_signal: nobody else
fn.signal_exit_note(p_item jsonb, p_signal uuid, p_at timestamp with time zone, p_now timestamp with time zone) → void, volatile definer, lockstep_signal: nobody else
fn.signal_fanned_out(p_signal uuid, p_expected integer, p_left_out jsonb) → void, volatile definer, lockstep_signal: lockstep_stage
fn.signal_fanout(p_signal uuid, p_limit integer) → jsonb, volatile definer, lockstep_delivery: lockstep_worker
fn.signal_fanout_job(s public.signals) → jsonb, immutable, lockstep_signal: nobody else
fn.signal_first_of(p_item jsonb, p_now timestamp with time zone) → uuid, stable definer, lockstep_signal: nobody else
fn.signal_head_is_clear(p_strategy uuid, p_instrument uuid, p_action text) → boolean, stable definer, lockstep_signal: nobody else
fn.signal_head_move(p_item jsonb, p_at timestamp with time zone, p_now timestamp with time zone, p_signal uuid) → void, volatile definer, lockstep_signal: nobody else
fn.signal_heads_lock(p_rows fn.alert_row[]) → void, volatile definer, lockstep_signal: nobody else
fn.signal_hold(p_signal uuid) → public.signals, volatile definer, lockstep_signal: lockstep_delivery, lockstep_intent
fn.signal_instruments_ensure(p_rows fn.alert_row[]) → boolean, volatile definer, lockstep_signal: nobody else
fn.signal_is_before(p_at timestamp with time zone, p_id uuid, p_other_at timestamp with time zone, p_other uuid) → boolean, immutable, lockstep_signal: nobody else
fn.signal_item_decide(p_item jsonb, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_signal: nobody else
fn.signal_items_resolve(p_items json, p_rows fn.alert_row[], p_ords integer[]) → jsonb, stable definer, lockstep_signal: nobody else
fn.signal_next_ok(p_from text, p_to text) → boolean, immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.signal_rearming(p_item jsonb, p_now timestamp with time zone) → boolean, stable definer, lockstep_signal: nobody else
fn.signal_reduce(s public.signals, p_accounts uuid[]) → void, volatile definer, lockstep_signal: nobody else
fn.signal_refused(p_http integer, p_code text, p_message text, p_test boolean) → jsonb, immutable, lockstep_signal: nobody else
fn.signal_reverses(p_strategy uuid, p_instrument uuid, p_direction text) → boolean, stable definer, lockstep_signal: nobody else
fn.signal_store(p_item jsonb, p_at timestamp with time zone, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_signal: nobody else
fn.signal_trades(s public.signals, p_accounts uuid[]) → SETOF public.trades, stable definer, lockstep_signal: nobody else
fn.signals_accept(p_items json) → TABLE(ord integer, outcome text, http integer, code text, message text, signal_id uuid, retry_after integer, job text), volatile definer, lockstep_signal: lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.signals_expire() → jsonb, volatile definer, lockstep_signal: lockstep_worker
fn.signals_hold(p_signals uuid[]) → void, volatile definer, lockstep_signal: lockstep_delivery, lockstep_intent
fn.signals_stuck(p_limit integer) → jsonb, stable definer, lockstep_signal: lockstep_worker
fn.signals_supersede(s public.signals, p_now timestamp with time zone) → integer, volatile definer, lockstep_signal: nobody else
fn.signals_visible(p_id uuid, p_symbol text, p_action text, p_before timestamp with time zone, p_before_id uuid, p_limit integer) → TABLE(id uuid, strategy_id uuid, strategy text, owned boolean, instrument_id uuid, symbol text, tick_size numeric, lot_size numeric, currency text, action text, direction text, status text, reject_code text, timeframe text, price numeric, stop_price numeric, target_price numeric, source text, indicator text, occurred_at timestamp with time zone, recorded_at timestamp with time zone, published_at timestamp with time zone, expires_at timestamp with time zone, fanned_out_at timestamp with time zone, applied_at timestamp with time zone, ended_at timestamp with time zone, left_out jsonb), stable definer, lockstep_signal: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.simulated_instruments_max() → integer, immutable, lockstep_config: nobody else
fn.simulated_tick_size(p_price numeric) → numeric, immutable, lockstep_config: nobody else
fn.sources_performance(p_environment text, p_currency text, p_account uuid, p_from timestamp with time zone) → TABLE(source text, indicator text, received bigint, accepted bigint, refused bigint, reasons jsonb, filled bigint, closed bigint, wins bigint, losses bigint, pnl numeric, gross_win numeric, gross_loss numeric), stable definer, lockstep_signal: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.strategies_shared() → TABLE(strategy_id uuid, name text, owner text, kind text, sides text, status text, visibility text, allowed_symbols text[], followed boolean), stable definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.strategies_visible() → TABLE(strategy_id uuid, name text, visibility text, owned boolean), stable definer, lockstep_signal: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.strategy_create(p jsonb) → uuid, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.strategy_followers(p_strategy uuid) → TABLE(subscription_id uuid, user_id uuid, user_broker_id uuid, ordinal bigint, left_out text), stable, lockstep_delivery: nobody else
fn.strategy_own(p_strategy uuid) → public.strategies, volatile definer, lockstep_config: nobody else
fn.strategy_status_set(p_strategy uuid, p_status text) → void, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.strategy_update(p_strategy uuid, p jsonb) → void, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.stuck_ages() → TABLE(what text, allowed interval), immutable, lockstep_reconcile: lockstep_stage, lockstep_worker
fn.stuck_jobs(p_now timestamp with time zone, p_limit integer) → jsonb, stable definer, lockstep_reconcile: nobody else
fn.stuck_orders(p_now timestamp with time zone, p_limit integer) → integer, volatile definer, lockstep_reconcile: nobody else
fn.stuck_sweep(p_limit integer) → jsonb, volatile definer, lockstep_reconcile: lockstep_worker
fn.stuck_trades(p_now timestamp with time zone, p_limit integer) → jsonb, volatile definer, lockstep_reconcile: nobody else
fn.subscription_check(p public.subscriptions) → void, stable definer, lockstep_config: nobody else
fn.subscription_create(p jsonb) → uuid, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.subscription_own(p_subscription uuid) → public.subscriptions, volatile definer, lockstep_config: nobody else
fn.subscription_status_set(p_subscription uuid, p_status text) → void, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.subscription_update(p_subscription uuid, p jsonb) → void, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.switch_preview(p_scope text, p_target uuid) → jsonb, stable definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.switch_preview_admin(p_scope text, p_target uuid) → jsonb, stable definer, lockstep_config: lockstep_web_admin
fn.switch_reach(p_scope text, p_target uuid) → jsonb, stable definer, lockstep_config: nobody else
fn.switch_set(p_scope text, p_target uuid, p_state text, p_reason text) → jsonb, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.switch_set_admin(p_scope text, p_target uuid, p_state text, p_reason text) → jsonb, volatile definer, lockstep_config: lockstep_web_admin
fn.switch_throw(p_scope text, p_target uuid, p_state text, p_reason text, p_by uuid) → jsonb, volatile definer, lockstep_config: lockstep_stage
fn.switches_visible() → TABLE(scope text, user_broker_id uuid, account text, state text, reason text, since timestamp with time zone, mine boolean), stable definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.symbol_list(p jsonb) → text[], immutable, lockstep_config: nobody else
fn.tax_lots_list(p_environment text, p_currency text, p_account uuid, p_from timestamp with time zone, p_until timestamp with time zone, p_symbol text, p_at timestamp with time zone, p_cursor uuid, p_limit integer) → TABLE(id uuid, symbol text, tick_size numeric, account text, environment text, currency text, direction text, qty numeric, open_price numeric, close_price numeric, multiplier numeric, open_fee numeric, close_fee numeric, cost_basis numeric, gross_proceeds numeric, net_proceeds numeric, pnl numeric, bought_at timestamp with time zone, sold_at timestamp with time zone, closed_at timestamp with time zone), stable, lockstep_trade: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.tick_rejects_put(p_rejects jsonb) → void, volatile definer, lockstep_market: lockstep_worker
fn.time_text(p_at timestamp with time zone) → text, stable, lockstep_signal: nobody else
fn.timeframe_length(p_timeframe text) → interval, immutable, lockstep_signal: nobody else
fn.totp_begin(p_secret text) → void, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.totp_disable() → void, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.totp_enable(p_secret text, p_step bigint, p_recovery jsonb) → void, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.totp_recovery_set(p_recovery jsonb) → void, volatile definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.totp_state() → jsonb, stable definer, lockstep_identity: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.trade_book(p_old public.trades, p_at timestamp with time zone, p_reason text, p_now timestamp with time zone) → void, volatile definer, lockstep_trade: nobody else
fn.trade_close_manual(p_trade uuid, p_qty numeric, p_type text, p_limit numeric) → jsonb, volatile definer, lockstep_exit: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.trade_create(p jsonb) → uuid, volatile definer, lockstep_trade: lockstep_stage
fn.trade_entries_withdraw(p_trade uuid, p_cause jsonb) → jsonb, volatile definer, lockstep_order: lockstep_stage, lockstep_worker
fn.trade_exit_note(p_trade uuid, p_reason text, p_trigger_price numeric) → void, volatile definer, lockstep_trade: lockstep_stage
fn.trade_exit_withdraw(p_trade uuid) → jsonb, volatile definer, lockstep_exit: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.trade_levels(p_direction text, p_mark numeric, p_hard_stop numeric, p_stop numeric, p_trail numeric, p_trail_activate numeric, p_target numeric, OUT levels jsonb) → jsonb, immutable, lockstep_trade: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.trade_levels_set(p_trade uuid, p_stop numeric, p_target numeric, p_seen jsonb) → jsonb, volatile definer, lockstep_exit: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.trade_lock(p_trades uuid[]) → void, volatile definer, lockstep_trade: lockstep_stage
fn.trade_next_ok(p_from text, p_to text) → boolean, immutable, lockstep_owner: lockstep_stage, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.trade_quality(t public.trades) → TABLE(entry_average numeric, exit_average numeric, planned_r numeric, realised_r numeric, beyond_stop boolean, slippage_bps numeric), immutable, lockstep_trade: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.trade_result(p_direction text, p_entry_qty numeric, p_left_qty numeric, p_entry_value numeric, p_exit_value numeric, p_entry_fees numeric, p_exit_fees numeric, OUT pnl numeric, OUT fees numeric) → record, immutable, lockstep_trade: lockstep_stage
fn.trade_result_of(t public.trades, OUT pnl numeric, OUT fees numeric) → record, stable, lockstep_trade: lockstep_stage
fn.trade_settle(p_trade uuid, p_now timestamp with time zone) → jsonb, volatile definer, lockstep_trade: lockstep_stage
fn.trade_stamp() → trigger, volatile, lockstep_owner: lockstep_stage
fn.trade_status_set(p_trade uuid, p_to text, p_cause jsonb) → void, volatile definer, lockstep_trade: lockstep_stage
fn.trade_stop_set(p_trade uuid, p_stop numeric, p_target numeric) → void, volatile definer, lockstep_trade: lockstep_stage
fn.trade_take(p_fill uuid, p_reason text, p_now timestamp with time zone) → void, volatile definer, lockstep_trade: lockstep_fill
fn.trade_trail_move(p jsonb) → integer, volatile definer, lockstep_trade: lockstep_stage
fn.trade_triggers_refresh(p_trades uuid[]) → void, volatile definer, lockstep_trade: lockstep_stage
fn.trade_unclose(p_trade uuid, p_now timestamp with time zone) → void, volatile definer, lockstep_trade: nobody else
fn.trade_unprotected_set(p_trade uuid, p_reason text) → boolean, volatile definer, lockstep_trade: lockstep_stage
fn.trade_wish_clear(p_trade uuid) → void, volatile definer, lockstep_trade: lockstep_stage
fn.trade_wish_set(p_trade uuid, p_reason text, p_qty numeric, p_at timestamp with time zone, p_detail jsonb) → boolean, volatile definer, lockstep_trade: lockstep_stage
fn.trade_wish_shrink(p_trade uuid, p_filled numeric) → void, volatile definer, lockstep_trade: lockstep_stage
fn.trades_closed(p_environment text, p_currency text, p_account uuid, p_from timestamp with time zone, p_symbol text, p_reason text, p_strategy uuid, p_sort text, p_key numeric, p_cursor uuid, p_limit integer) → TABLE(id uuid, symbol text, tick_size numeric, currency text, account text, strategy_id uuid, direction text, trade_type text, qty numeric, entry_average numeric, exit_average numeric, pnl numeric, pnl_percent numeric, fees numeric, exit_reason text, exit_trigger_price numeric, opened_at timestamp with time zone, closed_at timestamp with time zone, planned_r numeric, realised_r numeric, sort_key numeric), stable, lockstep_trade: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.trades_create(p_intents uuid[], p_now timestamp with time zone) → void, volatile definer, lockstep_trade: lockstep_stage
fn.trades_entering(p_trades uuid[], p_now timestamp with time zone) → void, volatile definer, lockstep_trade: lockstep_stage
fn.trading_day(p_market text, p_at timestamp with time zone) → TABLE(day date, starts_at timestamp with time zone), stable, lockstep_intent: lockstep_stage, lockstep_worker
fn.triggers_read(p_instruments uuid[], p_since xid8) → jsonb, stable definer, lockstep_exit: lockstep_worker
fn.unprotected_refresh(p_limit integer) → integer, volatile definer, lockstep_exit: lockstep_worker
fn.user_create(p_email text, p_name text, p_role text, p_time_zone text, p_password_hash text) → uuid, volatile definer, lockstep_identity: lockstep_stage
fn.user_hold(p_user uuid) → public.users, volatile definer, lockstep_identity: nobody else
fn.user_role_set(p_user uuid, p_role text) → void, volatile definer, lockstep_identity: lockstep_web_admin
fn.user_rows(p_user uuid) → void, volatile definer, lockstep_config: lockstep_stage
fn.user_status_set(p_user uuid, p_status text, p_reason text) → jsonb, volatile definer, lockstep_identity: lockstep_web_admin
fn.users_hold(p_users uuid[]) → void, volatile definer, lockstep_identity: lockstep_config
fn.webhook_bucket_draw(p_source uuid, p_per_minute integer, p_burst integer, p_tokens integer, p_now timestamp with time zone) → integer, volatile definer, lockstep_signal: nobody else
fn.webhook_buckets_lock(p_rows fn.alert_row[]) → void, volatile definer, lockstep_signal: nobody else
fn.webhook_buckets_take(p_sources uuid[], p_now timestamp with time zone) → void, volatile definer, lockstep_signal: nobody else
fn.webhook_events_put(p_items jsonb, p_answers jsonb, p_now timestamp with time zone) → void, volatile definer, lockstep_signal: nobody else
fn.webhook_events_put_plain(p_rows fn.alert_row[], p_ords integer[], p_outcomes text[], p_ids uuid[], p_now timestamp with time zone) → void, volatile definer, lockstep_signal: nobody else
fn.webhook_failure_count(p_address inet, p_reason text, p_limit integer) → integer, volatile definer, lockstep_signal: lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.webhook_secret_set(p_source uuid, p_hash bytea) → void, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.webhook_signature_set(p_source uuid, p_key bytea) → void, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.webhook_source_changed(p_source public.webhook_sources, p_act text, p_detail jsonb) → void, volatile definer, lockstep_config: nobody else
fn.webhook_source_create(p_strategy uuid, p_name text, p_token_hash bytea) → uuid, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.webhook_source_get(p_token_hashes bytea[]) → TABLE(token_hash text, version text, source_id uuid, strategy_id uuid, user_id uuid, sides text, body_secret_hash text, hmac_key bytea, allowed_addresses text[], client_subject text, entries_per_minute integer), stable definer, lockstep_signal: lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker
fn.webhook_source_own(p_source uuid) → public.webhook_sources, volatile definer, lockstep_config: nobody else
fn.webhook_source_status_set(p_source uuid, p_status text) → void, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.webhook_source_update(p_source uuid, p jsonb) → void, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.webhook_sources_open(p_token_hashes bytea[]) → TABLE(token_hash bytea, version text, source public.webhook_sources, strategy public.strategies), stable, lockstep_signal: nobody else
fn.webhook_sources_shown(p_strategy uuid) → TABLE(source_id uuid, name text, status text, has_secret boolean, has_signature boolean, allowed_addresses text[], client_subject text, max_lag_seconds integer, entries_per_minute integer, entries_burst integer, created_at timestamp with time zone, tokens jsonb), stable definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.webhook_test_token(p_source uuid, p_real boolean) → text, stable definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.webhook_token_rotate(p_source uuid, p_token_hash bytea, p_grace_seconds integer) → void, volatile definer, lockstep_config: lockstep_web, lockstep_web_admin, lockstep_web_researcher
fn.worker_beat(p_worker text, p_roles text[], p_pid integer, p_host text, p_detail jsonb) → void, volatile definer, lockstep_events: lockstep_worker
fn.worker_stop(p_worker text) → void, volatile definer, lockstep_events: lockstep_worker
paper.account_open(p_account uuid, p jsonb) → boolean, volatile, lockstep_owner: lockstep_paper
paper.account_read(p_account uuid) → jsonb, volatile, lockstep_owner: lockstep_paper
paper.advance(p_now timestamp with time zone, p_account uuid) → integer, volatile, lockstep_owner: lockstep_paper
paper.buying_power(p_account uuid) → numeric, stable, lockstep_owner: lockstep_paper
paper.chance(p_key text) → numeric, immutable, lockstep_owner: lockstep_paper
paper.fill_fee(p_order paper.orders, p_account paper.accounts, p_qty numeric, p_price numeric, p_at timestamp with time zone) → numeric, immutable, lockstep_owner: lockstep_paper
paper.fill_json(p_fill paper.fills) → jsonb, stable, lockstep_owner: lockstep_paper
paper.fill_price(p_side text, p_limit numeric, p_bid numeric, p_ask numeric, p_last numeric, p_tick numeric, p_bps numeric) → numeric, immutable, lockstep_owner: lockstep_paper
paper.fill_qty(p_order paper.orders, p_knobs paper.knobs, p_key text) → numeric, immutable, lockstep_owner: lockstep_paper
paper.fill_settle(p_fill paper.fills, p_at timestamp with time zone) → void, volatile, lockstep_owner: lockstep_paper
paper.fills_read(p_account uuid, p_since timestamp with time zone, p_after_id bigint, p_limit integer) → jsonb, volatile, lockstep_owner: lockstep_paper
paper.ledger_check() → TABLE(name text, account_id uuid, detail jsonb), stable, lockstep_owner: lockstep_paper
paper.market_is_open(p_market text, p_at timestamp with time zone) → boolean, stable, lockstep_owner: lockstep_paper
paper.news_claim(p_accounts uuid[], p_now timestamp with time zone, p_lease_ms integer, p_limit integer) → jsonb, volatile, lockstep_owner: lockstep_paper
paper.news_done(p_ids bigint[]) → void, volatile, lockstep_owner: lockstep_paper
paper.next_due_at() → timestamp with time zone, stable, lockstep_owner: lockstep_paper
paper.opening_qty(p_order paper.orders) → numeric, stable, lockstep_owner: lockstep_paper
paper.order_arrive(p_order paper.orders, p_account paper.accounts, p_knobs paper.knobs, p_at timestamp with time zone) → void, volatile, lockstep_owner: lockstep_paper
paper.order_cancel(p_account uuid, p_ref jsonb) → jsonb, volatile, lockstep_owner: lockstep_paper
paper.order_find(p_account uuid, p_ref jsonb) → paper.orders, volatile, lockstep_owner: lockstep_paper
paper.order_from(p jsonb, p_at timestamp with time zone) → paper.orders, volatile, lockstep_owner: lockstep_paper
paper.order_json(p_order paper.orders) → jsonb, stable, lockstep_owner: lockstep_paper
paper.order_match(p_order paper.orders, p_account paper.accounts, p_knobs paper.knobs, p_bid numeric, p_ask numeric, p_last numeric, p_at timestamp with time zone) → boolean, volatile, lockstep_owner: lockstep_paper
paper.order_place(p jsonb) → jsonb, volatile, lockstep_owner: lockstep_paper
paper.order_read(p_account uuid, p_ref jsonb) → jsonb, volatile, lockstep_owner: lockstep_paper
paper.order_refusal(p_order paper.orders, p_account paper.accounts, p_knobs paper.knobs, p_at timestamp with time zone, OUT code text, OUT sentence text, OUT expires_at timestamp with time zone) → record, stable, lockstep_owner: lockstep_paper
paper.order_reserve(p_order paper.orders, p_knobs paper.knobs) → numeric, stable, lockstep_owner: lockstep_paper
paper.orders_read(p_account uuid, p_since timestamp with time zone, p_after_id bigint, p_limit integer) → jsonb, volatile, lockstep_owner: lockstep_paper
paper.positions_read(p_account uuid) → jsonb, volatile, lockstep_owner: lockstep_paper
paper.price_is_sane(p_low numeric, p_high numeric, p_allows_negative boolean) → boolean, immutable, lockstep_owner: lockstep_paper
paper.quote_match(p_instrument uuid, p_bid numeric, p_ask numeric, p_last numeric) → integer, volatile, lockstep_owner: lockstep_paper
