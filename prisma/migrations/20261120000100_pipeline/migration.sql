-- The pipeline, stage by stage: signal → delivery → intent → order → fill → trade → exit.
-- What must never happen twice is a unique key here; what may follow what is in sql/00_transitions.sql.

-- 1 signal -----------------------------------------------------------------------------------------

create table public.signals (
  id uuid primary key default uuidv7(),
  user_id uuid not null,
  strategy_id uuid not null,
  webhook_source_id uuid references public.webhook_sources (id),
  instrument_id uuid not null references public.instruments (id),
  symbol text not null,
  action text not null constraint signal_action_is_known check (action in ('ENTRY', 'EXIT', 'CANCEL', 'ADD')),
  direction text constraint signal_direction_is_known check (direction in ('LONG', 'SHORT')),
  dedupe_key text not null constraint one_signal_per_key unique,
  body_hash bytea,
  status text not null default 'DETECTED' constraint signal_status_is_known check (status in ('DETECTED', 'PUBLISHED', 'REJECTED', 'EXPIRED', 'SUPERSEDED')),
  reject_code text,
  timeframe text,
  price price,
  stop_price price,
  target_price price,
  limit_price price,
  quantity quantity,
  quantity_type text,
  -- A reduce: every account closes open × reduce_quantity ÷ (reduce_quantity + |position_after|).
  reduce_quantity quantity,
  position_after signed_quantity,
  source text,
  indicator text,
  client_key text,
  max_lag_ms int,
  -- As sent; occurred_at is what order and age are judged by (a bar's close, or the arrival where no time was sent).
  signal_time timestamptz,
  late boolean not null default false,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  published_at timestamptz,
  expires_at timestamptz,
  fanned_out_at timestamptz,
  expected_deliveries int,
  left_out jsonb not null default '[]',
  applied_at timestamptz,
  -- The last account that applying has finished: a part is closed once, however often it is applied.
  apply_cursor uuid,
  ended_at timestamptz,
  superseded_by uuid references public.signals (id),
  enrichment jsonb not null default '{}',
  payload jsonb not null default '{}',
  constraint signal_of_own_strategy foreign key (strategy_id, user_id) references public.strategies (id, user_id),
  constraint entry_has_a_direction check (action not in ('ENTRY', 'ADD') or direction is not null),
  constraint published_signal_has_a_time check (status = 'DETECTED' or status = 'REJECTED' or published_at is not null),
  constraint rejected_signal_has_a_code check ((status = 'REJECTED') = (reject_code is not null)),
  constraint only_published_signals_fan_out check (fanned_out_at is null or published_at is not null),
  constraint fan_out_is_counted check ((fanned_out_at is null) = (expected_deliveries is null)),
  constraint reduce_is_an_exit check (reduce_quantity is null or action = 'EXIT')
);
create index signals_by_user on public.signals (user_id, recorded_at desc);
create index signals_by_strategy on public.signals (strategy_id, instrument_id, recorded_at desc);
create index signals_newest on public.signals (strategy_id, recorded_at desc, id desc);
create index signals_by_body on public.signals (body_hash, recorded_at desc) where body_hash is not null;
create index signals_waiting on public.signals (recorded_at) where status = 'PUBLISHED' and fanned_out_at is null and action in ('ENTRY', 'ADD');
create index signals_unapplied on public.signals (strategy_id, instrument_id, id) where status = 'PUBLISHED' and applied_at is null;
create index signals_open_entries on public.signals (strategy_id, instrument_id, id) where status = 'PUBLISHED' and action in ('ENTRY', 'ADD');
create index signals_superseded on public.signals (superseded_by) where superseded_by is not null;

-- The newest accepted word per strategy and instrument; its row lock orders everything that arrives at once.
create table public.signal_heads (
  strategy_id uuid not null references public.strategies (id),
  instrument_id uuid not null references public.instruments (id),
  newest_long_entry_at timestamptz,
  newest_short_entry_at timestamptz,
  newest_long_exit_at timestamptz,
  newest_short_exit_at timestamptz,
  newest_cancel_at timestamptz,
  -- The newest accepted signal: words are applied in order, so once it is applied all before it are.
  last_signal_id uuid,
  updated_at timestamptz not null,
  primary key (strategy_id, instrument_id)
);

create table public.signal_rearm (
  strategy_id uuid not null references public.strategies (id),
  instrument_id uuid not null references public.instruments (id),
  direction text not null,
  entered_at timestamptz not null,
  signal_id uuid not null references public.signals (id),
  primary key (strategy_id, instrument_id, direction)
);

create table public.webhook_buckets (
  source_id uuid primary key references public.webhook_sources (id),
  tokens numeric(18, 6) not null,
  refilled_at timestamptz not null
);

create table public.webhook_failures (
  address inet not null,
  reason text not null,
  minute timestamptz not null,
  count int not null,
  primary key (address, reason, minute)
);

create table public.webhook_events (
  id bigint generated always as identity,
  user_id uuid not null,
  strategy_id uuid not null,
  source_id uuid not null,
  signal_id uuid,
  status text not null constraint webhook_status_is_known check (status in ('ACCEPTED', 'DUPLICATE', 'REARM', 'REFUSED', 'TEST')),
  http_status int not null,
  reason text,
  message text,
  symbol text,
  action text,
  direction text,
  timeframe text,
  source text,
  indicator text,
  request_id text not null,
  processing_us int,
  address inet,
  shape text,
  body text,
  received_at timestamptz not null,
  primary key (received_at, id)
) partition by range (received_at);
create table public.webhook_events_default partition of public.webhook_events default;
create index webhook_events_by_strategy on public.webhook_events (strategy_id, received_at desc);

-- 2 delivery ---------------------------------------------------------------------------------------

create table public.signal_deliveries (
  id uuid primary key default uuidv7(),
  signal_id uuid not null references public.signals (id),
  user_id uuid not null,
  user_broker_id uuid not null,
  subscription_id uuid not null,
  strategy_id uuid not null references public.strategies (id),
  instrument_id uuid not null references public.instruments (id),
  direction text not null constraint delivery_direction_is_known check (direction in ('LONG', 'SHORT')),
  status text not null default 'PENDING' constraint delivery_status_is_known check (status in ('PENDING', 'DECIDED', 'EXPIRED')),
  reason text,
  waits_for_trade_id uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  decided_at timestamptz,
  expired_at timestamptz,
  constraint one_delivery_per_account unique (signal_id, user_broker_id),
  constraint deliveries_tenant_key unique (id, user_id),
  constraint delivery_to_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id),
  constraint delivery_of_own_subscription foreign key (subscription_id, user_id) references public.subscriptions (id, user_id),
  constraint decided_delivery_has_a_time check ((status = 'DECIDED') = (decided_at is not null)),
  constraint expired_delivery_has_a_time_and_reason check ((status = 'EXPIRED') = (expired_at is not null and reason is not null))
);
create index deliveries_pending on public.signal_deliveries (created_at) where status = 'PENDING';
create index deliveries_waiting on public.signal_deliveries (waits_for_trade_id) where status = 'PENDING' and waits_for_trade_id is not null;
create index deliveries_by_account on public.signal_deliveries (user_broker_id, created_at desc);

