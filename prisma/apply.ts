/**
 * Brings a database to the schema of this checkout: roles, migrations, functions, grants, policies, queues.
 *
 * Entry points: apply (and `npm run apply` with DATABASE_URL of the owner). Runs as an owner that has CREATEROLE
 * and is no superuser. Invariants: one apply at a time in the whole cluster (advisory lock on the database
 * `postgres`, since roles belong to the cluster and advisory locks to a database); functions, grants and policies
 * change in one transaction, so that nobody ever sees half of them; what a file no longer defines is dropped.
 */
import pg from 'pg';
import { applyFunctions, type OnBroken } from '#prisma/functions.ts';
import { baseGrants, policies, type Table, tableGrants } from '#prisma/grants.ts';
import { type Login, loginsFrom, setPasswords } from '#prisma/logins.ts';
import { explain, runMigrations } from '#prisma/migrate.ts';
import { applyQueues } from '#prisma/queues.ts';
import { applyReference } from '#prisma/reference.ts';
import { readEnv } from '#server/env.ts';
import { hashOf, readSchemaFiles, type SchemaFiles, storedHash } from '#server/schema-hash.ts';

/** Any number: what matters is that every apply takes the same one. */
const APPLY_LOCK = 7_305_901;

/** One row: the hash of the files that the database was last given. */
const STATE_TABLE = `
  create table if not exists public.schema_state (
    only_row boolean primary key default true constraint one_schema_state check (only_row),
    hash text not null,
    applied_at timestamptz not null
  )`;

export interface ApplyResult {
  migrations: string[];
  /** False when the database already was what this checkout wants. */
  changed: boolean;
}

/**
 * Applies everything that is missing to the owner's database and sets the log-ins' passwords.
 * Throws an Error of one line; with `onBroken` (tests), a broken file of functions is left out instead.
 */
export async function apply(ownerUrl: string, logins: Login[], onBroken?: OnBroken): Promise<ApplyResult> {
  const files = await readSchemaFiles();
  return withApplyLock(ownerUrl, async () => {
    const client = new pg.Client({ connectionString: ownerUrl, application_name: 'lockstep-apply' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await requireVersion(client);
      const hash = hashOf(files);
      const current = (await storedHash(client)) === hash;
      if (current) {
        await setPasswords(client, logins);
        return { migrations: [], changed: false };
      }
      return await applyAll({ client, ownerUrl, files, hash, logins, onBroken });
    } finally {
      await client.end();
    }
  });
}

interface Application {
  client: pg.Client;
  ownerUrl: string;
  files: SchemaFiles;
  hash: string;
  logins: Login[];
  onBroken: OnBroken | undefined;
}

async function applyAll(application: Application): Promise<ApplyResult> {
  const { client, ownerUrl, files, hash, logins, onBroken } = application;
  await inTransaction(client, 'roles.sql', async () => {
    await client.query('set local client_min_messages = error');
    await client.query(files.roles).catch((error) => {
      throw new Error(explain(error, files.roles));
    });
  });
  await setPasswords(client, logins);
  const migrations = await runMigrations(client, files.migrations);
  await client.query(STATE_TABLE);
  await inTransaction(client, 'functions and grants', async () => {
    await client.query('set local check_function_bodies = off; set local client_min_messages = warning');
    const tables = await readTables(client);
    await runAll(client, [...baseGrants(), ...tableGrants(tables)]);
    await applyFunctions(client, files.functions, onBroken);
    await runAll(client, policies(tables));
  });
  await applyQueues(ownerUrl, client);
  await storeHash(client, hash);
  return { migrations, changed: true };
}

/** Every table and partitioned table of the schema, with its columns in order. */
export async function readTables(client: Pick<pg.Pool, 'query'>): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select c.relname as name, c.relispartition as "isPartition",
           array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    group by c.oid, c.relname, c.relispartition
    order by c.relname`);
  return rows;
}

async function storeHash(client: pg.ClientBase, hash: string): Promise<void> {
  await client.query(
    `insert into public.schema_state (only_row, hash, applied_at) values (true, $1, now())
     on conflict (only_row) do update set hash = excluded.hash, applied_at = excluded.applied_at`,
    [hash],
  );
}

async function runAll(client: pg.ClientBase, statements: string[]): Promise<void> {
  const script = statements.join(';\n');
  await client.query(script).catch((error) => {
    throw new Error(explain(error, script));
  });
}

async function inTransaction(client: pg.ClientBase, what: string, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw new Error(`Applying ${what} failed: ${(error as Error).message}`);
  }
}

async function requireVersion(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ version: string }>(
    `select current_setting('server_version_num') as version`,
  );
  const version = Number(rows[0]?.version ?? 0);
  if (version < 180_000) {
    throw new Error(
      `PostgreSQL 18 or newer is needed; this server is version ${Math.floor(version / 10_000)}.`,
    );
  }
}

async function withApplyLock<T>(ownerUrl: string, work: () => Promise<T>): Promise<T> {
  const url = new URL(ownerUrl);
  url.pathname = '/postgres';
  const lock = new pg.Client({ connectionString: url.href, application_name: 'lockstep-apply-lock' });
  lock.on('error', () => undefined);
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [APPLY_LOCK]);
    return await work();
  } finally {
    await lock.end();
  }
}

async function main(): Promise<void> {
  const env = readEnv();
  const ownerUrl = env.DATABASE_URL;
  if (!ownerUrl) throw new Error('DATABASE_URL is not set: it takes the connection string of the owner.');
  const result = await apply(ownerUrl, loginsFrom(env));
  await applyReference(ownerUrl, env.LOCKSTEP_FLAGS);
  process.stdout.write(
    result.changed
      ? `Schema applied (${result.migrations.length} new migrations).\n`
      : 'The schema already is what this checkout wants.\n',
  );
}

if (import.meta.main) {
  main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
