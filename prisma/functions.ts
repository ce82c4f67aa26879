/**
 * Re-creates every function, guard and view of prisma/sql in file-name order, inside the caller's transaction.
 *
 * Entry point: applyFunctions. Invariants: grants of the previous version do not survive (they are taken back
 * first); a function that no file defines any more is dropped; the roles of the web that are taken per request
 * may call what lockstep_web may; the database's owner may call everything (seeds, tools, tests).
 */
import pg from 'pg';
import { explain } from '#prisma/migrate.ts';

/** `create or replace` cannot change a result or a parameter's name: PostgreSQL then names what to drop. */
const DROP_FIRST = /^Use DROP FUNCTION (.+) first\.$/;
const CHANGED_SHAPE = '42P13';
const REPLACEMENTS_PER_FILE = 50;

interface FunctionRow {
  signature: string;
  owner: string;
  /** Changes whenever the catalog row does. */
  version: string;
}

const FUNCTIONS = `
  select p.oid::regprocedure::text as signature, pg_get_userbyid(p.proowner) as owner, p.ctid::text as version
  from pg_proc p
  where p.pronamespace = 'fn'::regnamespace`;

interface File {
  name: string;
  sql: string;
}

/** What to do with a file that fails; without one, the error (file, line, reason) is thrown. */
export type OnBroken = (error: Error) => void;

/** Throws an Error that names file and line, unless `onBroken` takes it: then the file is left out. */
export async function applyFunctions(
  client: pg.ClientBase,
  files: File[],
  onBroken?: OnBroken,
): Promise<void> {
  await takeBackGrants(client);
  const before = await functionsOf(client);
  for (const file of files) {
    await applyFile(client, file).catch((error: Error) => {
      if (!onBroken) throw error;
      onBroken(error);
    });
  }
  await dropUndefined(client, before);
  await grantDerived(client);
}

async function applyFile(client: pg.ClientBase, file: File): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    await client.query('savepoint file');
    try {
      await client.query(file.sql);
      await client.query('reset role; release savepoint file');
      return;
    } catch (error) {
      await client.query('rollback to savepoint file');
      const { code, hint } = error as { code?: string; hint?: string };
      const signature = code === CHANGED_SHAPE ? DROP_FIRST.exec(hint ?? '')?.[1] : undefined;
      if (!signature || attempt >= REPLACEMENTS_PER_FILE) {
        throw new Error(`${file.name}: ${explain(error, file.sql)}`);
      }
      await dropFunction(client, signature);
    }
  }
}

/** Drops with what depends on it: guards, views and defaults are all defined by these files again. */
async function dropFunction(client: pg.ClientBase, signature: string): Promise<void> {
  const { rows } = await client.query<{ owner: string }>(
    'select pg_get_userbyid(proowner) as owner from pg_proc where oid = to_regprocedure($1)',
    [signature],
  );
  const owner = rows[0]?.owner;
  if (!owner) throw new Error(`cannot find function ${signature}`);
  await client.query(
    `set local role ${pg.escapeIdentifier(owner)}; drop function ${signature} cascade; reset role`,
  );
}

async function takeBackGrants(client: pg.ClientBase): Promise<void> {
  const from =
    'public, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_worker, lockstep_paper, lockstep_stage';
  await perOwner(client, await functionsOf(client), (list) => `revoke all on routine ${list} from ${from}`);
}

/** Whatever no file touched still has its old row version: nothing defines it any more. */
async function dropUndefined(client: pg.ClientBase, before: FunctionRow[]): Promise<void> {
  const old = new Map(before.map((row) => [row.signature, row.version]));
  const stale = (await functionsOf(client)).filter((row) => old.get(row.signature) === row.version);
  await perOwner(client, stale, (list) => `drop routine ${list} cascade`);
}

async function grantDerived(client: pg.ClientBase): Promise<void> {
  const all = await functionsOf(client);
  const { rows } = await client.query<{ owner: string }>('select current_user as owner');
  const owner = pg.escapeIdentifier(rows[0]?.owner ?? '');
  await perOwner(client, all, (list) => `grant execute on routine ${list} to ${owner}`);
  const { rows: web } = await client.query<FunctionRow>(
    `${FUNCTIONS} and has_function_privilege('lockstep_web', p.oid, 'execute') order by 1`,
  );
  await perOwner(
    client,
    web,
    (list) => `grant execute on routine ${list} to lockstep_web_admin, lockstep_web_researcher`,
  );
}

async function functionsOf(client: pg.ClientBase): Promise<FunctionRow[]> {
  const { rows } = await client.query<FunctionRow>(`${FUNCTIONS} order by 1`);
  return rows;
}

async function perOwner(
  client: pg.ClientBase,
  functions: FunctionRow[],
  statement: (list: string) => string,
): Promise<void> {
  const byOwner = Map.groupBy(functions, (row) => row.owner);
  for (const [owner, rows] of byOwner) {
    const list = rows.map((row) => row.signature).join(', ');
    await client.query(`set local role ${pg.escapeIdentifier(owner)}; ${statement(list)}; reset role`);
  }
}
