-- The paper broker's own book: accounts, orders, fills with their due time, positions, cash ledger.
-- It is the oracle of the tests, so nothing here refers to schema public, and nothing in public refers to it:
-- the two sides may only meet through the broker port. Role lockstep_paper alone may read and write it.

create schema if not exists paper;

-- How the simulated venue behaves; one row.
create table paper.knobs (
  only_row boolean primary key default true constraint one_row_of_knobs check (only_row),
  seed text not null default '1',
  latency_min_ms int not null default 20,
  latency_max_ms int not null default 80,
  slippage_bps numeric(12, 6) not null default 1 constraint slippage_is_not_negative check (slippage_bps >= 0 and slippage_bps < 10000),
  partial_probability numeric(9, 6) not null default 0.10 constraint partial_is_a_probability check (partial_probability between 0 and 1),
  reject_probability numeric(9, 6) not null default 0 constraint reject_is_a_probability check (reject_probability between 0 and 1),
  -- An order is matched on arrival only against a quote at most this old; otherwise it waits for the next one.
  quote_max_age_ms int not null default 5000 constraint quote_max_age_is_not_negative check (quote_max_age_ms >= 0),
  constraint latency_is_a_range check (latency_min_ms >= 0 and latency_max_ms >= latency_min_ms)
);
insert into paper.knobs default values;

-- id is the id under which the caller knows the account; it is no foreign key on purpose.
create table paper.accounts (
  id uuid primary key,
  currency text not null,
  opening_cash numeric(28, 8) not null constraint opening_cash_is_a_number check (opening_cash >= 0 and opening_cash < 'Infinity'),
  cash numeric(28, 8) not null constraint cash_is_a_number check (cash < 'Infinity' and cash > '-Infinity'),
  leverage numeric(12, 6) not null default 1 constraint leverage_is_sane check (leverage >= 1 and leverage <= 100),
  maker_bps numeric(12, 6) not null default 0,
  taker_bps numeric(12, 6) not null default 0,
  fee_per_share numeric(28, 8) not null default 0,
  fee_per_contract numeric(28, 8) not null default 0,
  fee_minimum numeric(28, 8) not null default 0,
  opened_at timestamptz not null,
  constraint fees_are_not_negative check (maker_bps >= 0 and taker_bps >= 0 and fee_per_share >= 0
    and fee_per_contract >= 0 and fee_minimum >= 0 and maker_bps + taker_bps < 10000)
);

create table paper.orders (
  id bigint generated always as identity primary key,
  account_id uuid not null references paper.accounts (id),
  client_order_id text not null constraint client_order_id_has_a_length check (length(client_order_id) between 1 and 128),
  instrument_id uuid not null,
  symbol text not null,
  asset_class text not null constraint paper_asset_class_is_known check (asset_class in ('EQUITY', 'OPTION', 'CRYPTO')),
  market text,
  side text not null constraint paper_side_is_known check (side in ('BUY', 'SELL')),
  type text not null constraint paper_type_is_known check (type in ('MARKET', 'LIMIT', 'STOP')),
  time_in_force text not null constraint paper_time_in_force_is_known check (time_in_force in ('DAY', 'GTC', 'IOC')),
  qty numeric(28, 12) not null constraint paper_qty_is_positive check (qty > 0 and qty < 'Infinity'),
  limit_price numeric(28, 12),
  stop_price numeric(28, 12),
  seed_key text not null,
  tick_size numeric(28, 12) not null default 0.01,
  lot_size numeric(28, 12) not null default 1,
  multiplier numeric(28, 12) not null default 1,
  status text not null constraint paper_status_is_known check (status in ('PLACED', 'PARTIALLY_FILLED', 'FILLED', 'CANCELLED', 'EXPIRED', 'REJECTED')),
  -- decided by the matching, the part of it whose time has come, and its value (price × quantity)
  matched_qty numeric(28, 12) not null default 0,
  filled_qty numeric(28, 12) not null default 0,
  filled_value numeric(40, 20) not null default 0,
  fee_accrued numeric(40, 20) not null default 0,
  fee_charged numeric(28, 8) not null default 0,
  matches int not null default 0,
  -- money held back for the part that opens a position, released as it fills
  reserved numeric(28, 8) not null default 0 constraint reserved_is_not_negative check (reserved >= 0 and reserved < 'Infinity'),
  triggered_at timestamptz,
  reject_code text,
  reject_text text,
  submitted_at timestamptz not null,
  updated_at timestamptz not null,
  expires_at timestamptz,
  constraint one_paper_order_per_client_order_id unique (account_id, client_order_id),
  constraint prices_fit_the_type check ((limit_price is not null) = (type = 'LIMIT') and (stop_price is not null) = (type = 'STOP')),
  constraint filled_within_matched_within_qty check (0 <= filled_qty and filled_qty <= matched_qty and matched_qty <= qty),
  constraint paper_state_agrees_with_quantity check (
    case status
      when 'PLACED' then filled_qty = 0
      when 'PARTIALLY_FILLED' then filled_qty > 0 and filled_qty < qty
      when 'FILLED' then filled_qty = qty
      when 'REJECTED' then matched_qty = 0
      else filled_qty < qty and matched_qty = filled_qty
    end),
  constraint rejected_says_why check ((status = 'REJECTED') = (reject_code is not null) and (reject_code is null) = (reject_text is null))
);
create index paper_orders_to_match on paper.orders (instrument_id, id)
  where status in ('PLACED', 'PARTIALLY_FILLED') and matched_qty < qty;
