/**
 * Connections to PostgreSQL. One pool per process and log-in role; every pool has an error listener, since a killed
 * backend would otherwise end the process.
 */
import pg from 'pg';

export type Pool = pg.Pool;
export type Client = pg.PoolClient;
/** What a single statement needs: a pool, or a client inside a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;

export interface PoolOptions {
  url: string;
  /** Connections at most. */
  max: number;
  /** Shown in pg_stat_activity. */
  name: string;
  /** Connections stay open when idle: a new one plans every function anew, a tenth of a second of the first alert after a rest. */
  stays?: boolean;
  /**
   * For calls that concern a few rows and must be quick: each connection plans a function's statements once, for any argument.
   * Left to itself PostgreSQL planned the large ones at every call, 10 of 35 ms from alert to order. Not for crowds: a plan
   * for a few rows took twice as long for 500.
   */
  keepsPlans?: boolean;
  /** Session settings, e.g. `{'lockstep.test_clock': 'on'}`. */
  settings?: Record<string, string>;
  onError: (error: Error) => void;
}

/** Milliseconds after which PostgreSQL ends a transaction of ours: longer than any handler may take. */
const TRANSACTION_TIMEOUT_MS = 60_000;

/** Opens a pool; no connection is made before the first query. */
export function openPool(options: PoolOptions): Pool {
  const settings = {
    transaction_timeout: `${TRANSACTION_TIMEOUT_MS}`,
    ...(options.keepsPlans ? { plan_cache_mode: 'force_generic_plan' } : {}),
    ...options.settings,
  };
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.name,
    keepAlive: true,
    ...(options.stays ? { idleTimeoutMillis: 0 } : {}),
    options: Object.entries(settings)
      .map(([key, value]) => `-c ${key}=${value}`)
      .join(' '),
  });
  pool.on('error', options.onError);
  // A new connection that is ended in the same breath reports before whoever asked for it can listen: his first statement fails.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

type AtEnd = (committed: boolean) => void;

/** What is to happen once the transaction that a client is in has ended. */
const atEnd = new WeakMap<Client, AtEnd[]>();

/**
 * Acts once the client's transaction (withTx) has ended, and hears whether it was committed. Answers false, and never acts,
 * where the client is in no such transaction.
 */
export function onEnd(client: Client, act: AtEnd): boolean {
  const acts = atEnd.get(client);
  acts?.push(act);
  return acts !== undefined;
}

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
export async function withTx<T>(pool: Pool, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A backend killed while the client is checked out reports here; without a listener the process would end.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  const acts: AtEnd[] = [];
  atEnd.set(client, acts);
  let committed = false;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    committed = true;
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    atEnd.delete(client);
    client.off('error', onError);
    client.release(broken);
    for (const act of acts) act(committed);
  }
}

/** The one row of a query that always answers with one. Throws when it does not. */
export async function one<R extends pg.QueryResultRow>(
  db: Queryable,
  text: string,
  values: unknown[] = [],
): Promise<R> {
  const { rows } = await db.query<R>(text, values);
  const row = rows[0];
  if (row === undefined || rows.length > 1) throw new Error(`expected one row, got ${rows.length}: ${text}`);
  return row;
}