-- 3 intent -----------------------------------------------------------------------------------------

create table public.trade_intents (
  id uuid primary key default uuidv7(),
  signal_delivery_id uuid not null,
  signal_id uuid not null references public.signals (id),
  user_id uuid not null,
  user_broker_id uuid not null,
  subscription_id uuid not null,
  strategy_id uuid not null references public.strategies (id),
  instrument_id uuid not null references public.instruments (id),
  direction text not null constraint intent_direction_is_known check (direction in ('LONG', 'SHORT')),
  trade_type text not null constraint trade_type_is_known check (trade_type in ('NEWBUY', 'REBUY')),
  status text not null default 'PENDING' constraint intent_status_is_known check (status in ('PENDING', 'APPROVED', 'REJECTED', 'EXPIRED', 'EXECUTED', 'FAILED')),
  reason_code text,
  -- Every check that spoke: [{code, detail, layer?}], the numbers that went in, and the limit that bound the size.
  reasons jsonb not null default '[]',
  inputs jsonb not null default '{}',
  bound jsonb,
  qty quantity not null default 0,
  price price,
  reserve_price price,
  stop_price price,
  target_price price,
  order_type text,
  limit_price price,
  created_at timestamptz not null,
  decided_at timestamptz,
  executed_at timestamptz,
  ended_at timestamptz,
  constraint one_intent_per_delivery unique (signal_delivery_id),
  constraint intents_tenant_key unique (id, user_id),
  constraint intent_of_own_delivery foreign key (signal_delivery_id, user_id) references public.signal_deliveries (id, user_id),
  constraint intent_of_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id),
  constraint refusal_has_a_reason check (status not in ('REJECTED', 'EXPIRED', 'FAILED') or reason_code is not null),
  constraint approval_has_a_quantity check (status not in ('APPROVED', 'EXECUTED') or (qty > 0 and reserve_price is not null)),
  constraint decided_intent_has_a_time check (status = 'PENDING' or decided_at is not null),
  constraint executed_intent_has_a_time check (status <> 'EXECUTED' or executed_at is not null)
);
create index intents_by_account on public.trade_intents (user_broker_id, created_at desc);
create index intents_by_signal on public.trade_intents (signal_id);
create index intents_live on public.trade_intents (created_at) where status in ('PENDING', 'APPROVED');