create index paper_orders_live on paper.orders (account_id, id) where status in ('PLACED', 'PARTIALLY_FILLED');
create index paper_orders_to_expire on paper.orders (expires_at)
  where status in ('PLACED', 'PARTIALLY_FILLED') and expires_at is not null;
create index paper_orders_by_change on paper.orders (account_id, updated_at);

-- A fill is decided when it is matched and happens at its due time: before that, no read shows it.
create table paper.fills (
  id bigint generated always as identity primary key,
  account_id uuid not null references paper.accounts (id),
  order_id bigint not null references paper.orders (id),
  n int not null,
  fill_id text not null,
  qty numeric(28, 12) not null constraint paper_fill_qty_is_positive check (qty > 0 and qty < 'Infinity'),
  price numeric(28, 12) not null constraint paper_fill_price_is_a_number check (price < 'Infinity' and price > '-Infinity'),
  fee numeric(28, 8) not null constraint paper_fee_is_not_negative check (fee >= 0 and fee < 'Infinity'),
  quote jsonb not null,
  matched_at timestamptz not null,
  due_at timestamptz not null,
  settled_at timestamptz,
  constraint one_paper_fill_per_id unique (account_id, fill_id),
  constraint one_paper_fill_per_number unique (order_id, n)
);
create index paper_fills_due on paper.fills (due_at) where settled_at is null;
create index paper_fills_settled on paper.fills (account_id, settled_at);

-- What the stream has to tell, in the order in which it happened: a fill, or an order's new state (fill_id null).
-- Apart from fills and orders, so that telling never waits for matching or the other way round.
create table paper.news (
  id bigint generated always as identity primary key,
  account_id uuid not null references paper.accounts (id),
  order_id bigint not null references paper.orders (id),
  fill_id bigint references paper.fills (id),
  at timestamptz not null,
  leased_until timestamptz,
  told_at timestamptz
);
create index paper_news_untold on paper.news (account_id, id) where told_at is null;

-- cost is the signed money in the open quantity at average cost; realized is before fees.
create table paper.positions (
  account_id uuid not null references paper.accounts (id),
  instrument_id uuid not null,
  symbol text not null,
  qty numeric(28, 12) not null default 0,
  cost numeric(28, 8) not null default 0,
  realized numeric(28, 8) not null default 0,
  fees numeric(28, 8) not null default 0,
  updated_at timestamptz not null,
  primary key (account_id, instrument_id),
  constraint flat_has_no_cost check (qty <> 0 or cost = 0)
);

-- Every movement of money, append-only; cash of an account is its sum.
create table paper.cash_ledger (
  id bigint generated always as identity primary key,
  account_id uuid not null references paper.accounts (id),
  kind text not null constraint ledger_kind_is_known check (kind in ('OPENING', 'FILL', 'FEE')),
  amount numeric(28, 8) not null,
  fill_id bigint references paper.fills (id),
  at timestamptz not null,
  constraint one_movement_per_fill_and_kind unique (fill_id, kind),
  constraint movement_of_a_fill_names_it check ((kind = 'OPENING') = (fill_id is null))
);
create unique index one_opening_per_account on paper.cash_ledger (account_id) where kind = 'OPENING';
create index cash_ledger_by_account on paper.cash_ledger (account_id, id);

revoke all on schema paper from public;
grant usage on schema paper to lockstep_paper;
grant select on all tables in schema paper to lockstep_paper;
grant insert, update on paper.accounts, paper.orders, paper.fills, paper.news, paper.positions to lockstep_paper;
grant insert on paper.cash_ledger to lockstep_paper;
grant update on paper.knobs to lockstep_paper;
