/**
 * What a function locks, found out from beside it on other connections: nothing is slept, every wait is seen.
 *
 * Entry points: holds (rows stay locked after the call), waitsInOrder (locks in id order), afterWaiting (decides on what
 * it sees once the wait is over), passesBy (waits for nobody). Each probe rolls back or commits what it began.
 */
import { expect } from 'vitest';
import type { TestDatabase } from '#prisma/tests/harness.ts';
import type { Client, Pool } from '#server/db.ts';

/** A statement with its values. */
export type Call = readonly [text: string, values?: unknown[]];

const LOCK_NOT_AVAILABLE = '55P03';

async function inTransaction<T>(pool: Pool, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    return await work(client);
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
}

const pidOf = async (client: Client): Promise<number> =>
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0;

/** Resolves once the statement of that backend waits for a lock; throws when it ends without waiting. */
async function untilWaiting(db: TestDatabase, pid: number, call: Promise<unknown>): Promise<void> {
  let ended = false;
  const note = () => {
    ended = true;
  };
  call.then(note, note);
  for (;;) {
    const { rows } = await db.owner.query<{ waits: boolean }>(
      'select cardinality(pg_blocking_pids($1)) > 0 as waits',
      [pid],
    );
    if (rows[0]?.waits) return;
    if (ended) throw new Error('the call waited for nobody');
  }
}

/** Whether a row (`table where …`) could be locked by somebody else now. */
async function isFree(pool: Pool, rows: string, values: unknown[]): Promise<boolean> {
  try {
    await inTransaction(pool, (client) =>
      client.query(`select from ${rows} for no key update nowait`, values),
    );
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

/** After the call, and until its transaction ends, nobody else can change these rows. */
export async function holds(
  db: TestDatabase,
  call: Call,
  rows: string,
  values: unknown[],
  pool = db.owner,
): Promise<void> {
  expect(await isFree(db.owner, rows, values)).toBe(true);
  await inTransaction(pool, async (client) => {
    await client.query(call[0], call[1]);
    expect(await isFree(db.owner, rows, values), `${rows} is free`).toBe(false);
  });
}

/**
 * While it waits for the lowest row it holds no higher one. `touch` moves the lowest row behind the others on disk, and
 * indexes are off for the call, so that only an ordered lock passes.
 */
export async function waitsInOrder(
  db: TestDatabase,
  call: Call,
  table: string,
  ids: { key: string; low: unknown; high: unknown; touch: string },
): Promise<void> {
  const row = `${table} where ${ids.key} = $1`;
  await db.owner.query(`update ${table} set ${ids.touch} = ${ids.touch} where ${ids.key} = $1`, [ids.low]);
  await inTransaction(db.owner, async (holder) => {
    await holder.query(`select from ${row} for update`, [ids.low]);
    await inTransaction(db.owner, async (caller) => {
      await caller.query(
        'set local enable_indexscan = off; set local enable_bitmapscan = off; set local enable_indexonlyscan = off',
      );
      const called = caller.query(call[0], call[1]);
      called.catch(() => undefined);
      await untilWaiting(db, await pidOfWaiting(db, holder), called);
      const free = await isFree(db.owner, row, [ids.high]);
      await holder.query('rollback');
      await called;
      expect(free, `${table} ${String(ids.high)} was locked before ${String(ids.low)}`).toBe(true);
    });
  });
}

/** The backend that waits for this one; asked until there is one. */
async function pidOfWaiting(db: TestDatabase, holder: Client): Promise<number> {
  const pid = await pidOf(holder);
  for (;;) {
    const { rows } = await db.owner.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and $1 = any (pg_blocking_pids(pid)) limit 1`,
      [pid],
    );
    if (rows[0]) return rows[0].pid;
  }
}

/**
 * Makes a change, begins the call while it is uncommitted, waits until the call waits, lets `meanwhile` happen, commits
 * the change, and returns what the call answers then.
 */
export async function afterWaiting<T>(
  db: TestDatabase,
  change: Call,
  call: (client: Client) => Promise<T>,
  meanwhile: (changer: Client) => Promise<unknown> = async () => undefined,
  pool = db.owner,
): Promise<T> {
  const changer = await db.owner.connect();
  const caller = await pool.connect();
  try {
    await changer.query('begin');
    await changer.query(change[0], change[1]);
    await caller.query('begin');
    const pid = await pidOf(caller);
    const called = call(caller);
    called.catch(() => undefined);
    await untilWaiting(db, pid, called);
    await meanwhile(changer);
    await changer.query('commit');
    const answer = await called;
    await caller.query('commit');
    return answer;
  } finally {
    await changer.query('rollback').catch(() => undefined);
    await caller.query('rollback').catch(() => undefined);
    changer.release();
    caller.release();
  }
}

/** Somebody holds a row that the call would like to have; the call goes on without it. */
export async function passesBy<T>(db: TestDatabase, hold: Call, call: Call, pool = db.owner): Promise<T[]> {
  return inTransaction(db.owner, async (holder) => {
    await holder.query(hold[0], hold[1]);
    return inTransaction(pool, async (caller) => {
      await caller.query(`set local lock_timeout = '2s'`);
      const { rows } = await caller.query(call[0], call[1]);
      return rows as T[];
    });
  });
}

/** Two ids, the lower first. */
export const ordered = (a: string, b: string): { low: string; high: string } =>
  a < b ? { low: a, high: b } : { low: b, high: a };