-- The row whose lock makes an account's decisions one after the other; the exposure itself is summed, never kept.
create table public.account_exposure (
  user_broker_id uuid primary key,
  user_id uuid not null,
  decided_at timestamptz,
  constraint exposure_of_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id)
);

create table public.account_days (
  user_broker_id uuid not null,
  day date not null,
  user_id uuid not null,
  open_at_start amount not null default 0,
  realised amount not null default 0,
  open_now amount not null default 0,
  fees amount not null default 0,
  day_pnl amount generated always as (realised + open_now - open_at_start) stored,
  high_pnl amount not null default 0,
  low_pnl amount not null default 0,
  trades_opened int not null default 0,
  trades_closed int not null default 0,
  consecutive_losses int not null default 0,
  loss_hit_at timestamptz,
  loss_limit amount,
  loss_layer text,
  profit_hit_at timestamptz,
  stale_symbols text[] not null default '{}',
  marked_at timestamptz not null,
  primary key (user_broker_id, day),
  constraint day_of_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id)
);

-- 6 trade (before orders, which point at it) --------------------------------------------------------

create table public.trades (
  id uuid primary key default uuidv7(),
  trade_intent_id uuid,
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid not null references public.instruments (id),
  subscription_id uuid,
  strategy_id uuid references public.strategies (id),
  signal_id uuid references public.signals (id),
  direction text not null constraint trade_direction_is_known check (direction in ('LONG', 'SHORT')),
  trade_type text not null default 'NEWBUY' constraint trade_kind_is_known check (trade_type in ('NEWBUY', 'REBUY')),
  origin text not null default 'SIGNAL' constraint trade_origin_is_known check (origin in ('SIGNAL', 'IMPORT', 'EXTERNAL', 'OVERFILL')),
  status text not null default 'CREATED' constraint trade_status_is_known check (status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING', 'CLOSED', 'CANCELLED', 'REJECTED')),
  currency text not null,
  multiplier quantity not null default 1,
  wanted_qty quantity not null default 0,
  entry_qty quantity not null default 0,
  exit_qty quantity not null default 0,
  dust_qty quantity not null default 0,
  open_qty quantity generated always as (entry_qty - exit_qty - dust_qty) stored,
  -- Σ price × quantity × multiplier of each side: averages are only shown, never multiplied back.
  entry_value amount not null default 0,
  exit_value amount not null default 0,
  entry_fees amount not null default 0,
  exit_fees amount not null default 0,
  realized_pnl amount not null default 0,
  signal_stop price,
  signal_target price,
  -- ATR when the trade opened, so that an ATR stop does not drift.
  entry_atr price,
  exit_rules jsonb not null default '{}',
  exit_layers jsonb not null default '{}',
  hard_stop_price price,
  stop_price price,
  target_price price,
  target_rung int not null default 1,
  trail_activate_price price,
  trail_stop_price price,
  trail_raise_price price,
  trail_distance price,
  trail_step price,
  trail_armed_at timestamptz,
  exit_due_at timestamptz,
  triggers_version bigint not null default 0,
  triggers_at timestamptz,
  -- The transaction that last changed what the trigger book must know; read through the gate, like events.
  changed_xid xid8 not null default pg_current_xact_id(),
  stop_by text,
  exit_wish_reason text constraint wish_reason_is_known check (exit_wish_reason in ('KILL_SWITCH', 'MANUAL', 'SIGNAL_EXIT')),
  exit_wish_qty quantity,
  exit_wish_at timestamptz,
  exit_wish_detail jsonb not null default '{}',
  exit_reason text,
  exit_trigger_price price,
  unprotected_at timestamptz,
  unprotected_reason text,
  created_at timestamptz not null,
  opened_at timestamptz,
  closed_at timestamptz,
  updated_at timestamptz not null,
  constraint one_trade_per_intent unique (trade_intent_id),
  constraint trades_tenant_key unique (id, user_id),
  constraint trade_of_own_intent foreign key (trade_intent_id, user_id) references public.trade_intents (id, user_id),
  constraint trade_on_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id),
  constraint trade_of_own_subscription foreign key (subscription_id, user_id) references public.subscriptions (id, user_id),
  constraint signal_trade_has_an_intent check (origin <> 'SIGNAL' or trade_intent_id is not null),
  constraint exit_is_not_more_than_entry check (exit_qty + dust_qty <= entry_qty),
  constraint closed_trade_is_flat check (status <> 'CLOSED' or (closed_at is not null and entry_qty > 0 and entry_qty = exit_qty + dust_qty)),
  constraint open_trade_has_a_time check (status not in ('OPEN', 'EXITING', 'CLOSED') or opened_at is not null),
  constraint open_trade_has_quantity check (status not in ('CREATED', 'REJECTED', 'CANCELLED') or entry_qty = 0),
  constraint wish_has_a_time check ((exit_wish_reason is null) = (exit_wish_at is null)),
  constraint unprotected_says_why check ((unprotected_at is null) = (unprotected_reason is null))
);
create index trades_live on public.trades (instrument_id, user_broker_id) where status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING');
create index trades_live_by_account on public.trades (user_broker_id, instrument_id) where status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING');
create index trades_live_by_strategy on public.trades (strategy_id, instrument_id, user_broker_id) where status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING');
create index trades_by_user on public.trades (user_id, created_at desc);
create index trades_newest on public.trades (user_id, (coalesce(closed_at, created_at)) desc, id desc);
create index trades_closed_by_account on public.trades (user_broker_id, closed_at desc) where status = 'CLOSED';
create index trades_changed on public.trades (changed_xid);
-- What an exit or cancel alert asked for, found from the alert's side.
create index trades_by_alert on public.trades ((exit_wish_detail ->> 'signal_id')) where exit_wish_detail ? 'signal_id';
create index trades_wishing on public.trades (exit_wish_at) where exit_wish_reason is not null and status in ('ENTERING', 'OPEN', 'EXITING');

