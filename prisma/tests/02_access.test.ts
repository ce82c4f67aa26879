/**
 * Access by force: every function that lockstep_web may execute, with every id of somebody else in every place.
 *
 * Beside 01_tenants.test.ts, which says what each function must answer: here nothing is listed, so that a function or an
 * overload that nobody thought of is tried as well. After all calls no row of the other person may differ.
 */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTables } from '#prisma/apply.ts';
import { tenantColumn } from '#prisma/grants.ts';
import { insertUser, insertWebhookSource } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { usePipeline } from '#prisma/tests/pipeline-world.ts';
import { CALLS } from '#prisma/tests/tenant-calls.ts';
import type { Client } from '#server/db.ts';

const db = useDatabase();
const pipeline = usePipeline(db);

/** Calls at once: fewer than the pool has connections. */
const LANES = 6;
/** What a transaction of a refused call may end with: our codes, values that do not fit, nothing else. */
const REFUSALS = /^(LK\d{3}|LKTRN|22\w{3}|23\w{3}|42804|P0002)$/;

/** Words that mean something in a parameter of this name; any other text is a word that means nothing. */
const WORDS: readonly [RegExp, readonly string[]][] = [
  [/scope/, ['USER', 'ACCOUNT', 'PLATFORM']],
  [/layer/, ['USER', 'ACCOUNT', 'SUBSCRIPTION', 'STRATEGY', 'TRADE']],
  [/state|status/, ['DISABLED', 'PAUSED', 'ARCHIVED', 'HALT', 'FLATTEN', 'OFF']],
  [/type/, ['MARKET', 'LIMIT']],
  [/zone/, ['UTC']],
];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Tables behind the names of ids in the access matrix. */
const TABLE_OF: Readonly<Record<string, string>> = {
  user: 'users',
  account: 'user_brokers',
  strategy: 'strategies',
  subscription: 'subscriptions',
  source: 'webhook_sources',
  token: 'api_tokens',
  session: 'user_sessions',
  signal: 'signals',
  trade: 'trades',
  order: 'orders',
};

interface Routine {
  signature: string;
  name: string;
  names: string[];
  types: string[];
}

let victim: string;
let stranger: string;
/** Every uuid in any row of the other person, by where it stands first; what is shared is left out. */
const theirs = new Map<string, string>();

const personal = async () =>
  (await readTables(db.owner)).flatMap((table) => {
    const column = tenantColumn(table);
    return table.isPartition || column === null ? [] : [{ table: table.name, column }];
  });

async function collectIds(): Promise<void> {
  const shared = new Set(
    (await rowsOf<{ id: string }>(db.owner, 'select id from public.instruments')).map(({ id }) => id),
  );
  const found: [place: string, id: string][] = [];
  for (const { table, column } of await personal()) {
    const rows = await rowsOf<{ row: Record<string, unknown> }>(
      db.owner,
      `select to_jsonb(x) as row from public.${table} x where ${column} = $1`,
      [victim],
    );
    for (const [name, value] of rows.flatMap(({ row }) => Object.entries(row)))
      if (typeof value === 'string' && UUID.test(value) && !shared.has(value))
        found.push([`${table}.${name}`, value]);
  }
  // a row's own id first, so that each is named by where it comes from
  found.sort(([a], [b]) => Number(b.endsWith('.id')) - Number(a.endsWith('.id')));
  for (const [place, id] of found)
    if (![...theirs.values()].includes(id)) theirs.set(`${place}#${theirs.size}`, id);
}

/** The first id of a table's rows. */
function idOf(table: string): string {
  const found = [...theirs].find(([place]) => place.startsWith(`${table}.id#`));
  if (found === undefined) throw new Error(`no id of ${table}`);
  return found[1];
}

/** A digest of all rows of the other person, per table. */
async function fingerprint(): Promise<Record<string, string>> {
  const prints: Record<string, string> = {};
  for (const { table, column } of await personal()) {
    const [row] = await rowsOf<{ all: string | null }>(
      db.owner,
      `select string_agg(x::text, E'\\n' order by x::text) as all from public.${table} x where ${column} = $1`,
      [victim],
    );
    prints[table] = createHash('sha256')
      .update(row?.all ?? '')
      .digest('hex');
  }
  return prints;
}

