/**
 * Runs the migrations of prisma/migrations once each, in name order, each in a transaction of its own.
 *
 * Writes the rows that Prisma's own runner writes (`_prisma_migrations`), so that its tools see the same
 * history. Invariant: an applied migration never changes; one that did stops everything with one line.
 * See docs/decisions/0001-migrations.md.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';

const HISTORY = `
  create table if not exists public._prisma_migrations (
    id varchar(36) primary key not null,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`;

interface Migration {
  name: string;
  sql: string;
}

/** Applies what is missing; returns the names that it applied. Throws an Error of one line. */
export async function runMigrations(client: ClientBase, migrations: Migration[]): Promise<string[]> {
  await client.query(HISTORY);
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'select migration_name, checksum from public._prisma_migrations where finished_at is not null and rolled_back_at is null',
  );
  const done = new Map(rows.map((row) => [row.migration_name, row.checksum]));
  const applied: string[] = [];
  for (const migration of migrations) {
    const checksum = createHash('sha256').update(migration.sql).digest('hex');
    const known = done.get(migration.name);
    if (known === checksum) continue;
    if (known !== undefined) {
      throw new Error(
        `Migration ${migration.name} was changed after it had been applied: restore it and add a new one instead.`,
      );
    }
    await runOne(client, migration, checksum);
    applied.push(migration.name);
  }
  return applied;
}

async function runOne(client: ClientBase, migration: Migration, checksum: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query(
      `insert into public._prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, migration.name],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`Migration ${migration.name} failed: ${explain(error, migration.sql)}`);
  }
}

/** A database error with the line of the script that it speaks of. */
export function explain(error: unknown, sql: string): string {
  const { message, position, detail, hint, where } = error as Record<string, string | undefined>;
  const line = position ? sql.slice(0, Number(position)).split('\n').length : null;
  return [message, line ? `line ${line}` : '', detail, hint, where].filter(Boolean).join(' · ');
}