alter table public.exit_rules add constraint exit_rules_of_a_trade foreign key (trade_id) references public.trades (id);
alter table public.signal_deliveries add constraint delivery_waits_for_own_trade foreign key (waits_for_trade_id, user_id) references public.trades (id, user_id);

create table public.trade_targets (
  trade_id uuid not null,
  rung int not null constraint rung_counts_from_one check (rung >= 1),
  user_id uuid not null,
  price price not null,
  fraction numeric(12, 8) not null constraint fraction_is_a_share check (fraction > 0 and fraction <= 1),
  done_qty quantity not null default 0,
  done_at timestamptz,
  skipped boolean not null default false,
  primary key (trade_id, rung),
  constraint target_of_own_trade foreign key (trade_id, user_id) references public.trades (id, user_id)
);

-- 7 exit -------------------------------------------------------------------------------------------

create table public.exit_signals (
  id uuid primary key default uuidv7(),
  trade_id uuid not null,
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid not null references public.instruments (id),
  exit_reason text not null constraint exit_reason_is_known check (exit_reason in (
    'HARD_FAIL', 'KILL_SWITCH', 'HARD_STOP', 'MANUAL', 'STOP_LOSS', 'MIN_DTE', 'MAX_HOLD_TIME', 'TRAILING_STOP',
    'TARGET_HIT', 'SIGNAL_EXIT', 'DEGRADATION', 'EXTERNAL', 'NATIVE_STOP', 'EXPIRED')),
  rung int not null default 0,
  episode_id int not null constraint episode_counts_from_one check (episode_id >= 1),
  trigger_price price,
  market_price price,
  also_satisfied text[] not null default '{}',
  detected_by text not null,
  detail jsonb not null default '{}',
  cooldown_ms int not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  constraint one_exit_signal_per_episode unique (trade_id, exit_reason, rung, episode_id),
  constraint exit_signals_tenant_key unique (id, user_id),
  constraint exit_signal_of_own_trade foreign key (trade_id, user_id) references public.trades (id, user_id)
);
create index exit_signals_by_alert on public.exit_signals ((detail ->> 'signal_id')) where detail ? 'signal_id';
create index exit_signals_by_user on public.exit_signals (user_id, recorded_at desc);