const executable = (role: string) =>
  rowsOf<Routine & Record<string, unknown>>(
    db.owner,
    `select p.oid::regprocedure::text as signature, p.proname as name, coalesce(p.proargnames[1:p.pronargs], '{}') as names,
       array(select format_type(t, null) from unnest(p.proargtypes) with ordinality a (t, n) order by n)::text[] as types
     from pg_proc p where p.pronamespace = 'fn'::regnamespace and p.prosecdef and has_function_privilege($1, p.oid, 'execute')
     order by 1`,
    [role],
  );

/** Values to try for one parameter; an id stands wherever a uuid is asked for. */
function valuesFor(name: string, type: string, id: string): readonly unknown[] {
  if (type === 'uuid') return [id];
  if (type === 'uuid[]') return [[id]];
  if (type === 'jsonb') {
    const ids = Object.fromEntries(
      [...theirs].map(([place, value]) => [place.replace(/^.*\.|#.*$/g, ''), value]),
    );
    const wrong = { ...ids, id, user_broker_id: id, strategy_id: id, subscription_id: id, trade_id: id };
    return [{ name: 'Mine now', ...ids }, { name: 'Mine now', ...wrong }, { stop_pct: '3' }];
  }
  if (type === 'text') return WORDS.find(([pattern]) => pattern.test(name))?.[1] ?? ['a word'];
  if (type === 'text[]') return [['trades:read']];
  if (type === 'bytea') return [createHash('sha256').update('a guess').digest()];
  if (type === 'bytea[]') return [[createHash('sha256').update('a guess').digest()]];
  if (type === 'boolean') return [true];
  if (type === 'inet') return ['192.0.2.1'];
  if (type.startsWith('timestamp')) return [db.now()];
  return [1];
}

/** Every combination, the ids of uuid parameters together. */
function* argumentsOf(routine: Routine): Generator<unknown[]> {
  for (const id of theirs.values()) {
    let rows: unknown[][] = [[]];
    for (const [n, type] of routine.types.entries()) {
      const values = valuesFor(routine.names[n] ?? '', type, id);
      rows = rows.flatMap((row) => values.map((value) => [...row, value]));
    }
    yield* rows;
    if (!routine.types.some((type) => type === 'uuid' || type === 'uuid[]' || type === 'jsonb')) return;
  }
}

beforeAll(async () => {
  const p = pipeline();
  victim = (await insertUser(db.owner)).id;
  stranger = (await insertUser(db.owner)).id;
  const strategy = { id: '', user_id: victim };
  const { rows } = await db.owner.query<{ id: string }>(
    `insert into public.strategies (user_id, name, sides) values ($1, 'Theirs', 'BOTH') returning id`,
    [victim],
  );
  strategy.id = rows[0]?.id ?? '';
  const source = { strategy, token: (await insertWebhookSource(db.owner, strategy)).token };
  await p.account([source], { userId: victim });
  const instruments = [await p.instrument('100'), await p.instrument('50')];
  for (const { symbol } of instruments)
    await p.alert(source.token, { symbol, action: 'buy', direction: 'long' });
  await p.settle();
  await p.alert(source.token, { symbol: instruments[0]?.symbol, action: 'exit' });
  await p.settle();
  await db.owner.query(
    `insert into public.user_sessions (user_id, role, token_hash, created_at, last_seen_at, expires_at)
     values ($1, 'user', sha256('session'), $2, $2, $2::timestamptz + interval '1 hour')`,
    [victim, db.now()],
  );
  await db.owner.query(
    `insert into public.api_tokens (user_id, name, token_hash, scopes) values ($1, 'Theirs', sha256('api'), '{trades:read}')`,
    [victim],
  );
  await collectIds();
});

describe('with the ids of somebody else', () => {
  it('there is something to find: ids out of every stage', () => {
    const tables = new Set([...theirs.keys()].map((place) => place.split('.')[0]));
    const stages = ['signals', 'signal_deliveries', 'trade_intents', 'orders', 'trade_fills', 'trades'];
    const others = ['exit_signals', 'exit_intents', 'fifo_lots', 'fifo_allocations', 'webhook_tokens'];
    expect([...tables]).toEqual(expect.arrayContaining([...stages, ...others, ...Object.values(TABLE_OF)]));
  });

  it.each(CALLS.filter(([, answer]) => answer === 'NOT_FOUND'))(
    '%s is found by its owner, so that the refusal of a stranger means something',
    async (call) => {
      const sql = call.replace(/:(\w+)/g, (_, name: string) => `'${idOf(TABLE_OF[name] ?? name)}'::uuid`);
      const asked = db.asActor(victim, async (client) => {
        await client.query(`select * from ${sql}`);
        throw new Error('found');
      });
      const error = await asked.catch((caught: Error & { code?: string }) => caught);
      expect(error, String(error)).not.toMatchObject({ code: 'LK404' });
    },
  );

  it.each(['a stranger', 'nobody'])(
    '%s learns nothing and changes nothing, through any function',
    async (who) => {
      const before = await fingerprint();
      const routines = await executable('lockstep_web');
      const wrong: string[] = [];
      let calls = 0;
      const call = async (client: Client, { signature, types }: Routine, args: unknown[]): Promise<void> => {
        calls += 1;
        const places = types.map((type, n) => `$${n + 1}::${type}`).join(', ');
        const values = args.map((arg, n) => (types[n] === 'jsonb' ? JSON.stringify(arg) : arg));
        const { rows } = await client.query(
          `select * from ${signature.replace(/\(.*$/s, '')}(${places})`,
          values,
        );
        const text = JSON.stringify(rows);
        for (const [place, id] of theirs) if (text.includes(id)) wrong.push(`${signature} tells ${place}`);
      };
      const work = routines.flatMap((routine) =>
        [...argumentsOf(routine)].map((args) => ({ routine, args })),
      );
      const lane = async (): Promise<void> => {
        for (let next = work.pop(); next !== undefined; next = work.pop()) {
          const { routine, args } = next;
          const run = (client: Client) => call(client, routine, args);
          const asked =
            who === 'nobody'
              ? db.web.connect().then((c) => run(c).finally(() => c.release()))
              : db.asActor(stranger, run);
          await asked.catch((error: Error & { code?: string }) => {
            if (!REFUSALS.test(error.code ?? ''))
              wrong.push(`${routine.signature}: ${error.code} ${error.message}`);
          });
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      expect([...new Set(wrong)].sort()).toEqual([]);
      expect(calls).toBeGreaterThan(routines.length);
      expect(await fingerprint()).toEqual(before);
    },
  );
});

describe('what lockstep_web may execute', () => {
  it('has one function per name, so that no overload hides behind a known one', async () => {
    const names = (await executable('lockstep_web')).map(({ name }) => name);
    expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([]);
  });

  it('is nothing of the admin and more than all of the researcher', async () => {
    const web = new Set((await executable('lockstep_web')).map(({ signature }) => signature));
    const admin = (await executable('lockstep_web_admin')).filter(({ name }) => name.endsWith('_admin'));
    expect(admin.length).toBeGreaterThan(0);
    expect(admin.filter(({ signature }) => web.has(signature))).toEqual([]);
    const researcher = await executable('lockstep_web_researcher');
    expect(researcher.filter(({ signature }) => !web.has(signature))).toEqual([]);
  });

  it('is nothing of the paper book and no code of another schema', async () => {
    await expect(db.web.query('select * from paper.accounts')).rejects.toMatchObject({ code: '42501' });
    await expect(db.web.query('select paper.ledger_check()')).rejects.toMatchObject({ code: '42501' });
    const foreign = await rowsOf(
      db.owner,
      `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where p.prosecdef and n.nspname not in ('fn', 'pg_catalog', 'information_schema')
         and has_schema_privilege('lockstep_web', n.oid, 'usage') and has_function_privilege('lockstep_web', p.oid, 'execute')`,
    );
    expect(foreign).toEqual([]);
  });
});
