/**
 * The schema that this checkout wants, as one hash, against the one that the database was given.
 *
 * Entry points: schemaHash (from the files), assertSchemaCurrent (web and worker call it at start).
 * Invariant: everything that shapes the database and lives in a file is in the hash, so a process never
 * runs against functions of another version.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#server/errors.ts';

// the pages' bundle has this module elsewhere, so the checkout is where the process was started
const prismaDir = (): string => path.join(process.cwd(), 'prisma');
const MAKERS = ['writers.ts', 'grants.ts', 'functions.ts', 'queues.ts', '../server/queues.ts'];

export interface SchemaFiles {
  roles: string;
  /** The modules that make grants, policies and queues. */
  makers: string;
  /** In name order: the folder's name and the text of its migration.sql. */
  migrations: { name: string; sql: string }[];
  /** In name order. */
  functions: { name: string; sql: string }[];
}

/** Minimal shape of a pg client or pool. */
interface Queryable {
  query: (text: string) => Promise<{ rows: Record<string, unknown>[] }>;
}

/** Reads every file that shapes the database. */
export async function readSchemaFiles(): Promise<SchemaFiles> {
  const folders = (await readdir(path.join(prismaDir(), 'migrations'), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const files = (await readdir(path.join(prismaDir(), 'sql'))).filter((name) => name.endsWith('.sql')).sort();
  const text = (...parts: string[]): Promise<string> => readFile(path.join(prismaDir(), ...parts), 'utf8');
  return {
    roles: await text('roles.sql'),
    makers: (await Promise.all(MAKERS.map((name) => text(name)))).join('\0'),
    migrations: await Promise.all(
      folders.map(async (name) => ({ name, sql: await text('migrations', name, 'migration.sql') })),
    ),
    functions: await Promise.all(files.map(async (name) => ({ name, sql: await text('sql', name) }))),
  };
}

/** SHA-256 in hex over names and texts. */
export function hashOf(files: SchemaFiles): string {
  const hash = createHash('sha256');
  const all = [
    { name: 'roles', sql: files.roles },
    { name: 'makers', sql: files.makers },
    ...files.migrations,
    ...files.functions,
  ];
  for (const { name, sql } of all) hash.update(`${name}\0${sql}\0`);
  return hash.digest('hex');
}

/** The hash of this checkout. */
export async function schemaHash(): Promise<string> {
  return hashOf(await readSchemaFiles());
}

/** Throws SCHEMA_NOT_CURRENT unless the database was given exactly the files of this checkout. */
export async function assertSchemaCurrent(client: Queryable): Promise<void> {
  const wanted = await schemaHash();
  const stored = await storedHash(client);
  if (stored === wanted) return;
  throw new AppError(
    'SCHEMA_NOT_CURRENT',
    stored === null
      ? 'The database has no schema of Lockstep yet: run `npm run apply` with DATABASE_URL of its owner.'
      : `The database has another version of the schema (${stored.slice(0, 12)}, this checkout wants ${wanted.slice(0, 12)}): run \`npm run apply\`.`,
  );
}

/** The hash that the last apply stored, or null when there was none. */
export async function storedHash(client: Queryable): Promise<string | null> {
  const known = await client.query("select to_regclass('public.schema_state') as name");
  if (!known.rows[0]?.name) return null;
  const { rows } = await client.query('select hash from public.schema_state');
  return typeof rows[0]?.hash === 'string' ? rows[0].hash : null;
}
