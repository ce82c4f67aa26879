/**
 * Rows for tests, written by the owner: complete with what the schema asks for, everything else by name.
 *
 * Each takes a queryable of the owner and columns that replace the defaults, and returns the inserted row.
 */
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Queryable } from '#server/db.ts';

export type Row = Record<string, unknown>;
type Inserted<Keys extends string = never> = Record<Keys | 'id', string> & Record<string, unknown>;

let counter = 0;
const next = (): number => {
  counter += 1;
  return counter;
};

/** Inserts one row into `public.<table>` and returns it as PostgreSQL stored it. */
export async function insertRow<T extends Row = Inserted>(
  db: Queryable,
  table: string,
  row: Row,
): Promise<T> {
  const names = Object.keys(row);
  const columns = names.map((name) => pg.escapeIdentifier(name)).join(', ');
  const places = names.map((_, index) => `$${index + 1}`).join(', ');
  const { rows } = await db.query(
    `insert into public.${pg.escapeIdentifier(table)} (${columns}) values (${places}) returning *`,
    names.map((name) => row[name]),
  );
  return rows[0] as T;
}

/** A user with his switch row; `password_hash` none: set one through the identity functions where it matters. */
export async function insertUser(db: Queryable, row: Row = {}): Promise<Inserted<'email'>> {
  const n = next();
  const user = await insertRow<Inserted<'email'>>(db, 'users', {
    email: `user${n}-${randomBytes(3).toString('hex')}@example.test`,
    display_name: `User ${n}`,
    ...row,
  });
  await db.query('select fn.user_rows($1)', [user.id]);
  return user;
}

/** A paper EXEC account, reconciled, with its switch and the row that its decisions lock. */
export async function insertAccount(
  db: Queryable,
  userId: string,
  row: Row = {},
): Promise<Inserted<'user_id'>> {
  const account = await insertRow<Inserted<'user_id'>>(db, 'user_brokers', {
    user_id: userId,
    name: `Paper ${next()}`,
    reconciled_at: '2020-01-01T00:00:00Z',
    ...row,
  });
  await db.query('select fn.account_rows($1)', [account.id]);
  return account;
}

export function insertStrategy(db: Queryable, userId: string, row: Row = {}): Promise<Inserted<'user_id'>> {
  return insertRow(db, 'strategies', { user_id: userId, name: `Strategy ${next()}`, sides: 'BOTH', ...row });
}

/** A webhook source of the strategy with one token; the token's text is in `token`. */
export async function insertWebhookSource(
  db: Queryable,
  strategy: { id: string; user_id: string },
  row: Row = {},
): Promise<Inserted<'user_id' | 'token'>> {
  const source = await insertRow<Inserted<'user_id'>>(db, 'webhook_sources', {
    strategy_id: strategy.id,
    user_id: strategy.user_id,
    name: `Source ${next()}`,
    ...row,
  });
  const token = randomBytes(32).toString('base64url');
  await insertRow(db, 'webhook_tokens', {
    source_id: source.id,
    user_id: strategy.user_id,
    token_hash: createHash('sha256').update(token).digest(),
  });
  return { ...source, token };
}

export function insertSubscription(
  db: Queryable,
  account: { id: string; user_id: string },
  strategyId: string,
  row: Row = {},
): Promise<Inserted<'user_id'>> {
  return insertRow(db, 'subscriptions', {
    user_id: account.user_id,
    user_broker_id: account.id,
    strategy_id: strategyId,
    ...row,
  });
}

/** A 24/7 crypto pair unless `market` and `asset_class` say otherwise. */
export function insertInstrument(db: Queryable, row: Row = {}): Promise<Inserted<'symbol'>> {
  return insertRow(db, 'instruments', {
    symbol: `TEST${next()}-USD`,
    market: 'CRYPTO',
    asset_class: 'CRYPTO',
    currency: 'USD',
    tick_size: '0.01',
    lot_size: '0.0001',
    simulated: true,
    ...row,
  });
}

/** The current quote of an instrument: bid and ask one basis point around `last`, taken at `at` (ISO time). */
export async function putQuote(
  db: Queryable,
  instrumentId: string,
  last: string,
  at: string,
  row: { bid?: string; ask?: string; provider?: string } = {},
): Promise<void> {
  await db.query(
    `insert into public.quotes as q (instrument_id, bid, ask, last, source_time, recorded_at, changed_at, provider)
     values ($1, coalesce($4::numeric, $2::numeric * 0.9999), coalesce($5::numeric, $2::numeric * 1.0001), $2, $3, $3, $3, $6)
     on conflict (instrument_id) do update
       set bid = excluded.bid, ask = excluded.ask, last = excluded.last, source_time = excluded.source_time,
           recorded_at = excluded.recorded_at, changed_at = excluded.changed_at, tick_count = q.tick_count + 1`,
    [instrumentId, last, at, row.bid ?? null, row.ask ?? null, row.provider ?? 'SIMULATED'],
  );
}

/** A published entry signal of the strategy, as if just accepted. */
export function insertSignal(
  db: Queryable,
  strategy: { id: string; user_id: string },
  instrument: { id: string; symbol: string },
  at: string,
  row: Row = {},
): Promise<Inserted<'user_id'>> {
  return insertRow(db, 'signals', {
    user_id: strategy.user_id,
    strategy_id: strategy.id,
    instrument_id: instrument.id,
    symbol: instrument.symbol,
    action: 'ENTRY',
    direction: 'LONG',
    dedupe_key: `test-${next()}-${randomBytes(6).toString('hex')}`,
    status: 'PUBLISHED',
    occurred_at: at,
    recorded_at: at,
    published_at: at,
    expires_at: new Date(Date.parse(at) + 120_000).toISOString(),
    ...row,
  });
}
