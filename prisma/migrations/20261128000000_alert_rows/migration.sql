-- An alert on its way through acceptance: what it says, and what the database knows of its sender and its symbol. Taken apart once
-- and carried as a row from step to step: as JSON it was taken apart at each of them, which cost more than storing it.
create type fn.alert_row as (
  ord int, request_id text, elapsed_us int, address inet, shape text, exchange text, delayed boolean, refused boolean, test boolean,
  symbol text, action text, direction text, timeframe text, signal_time timestamptz, price numeric, stop numeric, target numeric,
  limit_price numeric, quantity numeric, quantity_type text, client_key text, source text, indicator text, ignored jsonb, max_lag_ms int,
  dedupe text, outdated boolean,
  source_id uuid, strategy_id uuid, user_id uuid, strategy_status text, ttl_seconds int, rearm_seconds int,
  entries_per_minute int, entries_burst int, instrument_id uuid, market text
);

-- An alert with seconds in its time is of no bar's opening (timeframes in seconds aside), so nobody looks the bar up.
alter table public.market_days add constraint sessions_begin_on_whole_minutes
  check (date_trunc('minute', opens_at) = opens_at and date_trunc('minute', closes_at) = closes_at);

-- Nothing reads by these: lists go by signals_newest, acceptance and applying by signals_open_entries and signals_unapplied.
drop index public.signals_by_user;
drop index public.signals_by_strategy;