create table public.exit_intents (
  id uuid primary key default uuidv7(),
  exit_signal_id uuid not null constraint one_exit_intent_per_signal unique,
  trade_id uuid not null,
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid not null references public.instruments (id),
  exit_reason text not null,
  rank int not null,
  status text not null default 'PENDING' constraint exit_status_is_known check (status in ('PENDING', 'APPROVED', 'PLACED', 'FILLED', 'REJECTED', 'FAILED', 'CANCELLED', 'SUPERSEDED')),
  code text,
  waits_for text,
  waiting_since timestamptz,
  -- Null asks for all that is open; qty is fixed when the intent is approved.
  requested_qty quantity constraint request_has_a_quantity check (requested_qty > 0),
  qty quantity constraint exit_has_a_quantity check (qty > 0),
  filled_qty quantity not null default 0,
  from_wish boolean not null default false,
  supersedes uuid,
  order_type text constraint exit_order_type_is_known check (order_type in ('MARKET', 'LIMIT')),
  limit_price price,
  rest_seconds int,
  rest_then text constraint rest_then_is_known check (rest_then in ('MARKET', 'WITHDRAW', 'LEAVE')),
  rest_until timestamptz,
  superseded_by uuid,
  created_at timestamptz not null,
  approved_at timestamptz,
  placed_at timestamptz,
  ended_at timestamptz,
  constraint exit_intents_tenant_key unique (id, user_id),
  constraint exit_intent_of_own_signal foreign key (exit_signal_id, user_id) references public.exit_signals (id, user_id),
  constraint exit_intent_of_own_trade foreign key (trade_id, user_id) references public.trades (id, user_id),
  constraint exit_refusal_has_a_code check (status not in ('REJECTED', 'FAILED') or code is not null),
  constraint ended_exit_has_a_time check ((status in ('FILLED', 'REJECTED', 'FAILED', 'CANCELLED', 'SUPERSEDED')) = (ended_at is not null)),
  constraint waiting_exit_is_pending check (waits_for is null or status = 'PENDING')
);
create unique index one_pending_exit_per_trade on public.exit_intents (trade_id) where status in ('PENDING', 'APPROVED', 'PLACED');
create index exit_intents_by_trade on public.exit_intents (trade_id, created_at);
create index exit_intents_live on public.exit_intents (created_at) where status in ('PENDING', 'APPROVED', 'PLACED');

