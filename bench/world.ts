/**
 * Whom and what the rows measure with: thousands of accounts that follow a strategy, and thousands of open trades.
 *
 * Entry points: newStrategy, newInstruments, newFollowers, newOpenTrades. Written by the owner in a few statements; complete enough that
 * fn.invariants() stays empty.
 */
import { createHash, randomBytes } from 'node:crypto';
import { one, type Queryable } from '#server/db.ts';

export interface BenchStrategy {
  id: string;
  user_id: string;
  /** Of its one webhook source. */
  token: string;
}

/** A shared strategy with a webhook source whose limits never bind. */
export async function newStrategy(db: Queryable): Promise<BenchStrategy> {
  const token = randomBytes(32).toString('base64url');
  const strategy = await one<{ id: string; user_id: string }>(
    db,
    `with person as (
       insert into public.users (email, display_name) values ($1 || '@example.test', 'Owner') returning id
     ), thrown as (
       insert into public.switches (scope, user_id) select 'USER', id from person
     )
     insert into public.strategies (user_id, name, visibility, sides)
     select id, 'Bench ' || $1, 'SHARED', 'BOTH' from person returning id, user_id`,
    [randomBytes(6).toString('hex')],
  );
  await db.query(
    `with source as (
       insert into public.webhook_sources (strategy_id, user_id, name, entries_per_minute, entries_burst)
       values ($1, $2, 'Bench', 6000000, 1000000) returning id, user_id
     )
     insert into public.webhook_tokens (source_id, user_id, token_hash) select id, user_id, $3 from source`,
    [strategy.id, strategy.user_id, createHash('sha256').update(token).digest()],
  );
  return { ...strategy, token };
}

/** Simulated 24/7 pairs S0-<tag>, S1-<tag>, … quoted at 100 now; their ids in order. */
export async function newInstruments(
  db: Queryable,
  count: number,
): Promise<{ id: string; symbol: string }[]> {
  const { rows } = await db.query<{ id: string; symbol: string }>(
    `insert into public.instruments (symbol, market, asset_class, currency, tick_size, lot_size, simulated)
     select 'S' || n || '-' || $2, 'CRYPTO', 'CRYPTO', 'USD', 0.01, 0.0001, true from generate_series(0, $1 - 1) n
     order by n returning id, symbol`,
    [count, randomBytes(4).toString('hex').toUpperCase()],
  );
  await quoteAt(
    db,
    rows.map((row) => row.id),
    100,
  );
  return rows;
}

/** Puts the quote of these instruments, as of now. */
export async function quoteAt(db: Queryable, instruments: readonly string[], price: number): Promise<void> {
  await db.query(
    `insert into public.quotes as q (instrument_id, bid, ask, last, source_time, recorded_at, changed_at)
     select i, $2, $2, $2, now(), now(), now() from unnest($1::uuid[]) i order by i
     on conflict (instrument_id) do update set bid = $2, ask = $2, last = $2, source_time = now(),
       recorded_at = now(), changed_at = now()`,
    [instruments, price],
  );
}

/** So many users with one paper account each, following the strategy with 5 pieces; the accounts' ids in their order. */
export async function newFollowers(db: Queryable, strategyId: string, count: number): Promise<string[]> {
  const tag = randomBytes(4).toString('hex');
  await db.query(
    `insert into public.users (email, display_name)
     select 'f' || n || '-' || $2 || '@example.test', 'Follower ' || n from generate_series(1, $1) n`,
    [count, tag],
  );
  const mine = `select id from public.users where email like 'f%-${tag}@example.test'`;
  await db.query(`insert into public.switches (scope, user_id) ${mine.replace('id', "'USER', id")}`);
  const { rows } = await db.query<{ id: string }>(
    `insert into public.user_brokers (user_id, name, reconciled_at) ${mine.replace('id', "id, 'Paper', now()")} returning id`,
  );
  await db.query(
    `insert into public.switches (scope, user_id, user_broker_id)
     select 'ACCOUNT', b.user_id, b.id from public.user_brokers b where b.user_id in (${mine})`,
  );
  await db.query(
    `insert into public.account_exposure (user_broker_id, user_id)
     select b.id, b.user_id from public.user_brokers b where b.user_id in (${mine})`,
  );
  await db.query(
    `insert into public.subscriptions (user_id, user_broker_id, strategy_id, sizing_mode, sizing_value)
     select b.user_id, b.id, $1, 'FIXED_QTY', 5 from public.user_brokers b where b.user_id in (${mine})`,
    [strategyId],
  );
  return rows.map((row) => row.id);
}

/** A published long entry at 100, as if just accepted; its id. */
export async function newSignal(
  db: Queryable,
  strategy: { id: string; user_id: string },
  instrument: { id: string; symbol: string },
): Promise<string> {
  const row = await one<{ id: string }>(
    db,
    `insert into public.signals (user_id, strategy_id, instrument_id, symbol, action, direction, dedupe_key, status,
       occurred_at, recorded_at, published_at, applied_at, expires_at)
     values ($1, $2, $3, $4, 'ENTRY', 'LONG', $5, 'PUBLISHED', now(), now(), now(), now(), now() + interval '10 minutes')
     returning id`,
    [strategy.user_id, strategy.id, instrument.id, instrument.symbol, randomBytes(12).toString('hex')],
  );
  return row.id;
}
