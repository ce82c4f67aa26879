/**
 * The access matrix, against SQL itself: what lockstep_web sees and may call with the ids of somebody else.
 *
 * Every function that lockstep_web may execute and that runs as its owner must be told of here, or a test fails.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { readTables } from '#prisma/apply.ts';
import { tenantColumn, webReaders } from '#prisma/grants.ts';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertRow, insertUser, insertWebhookSource } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { type Answer, CALLS, ESTABLISH_THE_CALLER, nameOf } from '#prisma/tests/tenant-calls.ts';
import { sha256 } from '#server/crypto.ts';

type Ids = Record<
  | 'user'
  | 'account'
  | 'strategy'
  | 'subscription'
  | 'source'
  | 'token'
  | 'session'
  | 'signal'
  | 'trade'
  | 'order',
  string
>;

const db = useDatabase();
const theirs = {} as Ids;
let stranger: string;

beforeAll(async () => {
  const world = await exitWorld(db);
  const trade = await world.open();
  const [row] = await rowsOf<
    Record<'user_id' | 'user_broker_id' | 'strategy_id' | 'subscription_id' | 'signal_id', string>
  >(db.owner, 'select * from public.trades where id = $1', [trade]);
  if (!row) throw new Error('the world has no trade');
  const user = row.user_id;
  const source = await insertWebhookSource(db.owner, { id: row.strategy_id, user_id: user });
  const token = await insertRow(db.owner, 'api_tokens', {
    user_id: user,
    name: 'Theirs',
    token_hash: sha256('api'),
    scopes: ['trades:read'],
  });
  const [order] = await rowsOf<{ id: string }>(db.owner, 'select id from public.orders where trade_id = $1', [
    trade,
  ]);
  const session = await insertRow(db.owner, 'user_sessions', {
    user_id: user,
    role: 'user',
    token_hash: sha256('session'),
    created_at: db.now(),
    last_seen_at: db.now(),
    expires_at: new Date(Date.parse(db.now()) + 3_600_000),
  });
  Object.assign(theirs, {
    user,
    account: row.user_broker_id,
    strategy: row.strategy_id,
    subscription: row.subscription_id,
    source: source.id,
    token: token.id,
    session: session.id,
    signal: row.signal_id,
    trade,
    order: order?.id,
  });
  stranger = (await insertUser(db.owner)).id;
});

const sqlOf = (call: string): string =>
  call.replace(/:(\w+)/g, (_, name: string) => {
    const id = theirs[name as keyof Ids];
    if (!id) throw new Error(`the matrix has no id of a ${name}`);
    return `'${id}'::uuid`;
  });

/** Whether what came back is the answer, and holds no id of the other person. */
async function expectAnswer(asked: Promise<Record<string, unknown>[]>, answer: Answer): Promise<void> {
  if (answer === 'NOT_FOUND') {
    await expect(asked).rejects.toMatchObject({ code: 'LK404', message: 'NOT_FOUND' });
    return;
  }
  const text = JSON.stringify(await asked);
  for (const [name, id] of Object.entries(theirs)) expect(text, name).not.toContain(id);
  if (answer === 'FALSE') expect(Object.values((await asked)[0] ?? {})).toEqual([false]);
}

const definers = () =>
  rowsOf<{ name: string }>(
    db.owner,
    `select p.proname as name from pg_proc p
     where p.pronamespace = 'fn'::regnamespace and p.prosecdef and has_function_privilege('lockstep_web', p.oid, 'execute')
     order by 1`,
  );

describe('functions that lockstep_web may execute', () => {
  it('are all known to this matrix, and it knows no other', async () => {
    const known = new Set([...Object.keys(ESTABLISH_THE_CALLER), ...CALLS.map(([call]) => nameOf(call))]);
    expect([...new Set((await definers()).map((row) => row.name))]).toEqual([...known].sort());
  });

  it.each(CALLS)('%s answers a stranger %s', async (call, answer) => {
    for (const role of ['user', 'researcher'] as const) {
      const ask = db.asActor(
        stranger,
        async (client) => (await client.query(`select * from ${sqlOf(call)}`)).rows,
        role,
      );
      await expectAnswer(ask, answer);
    }
  });

  it.each(CALLS)('%s answers %s without an actor', async (call, answer) => {
    await expectAnswer(
      db.web.query(`select * from ${sqlOf(call)}`).then(({ rows }) => rows),
      answer,
    );
  });

  it('change nothing of what they were asked for', async () => {
    const [row] = await rowsOf(db.owner, 'select status, exit_wish_reason from public.trades where id = $1', [
      theirs.trade,
    ]);
    expect(row).toEqual({ status: 'OPEN', exit_wish_reason: null });
    expect(await rowsOf(db.owner, `select 1 from public.switches where state <> 'OFF'`)).toEqual([]);
  });
});

describe('tables', () => {
  const personal = async () =>
    (await readTables(db.owner)).filter(
      (table) => !table.isPartition && tenantColumn(table) && webReaders(table).includes('lockstep_web'),
    );
  const read = async (actor: string, role: 'user' | 'admin' | 'researcher', table: string, column: string) =>
    db.asActor(
      actor,
      async (client) => (await client.query(`select ${column} from public.${table}`)).rows,
      role,
    );

  it('hold rows of the other person at all', async () => {
    const filled = [
      'trades',
      'orders',
      'trade_fills',
      'trade_intents',
      'signal_deliveries',
      'signals',
      'user_brokers',
      'positions',
      'fifo_lots',
    ];
    for (const table of filled) {
      expect((await rowsOf(db.owner, `select 1 from public.${table}`)).length, table).toBeGreaterThan(0);
    }
  });

  it('show a stranger none of them, and nobody anything without an actor', async () => {
    for (const table of await personal()) {
      if (['user_secrets', 'broker_credentials'].includes(table.name)) continue;
      const column = tenantColumn(table) ?? 'user_id';
      const seen = await read(stranger, 'user', table.name, column);
      expect(
        seen.filter((row) => row[column] !== stranger),
        table.name,
      ).toEqual([]);
      const { rows } = await db.web.query(`select ${column} from public.${table.name}`);
      expect(rows, table.name).toEqual([]);
    }
  });

  it('show the owner his own, and an admin everybody', async () => {
    expect(await read(theirs.user, 'user', 'trades', 'user_id')).toEqual([{ user_id: theirs.user }]);
    expect(await read(stranger, 'admin', 'trades', 'user_id')).toEqual([{ user_id: theirs.user }]);
  });

  it('of persons are closed to a researcher', async () => {
    for (const table of await personal()) {
      await expect(read(stranger, 'researcher', table.name, '1'), table.name).rejects.toMatchObject({
        code: '42501',
      });
    }
    await expect(read(stranger, 'researcher', 'instruments', '1')).resolves.toBeDefined();
  });

  it('with passwords and credentials are closed to every role of the web', async () => {
    for (const role of ['user', 'researcher', 'admin'] as const) {
      for (const table of ['user_secrets', 'broker_credentials']) {
        await expect(read(theirs.user, role, table, '1'), `${role} ${table}`).rejects.toMatchObject({
          code: '42501',
        });
      }
      await expect(read(theirs.user, role, 'webhook_tokens', 'token_hash')).rejects.toMatchObject({
        code: '42501',
      });
    }
  });
});