-- 4 order ------------------------------------------------------------------------------------------

create table public.orders (
  id uuid primary key default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid not null references public.instruments (id),
  trade_id uuid,
  trade_intent_id uuid,
  exit_intent_id uuid,
  replaces_order_id uuid references public.orders (id),
  kind text not null constraint order_kind_is_known check (kind in ('ENTRY', 'EXIT', 'PROTECTION')),
  origin text not null constraint order_origin_is_known check (origin in ('SIGNAL', 'EXIT', 'MANUAL', 'EXTERNAL', 'NATIVE', 'IMPORT', 'OVERFILL')),
  side text not null constraint side_is_known check (side in ('BUY', 'SELL')),
  order_type text not null constraint order_type_is_known check (order_type in ('MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT')),
  qty quantity not null constraint order_has_a_quantity check (qty > 0),
  limit_price price,
  stop_price price,
  time_in_force text not null default 'GTC' constraint time_in_force_is_known check (time_in_force in ('GTC', 'DAY', 'IOC')),
  reserve_price price,
  status text not null default 'CREATED' constraint order_status_is_known check (status in (
    'CREATED', 'DENIED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED', 'FILLED', 'CANCELLED', 'EXPIRED', 'REJECTED')),
  client_order_id text not null constraint one_order_per_client_id unique,
  broker_order_id text,
  seed_key text not null default '',
  filled_qty quantity not null default 0,
  overfill_qty quantity not null default 0,
  filled_value amount not null default 0,
  fees amount not null default 0,
  attempt int not null default 0,
  reprices int not null default 0,
  claimed_by text,
  claimed_at timestamptz,
  submitted_at timestamptz,
  placed_at timestamptz,
  unknown_at timestamptz,
  -- The broker confirmed that it has no such order: the one way from UNKNOWN back to SUBMITTING.
  absent_at timestamptz,
  cancel_wanted_at timestamptz,
  cancel_requested_at timestamptz,
  cancel_cause jsonb,
  ended_at timestamptz,
  expires_at timestamptz,
  next_reprice_at timestamptz,
  reject_code text,
  reject_text text,
  ask_count int not null default 0,
  next_ask_at timestamptz,
  last_reconciled_at timestamptz,
  last_reconciled_via text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint one_order_per_broker_id unique (user_broker_id, broker_order_id),
  constraint orders_tenant_key unique (id, user_id),
  constraint order_on_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id),
  constraint order_of_own_trade foreign key (trade_id, user_id) references public.trades (id, user_id),
  constraint order_of_own_intent foreign key (trade_intent_id, user_id) references public.trade_intents (id, user_id),
  constraint order_of_own_exit_intent foreign key (exit_intent_id, user_id) references public.exit_intents (id, user_id),
  constraint entry_order_has_an_intent check (kind <> 'ENTRY' or origin in ('EXTERNAL', 'IMPORT', 'OVERFILL') or trade_intent_id is not null),
  constraint exit_order_has_an_intent check (kind <> 'EXIT' or origin in ('EXTERNAL', 'IMPORT', 'OVERFILL') or exit_intent_id is not null),
  constraint limit_order_has_a_price check (order_type not in ('LIMIT', 'STOP_LIMIT') or limit_price is not null),
  constraint stop_order_has_a_price check (order_type not in ('STOP', 'STOP_LIMIT') or stop_price is not null),
  constraint fills_fit_the_order check (filled_qty <= qty + overfill_qty),
  constraint filled_order_is_full check ((status = 'FILLED') = (filled_qty >= qty)),
  constraint partial_order_has_fills check (status <> 'PARTIALLY_FILLED' or (filled_qty > 0 and filled_qty < qty)),
  constraint unsent_order_has_no_fills check (status not in ('CREATED', 'DENIED') or filled_qty = 0),
  constraint submitting_order_has_a_claim check (status <> 'SUBMITTING' or (claimed_by is not null and claimed_at is not null)),
  constraint unknown_order_has_a_time check (status <> 'UNKNOWN' or unknown_at is not null),
  constraint cancel_requested_has_a_time check (status <> 'CANCEL_REQUESTED' or cancel_requested_at is not null),
  constraint ended_order_has_a_time check ((status in ('DENIED', 'FILLED', 'CANCELLED', 'EXPIRED', 'REJECTED')) = (ended_at is not null)),
  constraint refused_order_says_why check (status not in ('DENIED', 'REJECTED') or reject_code is not null)
);
create unique index one_live_entry_order_per_trade on public.orders (trade_id)
  where kind = 'ENTRY' and status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED');
