/**
 * A database of its own for each test file, cloned from the run's template.
 *
 * Entry point: useDatabase, called at the top of a test file. Pools for the owner and the three log-ins; a
 * settable clock that every session of these pools reads (fn.clock). A failing test keeps the database and
 * prints how to open it. Invariant: no test sees rows of another file.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { KEEP_MARKER, TEMPLATE } from '#prisma/tests/server.ts';
import { OWNER_ROLE } from '#scripts/database-home.ts';
import { urlOf } from '#scripts/embedded-postgres.ts';
import { type Client, openPool, type Pool } from '#server/db.ts';
import { asActor, type Role } from '#server/web-db.ts';

/** A Monday on which every market of the tests has a session: 10:00 in New York. */
export const MONDAY_MORNING = '2026-03-02T15:00:00.000Z';

export interface DatabaseOptions {
  /** Where the settable clock begins (default MONDAY_MORNING); null: these sessions read the real time. */
  clock?: string | Date | null;
  /** Connections of each pool at most (default 10). */
  max?: number;
}

export interface TestDatabase {
  name: string;
  owner: Pool;
  web: Pool;
  worker: Pool;
  paper: Pool;
  /** Connection string of a role, for processes that the test starts. */
  url: (role: 'owner' | 'lockstep_web' | 'lockstep_worker' | 'lockstep_paper') => string;
  /** Another pool, e.g. as `lockstep_web` with one connection; ended with the file. */
  pool: (role: string, max?: number) => Pool;
  /** Runs `work` in one transaction as this user, through lockstep_web and row-level security. */
  asActor: <T>(userId: string, work: (client: Client) => Promise<T>, role?: Role) => Promise<T>;
  /** The settable clock, as ISO time. */
  now: () => string;
  setClock: (to: string | Date) => Promise<void>;
  /** Moves the settable clock on by milliseconds; returns the new time. */
  advanceClock: (ms: number) => Promise<string>;
  /** Fails with the violations when fn.invariants() is not empty. */
  expectInvariantsHold: () => Promise<void>;
}

/** Call once at the top of a test file; the pools exist from `beforeAll` on. */
export function useDatabase(options: DatabaseOptions = {}): TestDatabase {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const clock = options.clock === undefined ? MONDAY_MORNING : options.clock;
  const settings: Record<string, string> = clock === null ? {} : { 'lockstep.test_clock': 'on' };
  const max = options.max ?? 10;
  let at = new Date(clock ?? 0);
  let failed = false;
  const pools = new Map<string, Pool>();

  const url: TestDatabase['url'] = (role) => {
    const login = role === 'owner' ? OWNER_ROLE : role;
    return urlOf(login, login, inject('testServer').port, name);
  };
  const open = (role: string, size: number): Pool =>
    openPool({
      url: url(role as 'owner'),
      max: size,
      name: `test-${role}`,
      settings,
      onError: (error) => process.stderr.write(`test pool ${role}: ${error.message}\n`),
    });
  const shared = (role: string): Pool => {
    const pool = pools.get(role) ?? open(role, max);
    pools.set(role, pool);
    return pool;
  };
  const setClock = async (to: string | Date): Promise<void> => {
    if (clock === null) throw new Error('this file reads the real time: open it with a clock to set it');
    at = new Date(to);
    await shared('owner').query(
      `insert into public.test_clock (now_at) values ($1) on conflict (only_row) do update set now_at = $1`,
      [at.toISOString()],
    );
  };

  beforeAll(async () => {
    await asOwnerOfCluster(`create database ${name} template ${TEMPLATE}`);
    if (clock !== null) await setClock(at);
  });
  afterEach((context) => {
    failed ||= context.task.result?.state === 'fail';
  });
  afterAll(async () => {
    await Promise.all([...pools.values()].map((pool) => pool.end()));
    pools.clear();
    if (failed) keep(name);
    // without force: that refuses at once while a backend of a log-in is still on its way out, this waits for it
    else await asOwnerOfCluster(`drop database if exists ${name}`);
  });

  return {
    name,
    get owner() {
      return shared('owner');
    },
    get web() {
      return shared('lockstep_web');
    },
    get worker() {
      return shared('lockstep_worker');
    },
    get paper() {
      return shared('lockstep_paper');
    },
    url,
    pool: (role, size = 1) => {
      const pool = open(role, size);
      pools.set(`${role}-${pools.size}`, pool);
      return pool;
    },
    asActor: (userId, work, role = 'user') => asActor({ userId, role }, work, shared('lockstep_web')),
    now: () => at.toISOString(),
    setClock,
    advanceClock: async (ms) => {
      await setClock(new Date(at.getTime() + ms));
      return at.toISOString();
    },
    expectInvariantsHold: async () => {
      const { rows } = await shared('lockstep_worker').query('select * from fn.invariants()');
      expect(rows).toEqual([]);
    },
  };
}

/** Every row of a query, in short. */
export async function rowsOf<R extends pg.QueryResultRow = pg.QueryResultRow>(
  db: Pick<Pool, 'query'>,
  text: string,
  values: unknown[] = [],
): Promise<R[]> {
  return (await db.query<R>(text, values)).rows;
}

async function asOwnerOfCluster(statement: string): Promise<void> {
  const client = new pg.Client({
    connectionString: urlOf(OWNER_ROLE, OWNER_ROLE, inject('testServer').port, 'postgres'),
  });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function keep(name: string): void {
  const { dir } = inject('testServer');
  writeFileSync(path.join(dir, KEEP_MARKER), name);
  process.stderr.write(
    `\nThe database of the failed test is kept. Open it: npm run test:open -- ${dir} ${name}\n`,
  );
}
