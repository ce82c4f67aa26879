/**
 * `npm run audit:verify [-- <seq> <hash>]`: checks the hash chain of the audit log; exits with 1 and names the first broken entry.
 *
 * The chain alone cannot tell that its last entries were cut off: given the place and the hash of an entry that was noted down
 * earlier (this prints the newest one), it also checks that the entry is still there. Asks the database of DATABASE_URL_WORKER,
 * or the running one of LOCKSTEP_HOME (its ready.json).
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { adminClient } from '#scripts/embedded-postgres.ts';
import { databaseTrouble, lineOf, Trouble } from '#scripts/trouble.ts';
import { one, type Queryable } from '#server/db.ts';
import { readEnv } from '#server/env.ts';

const WORDS: Record<string, string> = {
  ROW_CHANGED: 'its content is not what was hashed',
  CHAIN_BROKEN: 'it does not follow the entry before it',
  ROW_MISSING: 'the entry before it is missing',
};

export interface Verdict {
  whole: boolean;
  /** What to print. */
  line: string;
}

/** Checks the chain, and that it still holds the entry that was noted down earlier, if one is given. */
export async function verifyAudit(
  db: Queryable,
  noted: { seq: string; hash: string } | null,
): Promise<Verdict> {
  const { rows: broken } = await db.query<{ seq: string; problem: string }>(
    'select seq, problem from fn.audit_verify()',
  );
  const [first] = broken;
  if (first) {
    const rest = broken.length > 1 ? ` (${broken.length} entries in all)` : '';
    return {
      whole: false,
      line: `The audit chain is broken at entry ${first.seq}: ${WORDS[first.problem] ?? first.problem}${rest}.`,
    };
  }
  if (noted) {
    const { found } = await one<{ found: boolean }>(
      db,
      `select exists (select from public.audit_log where seq = $1 and encode(hash, 'hex') = $2) as found`,
      [noted.seq, noted.hash],
    );
    if (!found)
      return { whole: false, line: `The audit chain no longer holds the noted entry ${noted.seq}.` };
  }
  const { entries, seq, hash } = await one<{ entries: string; seq: string | null; hash: string | null }>(
    db,
    `select count(*) as entries, max(seq) as seq,
       (select encode(l.hash, 'hex') from public.audit_log l order by l.seq desc limit 1) as hash from public.audit_log`,
  );
  if (seq === null) return { whole: true, line: 'The audit chain is empty.' };
  return { whole: true, line: `The audit chain is whole: ${entries} entries. Newest: ${seq} ${hash}` };
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
  const [seq, hash] = process.argv.slice(2);
  if (seq !== undefined && !(/^\d{1,18}$/.test(seq) && /^[0-9a-f]{64}$/.test(hash ?? ''))) {
    throw new Trouble('Say which entry was noted: npm run audit:verify -- <seq> <hash of 64 digits>');
  }
  const { variable, url } = await connectionString();
  const client = await adminClient(url).catch((error) => {
    throw databaseTrouble(variable, url, error);
  });
  try {
    const { whole, line } = await verifyAudit(client, seq && hash ? { seq, hash } : null);
    process.stdout.write(`${line}\n`);
    return whole ? 0 : 1;
  } finally {
    await client.end();
  }
}

if (import.meta.main) {
  process.exitCode = await main().catch((error) => {
    process.stderr.write(`${lineOf(error, 'Checking the audit chain')}\n`);
    return 1;
  });
}