create unique index one_live_exit_order_per_trade on public.orders (trade_id)
  where kind = 'EXIT' and status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED');
create index orders_by_alert on public.orders ((cancel_cause ->> 'signal_id')) where cancel_cause ? 'signal_id';
create index orders_by_trade on public.orders (trade_id, created_at);
create index orders_by_intent on public.orders (trade_intent_id) where trade_intent_id is not null;
create index orders_by_exit_intent on public.orders (exit_intent_id) where exit_intent_id is not null;
create index orders_by_user on public.orders (user_id, created_at desc);
create index orders_live on public.orders (user_broker_id, status) where status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED');
create index orders_to_reprice on public.orders (next_reprice_at) where kind = 'ENTRY' and order_type = 'LIMIT' and status in ('PLACED', 'PARTIALLY_FILLED');
create index orders_to_ask on public.orders (next_ask_at) where status in ('SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED');

create table public.order_events (
  id bigint generated always as identity primary key,
  order_id uuid not null,
  user_id uuid not null,
  from_status text,
  to_status text not null,
  event text not null,
  cause jsonb not null default '{}',
  at timestamptz not null,
  constraint event_of_own_order foreign key (order_id, user_id) references public.orders (id, user_id)
);
create index order_events_by_order on public.order_events (order_id, id);

-- 5 fill -------------------------------------------------------------------------------------------

create table public.trade_fills (
  id uuid primary key default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  order_id uuid not null,
  trade_id uuid not null,
  instrument_id uuid not null references public.instruments (id),
  broker_fill_id text not null,
  effect text not null constraint fill_effect_is_known check (effect in ('OPEN', 'CLOSE')),
  side text not null constraint fill_side_is_known check (side in ('BUY', 'SELL')),
  -- Negative only where it takes an earlier fill back (a bust or a correction).
  qty signed_quantity not null constraint fill_has_a_quantity check (qty > 0 or (qty < 0 and reverses_fill_id is not null)),
  price price not null,
  multiplier quantity not null default 1,
  fee amount not null default 0,
  fee_estimated boolean not null default false,
  ingest_via text not null constraint ingest_is_known check (ingest_via in ('STREAM', 'POLL', 'IMPORT')),
  -- Given under the lock of positions: the order in which FIFO consumes.
  fill_seq bigint not null,
  reverses_fill_id uuid references public.trade_fills (id),
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  constraint one_fill_per_broker_id unique (user_broker_id, broker_fill_id),
  constraint one_fill_per_sequence unique (user_broker_id, instrument_id, fill_seq),
  constraint fills_tenant_key unique (id, user_id),
  constraint fill_of_own_order foreign key (order_id, user_id) references public.orders (id, user_id),
  constraint fill_of_own_trade foreign key (trade_id, user_id) references public.trades (id, user_id)
);
create index fills_by_trade on public.trade_fills (trade_id, fill_seq);
create index fills_by_order on public.trade_fills (order_id);

