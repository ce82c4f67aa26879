/**
 * A PostgreSQL of the bench's own, as durable as the product's: the schema once, and a database per row.
 *
 * Entry point: startBenchServer. Invariants: the owner is no superuser and the log-ins are the real ones; fsync and
 * synchronous_commit are read from the server by each log-in before anything is measured.
 */
import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { apply } from '#prisma/apply.ts';
import { applyReference } from '#prisma/reference.ts';
import { createOwner, LOGIN_ROLES, newCredentials, OWNER_ROLE } from '#scripts/database-home.ts';
import { adminClient, type Cluster, startCluster, urlOf } from '#scripts/embedded-postgres.ts';
import { one, openPool, type Pool } from '#server/db.ts';
import { mustEqual } from './measure.ts';

export type Login = 'owner' | (typeof LOGIN_ROLES)[number];

export interface BenchDatabase {
  url: (login: Login) => string;
  /** A pool of this log-in, ended with the database. */
  pool: (login: Login, max?: number) => Pool;
  owner: Pool;
  worker: Pool;
  web: Pool;
  /** Statistics and visibility as after a while of running: VACUUM ANALYZE of every table. */
  settle: () => Promise<void>;
  /** Throws when fn.invariants() has anything to say; `unlike` names what the row leaves undone on purpose. */
  checkInvariants: (unlike?: readonly string[]) => Promise<void>;
  drop: () => Promise<void>;
}

export interface BenchServer {
  database: () => Promise<BenchDatabase>;
  /** A log-in with the rights of lockstep_web that row-level security does not bind; its connection string. */
  bypassRole: (tag: string, db: BenchDatabase) => Promise<string>;
  stop: () => Promise<void>;
}

const TEMPLATE = 'lockstep_bench';
const PREFIX = 'lockstep-bench-';

/** Starts the server and applies the schema. Throws an Error of one line. */
export async function startBenchServer(): Promise<BenchServer> {
  const dir = await mkdtemp(path.join(tmpdir(), PREFIX));
  const passwords = newCredentials();
  const settings = explainSettings();
  const cluster = await startCluster({ dir, superPassword: passwords.postgres ?? '', settings });
  const stop = async (): Promise<void> => {
    await cluster.stop();
    if (process.env.BENCH_EXPLAIN_MS) await copyFile(path.join(dir, 'postgres.log'), 'bench-explain.log');
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const admin = await adminClient(cluster.superUrl('postgres'));
    await createOwner(admin, passwords[OWNER_ROLE] ?? '', TEMPLATE);
    await admin.end();
    const url = urls(cluster, passwords, TEMPLATE);
    await apply(
      url('owner'),
      LOGIN_ROLES.map((role) => ({ role, url: url(role) })),
    );
    await applyReference(url('owner'));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    database: () => clone(cluster, passwords),
    bypassRole: (tag, db) => createBypassRole(cluster, tag, db),
    stop,
  };
}

async function createBypassRole(cluster: Cluster, tag: string, db: BenchDatabase): Promise<string> {
  const role = `bench_${tag}`;
  const admin = await adminClient(cluster.superUrl('postgres'));
  try {
    await admin.query(`create role ${role} login bypassrls in role lockstep_web password '${tag}'`);
  } finally {
    await admin.end();
  }
  return urlOf(role, tag, cluster.port, new URL(db.url('owner')).pathname.slice(1));
}

/** For profiling: BENCH_EXPLAIN_MS=50 writes the plans of slower statements to bench-explain.log. Figures are not valid then. */
function explainSettings(): Record<string, string> {
  const ms = process.env.BENCH_EXPLAIN_MS;
  if (!ms) return {};
  return {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': ms,
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
  };
}

function urls(cluster: Cluster, passwords: Record<string, string>, database: string) {
  return (login: Login): string => {
    const role = login === 'owner' ? OWNER_ROLE : login;
    return urlOf(role, passwords[role] ?? '', cluster.port, database);
  };
}

async function clone(cluster: Cluster, passwords: Record<string, string>): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  const maintenance = urls(cluster, passwords, 'postgres')('owner');
  await statement(maintenance, `create database ${name} template ${TEMPLATE}`);
  const url = urls(cluster, passwords, name);
  const pools = new Map<string, Pool>();
  const pool = (login: Login, max = 10): Pool => {
    const opened = openPool({
      url: url(login),
      max,
      stays: login === 'lockstep_worker',
      name: `bench-${login}`,
      // bulk loads of the owner may take longer than a handler's transaction
      settings: login === 'owner' ? { transaction_timeout: '0' } : {},
      onError: (error) => process.stderr.write(`bench pool ${login}: ${error.message}\n`),
    });
    pools.set(`${login}-${pools.size}`, opened);
    return opened;
  };
  const database: BenchDatabase = {
    url,
    pool,
    owner: pool('owner', 4),
    worker: pool('lockstep_worker', 12),
    web: pool('lockstep_web', 10),
    settle: () => settle(database.owner),
    checkInvariants: async (unlike = []) => {
      const { rows } = await database.owner.query(
        'select name, entity, id, detail from fn.invariants() where name <> all ($1) limit 3',
        [unlike],
      );
      mustEqual(JSON.stringify(rows), '[]', 'fn.invariants()');
    },
    drop: async () => {
      await Promise.all([...pools.values()].map((opened) => opened.end()));
      // a vacuum of the server's own may still be in it; it goes with the server then
      await statement(maintenance, `drop database if exists ${name} with (force)`).catch(() => undefined);
    },
  };
  await assertDurable([database.owner, database.worker, database.web]);
  return database;
}

/** Empty tables are left alone: no server vacuums them by itself, and statistics that say "empty" make bad plans. */
async function settle(owner: Pool): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname in ('public', 'paper', 'pgboss', 'bench') and pg_relation_size(c.oid) > 0
       and pg_has_role(c.relowner, 'usage')`,
  );
  await owner.query(`vacuum (analyze) ${rows.map(({ name }) => name).join(', ')}`);
}

/** What an acknowledged commit promises must be what is measured. */
async function assertDurable(pools: readonly Pool[]): Promise<void> {
  for (const pool of pools) {
    const row = await one<{ fsync: string; commit: string; pages: string }>(
      pool,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
         current_setting('full_page_writes') as pages`,
    );
    mustEqual(
      `${row.fsync} ${row.commit} ${row.pages}`,
      'on on on',
      'fsync, synchronous_commit, full_page_writes',
    );
  }
}

async function statement(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
