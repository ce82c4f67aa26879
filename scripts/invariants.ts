/**
 * `npm run invariants`: prints every violation that fn.invariants() finds and exits with 1 if there are any.
 *
 * Asks the database of DATABASE_URL_WORKER, or the running one of LOCKSTEP_HOME (its ready.json).
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { adminClient } from '#scripts/embedded-postgres.ts';
import { databaseTrouble, lineOf, Trouble } from '#scripts/trouble.ts';
import { readEnv } from '#server/env.ts';

interface Violation {
  name: string;
  entity: string;
  id: string | null;
  detail: unknown;
}

async function connectionString(): Promise<{ variable: string; url: string }> {
  const env = readEnv();
  if (env.DATABASE_URL_WORKER) return { variable: 'DATABASE_URL_WORKER', url: env.DATABASE_URL_WORKER };
  if (env.DATABASE_URL) return { variable: 'DATABASE_URL', url: env.DATABASE_URL };
  const file = path.join(env.LOCKSTEP_HOME, 'ready.json');
  const ready = await readFile(file, 'utf8').catch(() => {
    throw new Trouble(`No running Lockstep in ${env.LOCKSTEP_HOME}: start it, or set DATABASE_URL_WORKER.`);
  });
  return { variable: file, url: (JSON.parse(ready) as { databaseUrl: string }).databaseUrl };
}

async function main(): Promise<number> {
  const { variable, url } = await connectionString();
  const client = await adminClient(url).catch((error) => {
    throw databaseTrouble(variable, url, error);
  });
  try {
    const { rows } = await client.query<Violation>('select * from fn.invariants()');
    for (const row of rows) {
      process.stdout.write(`${row.name}  ${row.entity} ${row.id ?? ''}  ${JSON.stringify(row.detail)}\n`);
    }
    process.stdout.write(rows.length === 0 ? 'No invariant is violated.\n' : `${rows.length} violations.\n`);
    return rows.length === 0 ? 0 : 1;
  } finally {
    await client.end();
  }
}

process.exitCode = await main().catch((error) => {
  process.stderr.write(`${lineOf(error, 'Checking the invariants')}\n`);
  return 1;
});