-- 6 trade: positions, tax lots, daily results -------------------------------------------------------

create table public.positions (
  user_broker_id uuid not null,
  instrument_id uuid not null references public.instruments (id),
  user_id uuid not null,
  qty signed_quantity not null default 0,
  fill_seq bigint not null default 0,
  -- Σ of all cash flows (sells in, buys out, fees out).
  cash_flow amount not null default 0,
  updated_at timestamptz not null,
  primary key (user_broker_id, instrument_id),
  constraint position_on_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id)
);

create table public.fifo_lots (
  id uuid primary key default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid not null references public.instruments (id),
  opening_fill_id uuid not null,
  fill_seq bigint not null,
  direction text not null constraint lot_direction_is_known check (direction in ('LONG', 'SHORT')),
  qty quantity not null constraint lot_has_a_quantity check (qty > 0),
  remaining_qty quantity not null,
  price price not null,
  multiplier quantity not null default 1,
  -- Price × quantity × multiplier, and what is left of it: the last allocation takes the remainder.
  value amount not null default 0,
  remaining_value amount not null default 0,
  fee amount not null default 0,
  remaining_fee amount not null default 0,
  opened_at timestamptz not null,
  constraint one_lot_per_fill unique (opening_fill_id),
  constraint lots_tenant_key unique (id, user_id),
  constraint lot_is_not_oversold check (remaining_qty <= qty),
  constraint empty_lot_has_no_fee_left check (remaining_qty > 0 or remaining_fee = 0),
  constraint lot_of_own_fill foreign key (opening_fill_id, user_id) references public.trade_fills (id, user_id),
  constraint lot_on_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id)
);
create index fifo_lots_open on public.fifo_lots (user_broker_id, instrument_id, direction, fill_seq) where remaining_qty > 0;

create table public.fifo_allocations (
  id uuid primary key default uuidv7(),
  user_id uuid not null,
  user_broker_id uuid not null,
  instrument_id uuid not null references public.instruments (id),
  lot_id uuid not null,
  closing_fill_id uuid not null,
  closing_seq bigint not null,
  direction text not null,
  qty quantity not null constraint allocation_has_a_quantity check (qty > 0),
  open_price price not null,
  close_price price not null,
  multiplier quantity not null default 1,
  open_fee amount not null,
  close_fee amount not null,
  cost_basis amount not null,
  gross_proceeds amount not null,
  net_proceeds amount not null,
  pnl amount not null,
  bought_at timestamptz not null,
  sold_at timestamptz not null,
  constraint one_allocation_per_lot_and_fill unique (lot_id, closing_fill_id),
  constraint allocation_of_own_lot foreign key (lot_id, user_id) references public.fifo_lots (id, user_id),
  constraint allocation_of_own_fill foreign key (closing_fill_id, user_id) references public.trade_fills (id, user_id)
);
create index fifo_allocations_by_account on public.fifo_allocations (user_broker_id, instrument_id, closing_seq);

create table public.daily_pnl (
  user_id uuid not null,
  user_broker_id uuid not null,
  day date not null,
  strategy_id uuid,
  strategy_name text,
  source text,
  exit_reason text,
  engine text not null default 'A',
  currency text not null,
  pnl amount not null default 0,
  fees amount not null default 0,
  trades int not null default 0,
  wins int not null default 0,
  losses int not null default 0,
  gross_win amount not null default 0,
  gross_loss amount not null default 0,
  updated_at timestamptz not null,
  constraint one_result_per_day_and_kind unique nulls not distinct (user_broker_id, day, strategy_id, source, exit_reason, engine),
  constraint result_on_own_account foreign key (user_broker_id, user_id) references public.user_brokers (id, user_id)
);
create index daily_pnl_by_user on public.daily_pnl (user_id, day);
