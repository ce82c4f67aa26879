/**
 * What is taken out in turn, and which tests must then fail.
 *
 * Entry point: allMutants (needs the catalog of a database for keys and guards; locks are found in the SQL files). A mutant
 * is one statement or one changed function in a clone of the schema, or one changed line of a TypeScript module.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';

export interface Selection {
  files: readonly string[];
  /** Only tests whose full name matches. */
  name?: string;
}

export interface Mutant {
  name: string;
  kind: 'key' | 'guard' | 'lock' | 'gate' | 'hygiene';
  /** Statements run in the clone; none: only a module is changed. */
  sql?: string;
  /** A changed module: path from the root, and what is replaced by what, once. */
  module?: { file: string; find: string; put: string };
  tests: Selection;
}

const ROOT = path.resolve(import.meta.dirname, '../..');
const SQL = path.join(ROOT, 'prisma/sql');
const KEYS = 'prisma/tests/92_drill_keys.test.ts';
const GATE = 'prisma/tests/92_drill_gates.test.ts';
const LOCKS = ['signals', 'orders', 'books', 'people'].map(
  (of) => `prisma/tests/92_drill_locks_${of}.test.ts`,
);

/** Everything, in a fixed order. */
export async function allMutants(client: pg.Client): Promise<Mutant[]> {
  return [
    ...(await keyMutants(client)),
    ...(await guardMutants(client)),
    ...lockMutants(),
    ...GATES,
    ...HYGIENE,
  ];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Every unique index of the stages and of the paper book; primary keys that are nothing but an id are left out. */
async function keyMutants(client: pg.Client): Promise<Mutant[]> {
  const { rows } = await client.query<{
    name: string;
    of: string;
    drop: string;
    tenant: boolean;
    primary: boolean;
  }>(
    `select c.relname as name, i.indrelid::regclass::text as of, i.indisprimary as primary,
       c.relname like '%tenant_key' as tenant, case when k.oid is null then format('drop index %s', i.indexrelid::regclass)
       else format('alter table %s drop constraint %I cascade', i.indrelid::regclass, k.conname) end as drop
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
     left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u')
     where i.indisunique and n.nspname in ('public', 'paper') and (not i.indisprimary or i.indrelid::regclass::text = any ($1))
     order by 1`,
    [NATURAL],
  );
  return rows.map(({ name, of, drop, tenant, primary }) => ({
    name: `key:${name}`,
    kind: 'key',
    sql: drop,
    tests: {
      files: [KEYS],
      name: primary
        ? `natural primary keys ${of} `
        : tenant
          ? `tenant keys ${of}:`
          : `every unique key ${name} `,
    },
  }));
}

/** Tables whose primary key is their meaning. */
const NATURAL = [
  'signal_heads',
  'signal_rearm',
  'account_exposure',
  'account_days',
  'positions',
  'trade_targets',
  'quotes',
  'leases',
  'webhook_buckets',
];

/** The trigger of each life cycle. */
async function guardMutants(client: pg.Client): Promise<Mutant[]> {
  const { rows } = await client.query<{ name: string; of: string }>(
    `select tgname as name, tgrelid::regclass::text as of from pg_trigger where not tgisinternal and tgname like '%\\_guard' order by 1`,
  );
  return rows.map(({ name, of }) => ({
    name: `guard:${name}`,
    kind: 'guard',
    sql: `drop trigger ${name} on ${of}`,
    tests: { files: [KEYS], name: `life cycles ${of} never go back` },
  }));
}

const LOCK = /\s+for (?:no key update|update|share)\b(?: of \w+)?(?: skip locked)?/;

/** Each lock clause in each function, taken out alone. Key-share locks are what the foreign keys take anyway. */
function lockMutants(): Mutant[] {
  const found: Mutant[] = [];
  for (const file of readdirSync(SQL)
    .filter((name) => name.endsWith('.sql'))
    .sort()) {
    const lines = readFileSync(path.join(SQL, file), 'utf8').split('\n');
    let fn = '';
    let count = 0;
    for (const [n, line] of lines.entries()) {
      const begins = /^create or replace function ([\w.]+)/.exec(line)?.[1];
      if (begins !== undefined) {
        fn = begins;
        count = 0;
      }
      if (!LOCK.test(line.replace(/--.*/, '')) || /^\s*--/.test(line)) continue;
      count += 1;
      const changed = lines.with(n, line.replace(LOCK, ''));
      const name = count === 1 ? fn : `${fn} (${count})`;
      const sql = functionAt(changed, n);
      found.push({
        name: `lock:${name}`,
        kind: 'lock',
        sql,
        tests: { files: LOCKS, name: `${escaped(testOf(fn))}\\b` },
      });
    }
  }
  return found;
}

/** A helper whose lock is asked for through the function that everybody calls. */
const testOf = (fn: string): string => (fn === 'fn.users_hold' ? 'fn.account_gate' : fn);

/** The text of the function around a line. */
function functionAt(lines: readonly string[], at: number): string {
  const from = lines.slice(0, at + 1).findLastIndex((line) => line.startsWith('create or replace function'));
  const to = lines.findIndex((line, n) => n >= at && /\$\$;?\s*$/.test(line));
  return lines.slice(from, to + 1).join('\n');
}

/** A function of a SQL file with one piece of its text replaced. Throws when the text is not there. */
function changedFunction(file: string, find: string, put: string): string {
  const lines = readFileSync(path.join(SQL, file), 'utf8').split('\n');
  const at = lines.findIndex((line) => line.includes(find));
  if (at < 0) throw new Error(`${file} does not contain: ${find}`);
  return functionAt(lines.with(at, (lines[at] ?? '').replace(find, put)), at);
}

const gate = (name: string, file: string, find: string, put: string, test: string): Mutant => ({
  name: `gate:${name}`,
  kind: 'gate',
  get sql() {
    return changedFunction(file, find, put);
  },
  tests: { files: [GATE], name: test },
});

const GATES: readonly Mutant[] = [
  gate(
    'events below the oldest transaction',
    '90_events.sql',
    ' and e.xid < pg_snapshot_xmin(pg_current_snapshot())',
    '',
    'the gate of the event log gives out nothing',
  ),
  gate(
    'events after the cursor',
    '90_events.sql',
    '(e.xid, e.id) > (p_xid, p_id) and ',
    '',
    'the gate of the event log gives out what came after the cursor',
  ),
  gate(
    'triggers from the oldest transaction',
    '79_exit_web.sql',
    `pg_snapshot_xmin(pg_current_snapshot())::text`,
    `pg_snapshot_xmax(pg_current_snapshot())::text`,
    'the gate of the event log holds for changed trades',
  ),
];

const HYGIENE_FILE = 'server/market/tick-hygiene.ts';
const hygiene = (name: string, find: string, put: string): Mutant => ({
  name: `hygiene:${name}`,
  kind: 'hygiene',
  module: { file: HYGIENE_FILE, find, put },
  tests: { files: ['server/market/tick-hygiene.test.ts'] },
});

const HYGIENE: readonly Mutant[] = [
  hygiene('not a number', '!finite || ', ''),
  hygiene('negative size', ' || size < 0', ''),
  hygiene('not positive: bid', 'bid <= 0 || ', ''),
  hygiene('not positive: ask', 'ask <= 0 || ', ''),
  hygiene('not positive: last', ' || last <= 0', ''),
  hygiene('negative allowed', '!context.allowsNegative && ', ''),
  hygiene('crossed', `if (bid > ask) return 'CROSSED';`, ''),
  hygiene('future', `at > context.now + FUTURE_TOLERANCE_MS ? 'FUTURE' : null`, 'null'),
  hygiene('repeated', `if (isRepeat(state, tick)) return { verdict: 'DROP', reason: 'DUPLICATE' };`, ''),
  hygiene('out of order', 'state.good !== null && tick.at < state.good.at', 'false'),
  hygiene(
    'jump',
    `if (!isBelievable(state, tick, context.rules.jump)) return { verdict: 'DROP', reason: 'JUMP' };`,
    '',
  ),
  hygiene('witness of a jump', 'isWitness && isNear(suspect, tick, jump)', 'false'),
  hygiene(
    'session closed',
    `if (!context.sessionOpen) return { verdict: 'QUIET', reason: 'SESSION_CLOSED' };`,
    '',
  ),
  hygiene(
    'stale',
    `if (context.now - tick.at > context.rules.staleMs) return { verdict: 'QUIET', reason: 'STALE' };`,
    '',
  ),
  hygiene(
    'frozen',
    `if (still >= context.rules.frozenMs) return { verdict: 'QUIET', reason: 'FROZEN' };`,
    '',
  ),
  hygiene('bounded memory of repeats', 'if (seen.length >= SEEN_MAX) seen.shift();', ''),
];
