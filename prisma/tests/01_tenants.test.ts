/**
 * The access matrix, against SQL itself: what lockstep_web sees and may call with the ids of somebody else.
 *
 * Every function that lockstep_web may execute and that runs as its owner must be told of here, or a test fails.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { readTables } from '#prisma/apply.ts';
import { tenantColumn, webReaders } from '#prisma/grants.ts';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertUser } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';

/** They take a secret or its hash and so establish the caller, or act on nothing but the actor himself. */
const ESTABLISH_THE_CALLER: Readonly<Record<string, string>> = {
  login_begin: 'e-mail and password',
  login_succeed: 'the stored hash as proof of the password',
  session_touch: "the hash of the session's secret",
  session_end: "the hash of the session's secret",
  webhook_source_get: 'the hash of the token',
  webhook_failure_count: 'before there is a caller: an address and a reason',
  signals_accept: 'the hash of the token, in each item',
  audit_append: 'writes in the name of the actor only',
  idempotency_begin: 'keys of the actor only',
  idempotency_finish: 'keys of the actor only',
};

type Ids = Record<'user' | 'account' | 'strategy' | 'subscription' | 'signal' | 'trade', string>;

/** How each other function is called with the ids of somebody else, and how it must answer. */
const CALLS: Readonly<
  Record<string, { text: string; values: (ids: Ids) => unknown[]; answer: 'NOT_FOUND' | 'NOTHING' }[]>
> = {
  exit_rules_set: (['STRATEGY', 'SUBSCRIPTION', 'TRADE'] as const).map((layer) => ({
    text: `fn.exit_rules_set('${layer}', $1, '{"stop_pct": "3"}')`,
    values: (ids) => [ids[layer.toLowerCase() as 'trade']],
    answer: 'NOT_FOUND',
  })),
  switch_set: (['USER', 'ACCOUNT'] as const).map((scope) => ({
    text: `fn.switch_set('${scope}', $1, 'HALT', 'not mine')`,
    values: (ids) => [scope === 'USER' ? ids.user : ids.account],
    answer: 'NOT_FOUND',
  })),
  trade_close_manual: [
    {
      text: `fn.trade_close_manual($1, null, 'MARKET', null)`,
      values: (ids) => [ids.trade],
      answer: 'NOT_FOUND',
    },
  ],
  trade_exit_withdraw: [
    { text: 'fn.trade_exit_withdraw($1)', values: (ids) => [ids.trade], answer: 'NOT_FOUND' },
  ],
  signals_visible: [
    {
      text: 'fn.signals_visible($1, null, null, null, null, 10)',
      values: (ids) => [ids.signal],
      answer: 'NOTHING',
    },
    { text: 'fn.signals_visible(null, null, null, null, null, 10)', values: () => [], answer: 'NOTHING' },
  ],
  strategies_visible: [{ text: 'fn.strategies_visible()', values: () => [], answer: 'NOTHING' }],
};

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
  Object.assign(theirs, {
    user: row.user_id,
    account: row.user_broker_id,
    strategy: row.strategy_id,
    subscription: row.subscription_id,
    signal: row.signal_id,
    trade,
  });
  stranger = (await insertUser(db.owner)).id;
});

const definers = () =>
  rowsOf<{ name: string }>(
    db.owner,
    `select p.proname as name from pg_proc p
     where p.pronamespace = 'fn'::regnamespace and p.prosecdef and has_function_privilege('lockstep_web', p.oid, 'execute')
     order by 1`,
  );

describe('functions that lockstep_web may execute', () => {
  it('are all known to this matrix', async () => {
    const known = new Set([...Object.keys(ESTABLISH_THE_CALLER), ...Object.keys(CALLS)]);
    expect((await definers()).map((row) => row.name).filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(
    Object.values(CALLS)
      .flat()
      .map((call) => [call.text, call] as const),
  )('%s answers a stranger as if there were nothing', async (_, { text, values, answer }) => {
    for (const role of ['user', 'researcher'] as const) {
      const asked = db.asActor(
        stranger,
        async (client) => (await client.query(`select * from ${text}`, values(theirs))).rows,
        role,
      );
      if (answer === 'NOTHING') expect(await asked).toEqual([]);
      else await expect(asked).rejects.toMatchObject({ code: 'LK404', message: 'NOT_FOUND' });
    }
  });

  it.each(
    Object.values(CALLS)
      .flat()
      .map((call) => [call.text, call] as const),
  )('%s does nothing without an actor', async (_, { text, values, answer }) => {
    const asked = db.web.query(`select * from ${text}`, values(theirs));
    if (answer === 'NOTHING') expect((await asked).rows).toEqual([]);
    else await expect(asked).rejects.toMatchObject({ code: 'LK404' });
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
