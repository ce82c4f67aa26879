import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { insertRow } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import {
  claim,
  fill,
  insertEntry,
  insertExit,
  openTrade,
  orderWorld,
  record,
} from '#prisma/tests/order-world.ts';
import { paperBench } from '#prisma/tests/paper-venue.ts';

const db = useDatabase();
const bench = paperBench(db);

/** SQL of the columns in which the second row differs from the first, by key; the key's own columns stay the same. */
interface Clash {
  table: string;
  /** Which row is doubled. */
  where?: string;
  but?: Record<string, string>;
}

const ID = { id: 'uuidv7()' };
const LIVE = `status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED')`;
const NEW_IDS = { ...ID, client_order_id: 'gen_random_uuid()::text', broker_order_id: 'null' };

/** What a second row of each key looks like. Every unique key of the schema is here (a test below compares). */
const CLASHES: Readonly<Record<string, Clash>> = {
  one_user_per_email: { table: 'public.users', but: ID },
  one_session_per_token: { table: 'public.user_sessions', but: ID },
  invitations_token_hash_key: { table: 'public.invitations', but: ID },
  api_tokens_token_hash_key: { table: 'public.api_tokens', but: ID },
  one_instrument_per_symbol: { table: 'public.instruments', but: ID },
  one_strategy_per_name: { table: 'public.strategies', but: ID },
  one_source_per_token: { table: 'public.webhook_tokens', but: ID },
  user_brokers_ordinal_key: { table: 'public.user_brokers', but: { ...ID, name: `'another'` } },
  one_account_per_name: {
    table: 'public.user_brokers',
    but: { ...ID, ordinal: `nextval('public.account_ordinal')` },
  },
  one_subscription_per_account: { table: 'public.subscriptions', but: ID },
  one_rule_set_per_place: { table: 'public.exit_rules', but: ID },
  one_limit_per_place: { table: 'public.risk_limits', but: ID },
  one_switch_per_scope: { table: 'public.switches', but: ID },
  one_paper_order_per_client_order_id: { table: 'paper.orders' },
  one_paper_fill_per_id: { table: 'paper.fills', but: { n: '99' } },
  one_paper_fill_per_number: { table: 'paper.fills', but: { fill_id: `'another'` } },
  one_movement_per_fill_and_kind: { table: 'paper.cash_ledger', where: 'fill_id is not null' },
  one_opening_per_account: { table: 'paper.cash_ledger', where: `kind = 'OPENING'` },
  one_signal_per_key: { table: 'public.signals', but: ID },
  one_delivery_per_account: { table: 'public.signal_deliveries', but: ID },
  one_intent_per_delivery: { table: 'public.trade_intents', but: ID },
  one_trade_per_intent: { table: 'public.trades', but: ID },
  one_exit_signal_per_episode: { table: 'public.exit_signals', but: ID },
  one_exit_intent_per_signal: { table: 'public.exit_intents', where: `status = 'FILLED'`, but: ID },
  one_pending_exit_per_trade: {
    table: 'public.exit_intents',
    where: `status = 'PLACED'`,
    but: { ...ID, exit_signal_id: "(select id from public.exit_signals where detected_by = 'SPARE')" },
  },
  one_order_per_client_id: {
    table: 'public.orders',
    where: `status = 'FILLED'`,
    but: { ...ID, broker_order_id: 'null' },
  },
  one_order_per_broker_id: {
    table: 'public.orders',
    where: `status = 'FILLED' and broker_order_id is not null`,
    but: { ...ID, client_order_id: `'another'` },
  },
  one_live_entry_order_per_trade: {
    table: 'public.orders',
    where: `kind = 'ENTRY' and ${LIVE}`,
    but: NEW_IDS,
  },
  one_live_exit_order_per_trade: { table: 'public.orders', where: `kind = 'EXIT' and ${LIVE}`, but: NEW_IDS },
  one_fill_per_broker_id: { table: 'public.trade_fills', but: { ...ID, fill_seq: '999' } },
  one_fill_per_sequence: { table: 'public.trade_fills', but: { ...ID, broker_fill_id: `'another'` } },
  one_lot_per_fill: { table: 'public.fifo_lots', but: ID },
  one_allocation_per_lot_and_fill: { table: 'public.fifo_allocations', but: ID },
  one_result_per_day_and_kind: { table: 'public.daily_pnl', but: ID },
  one_open_alert_per_key: {
    table: 'public.alerts',
    where: 'cleared_at is null and key is not null',
    but: ID,
  },
  one_open_discrepancy: { table: 'public.discrepancies', but: ID },
  one_open_quarantine_per_entity: { table: 'public.quarantine', but: ID },
};

/** Rows for every table above: a closed trade, one on its way in, one on its way out, and what lies beside them. */
async function someOfEverything(): Promise<void> {
  const world = await orderWorld(db);
  const closed = await openTrade(db, world);
  const out = await insertExit(db, world, closed.tradeId, '10');
  await claim(db, [out.orderId]);
  await record(db, { order_id: out.orderId, outcome: 'ACCEPTED', broker_order_id: 'b-out', attempt: 1 });
  await fill(db, { order_id: out.orderId, broker_fill_id: 'f-out', qty: '10', price: '101' });
  await db.owner.query(
    `update public.exit_intents set status = 'FILLED', ended_at = fn.clock() where id = $1 and status <> 'FILLED'`,
    [out.exitIntentId],
  );
  await insertEntry(db, world);
  const leaving = await openTrade(db, world);
  await insertExit(db, world, leaving.tradeId, '10');
  const keys = {
    user_id: world.userId,
    user_broker_id: world.account.id,
    instrument_id: world.instrument.id,
  };
  const at = db.now();
  const later = new Date(Date.parse(at) + 3_600_000);
  await insertRow(db.owner, 'exit_signals', {
    ...keys,
    trade_id: leaving.tradeId,
    exit_reason: 'HARD_STOP',
    episode_id: 1,
    detected_by: 'SPARE',
    cooldown_ms: 0,
    occurred_at: at,
    recorded_at: at,
  });
  const [source] = [
    await insertRow(db.owner, 'webhook_sources', {
      strategy_id: world.strategy.id,
      user_id: world.userId,
      name: 'x',
    }),
  ];
  const token = (name: string) => Buffer.from(name.padEnd(32, '.'));
  await insertRow(db.owner, 'webhook_tokens', {
    source_id: source?.id,
    user_id: world.userId,
    token_hash: token('a'),
  });
  await insertRow(db.owner, 'user_sessions', {
    user_id: world.userId,
    role: 'user',
    token_hash: token('b'),
    created_at: at,
    last_seen_at: at,
    expires_at: later,
  });
  await insertRow(db.owner, 'invitations', {
    email: 'x@example.test',
    role: 'user',
    token_hash: token('c'),
    invited_by: world.userId,
    expires_at: later,
  });
  await insertRow(db.owner, 'api_tokens', {
    user_id: world.userId,
    name: 'x',
    token_hash: token('d'),
    scopes: ['trades:read'],
  });
  await db.owner.query(`select fn.alert_raise($1, 'INFO', 'X', 'x', null, null, 'the key')`, [world.userId]);
  await db.owner.query(`select fn.quarantine_put($1, 'order', $2, 'X', 'x', '[]')`, [
    world.userId,
    out.orderId,
  ]);
  await db.owner.query(`select fn.reconcile_record($1, fn.clock(), 'DIFFERED', $2, '{}')`, [
    world.account.id,
    JSON.stringify([{ code: 'QTY_MISMATCH', instrument_id: world.instrument.id }]),
  ]);
  const instrument = await bench.instrument();
  await bench.quote(instrument, '99.99', '100.01');
  await bench.account().port.place(bench.order(instrument, { clientOrderId: randomUUID() }));
  await bench.settle();
}

/** Inserts a copy of a row with some columns changed; answers the key that refuses it, or null. */
async function double({ table, where = 'true', but = {} }: Clash): Promise<string | null> {
  const columns = await rowsOf<{ name: string }>(
    db.owner,
    `select a.attname as name from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped
       and a.attgenerated = '' and a.attidentity = ''`,
    [table],
  );
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const values = columns.map(({ name }) => but[name] ?? `"${name}"`).join(', ');
  try {
    const { rowCount } = await db.owner.query(
      `insert into ${table} (${names}) select ${values} from ${table} where ${where} limit 1`,
    );
    return rowCount === 0 ? 'there is no row to double' : null;
  } catch (error) {
    return (error as { constraint?: string; message: string }).constraint ?? (error as Error).message;
  }
}

const UNIQUES = `
  select c.relname as name, i.indisprimary as primary, i.indrelid::regclass::text as of, i.indnkeyatts as columns,
    exists (select from pg_constraint k where k.conindid = i.indexrelid and k.conname like '%tenant_key') as tenant
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
  where i.indisunique and n.nspname in ('public', 'paper') order by 1`;

beforeAll(someOfEverything);

describe('every unique key', () => {
  it.each(Object.entries(CLASHES))('%s refuses a second row', async (name, clash) => {
    expect(await double(clash)).toBe(name);
  });

  it('of the schema is on this list', async () => {
    const uniques = await rowsOf<{ name: string; primary: boolean; tenant: boolean }>(db.owner, UNIQUES);
    const found = uniques.filter((key) => !key.primary && !key.tenant).map(({ name }) => name);
    expect(Object.keys(CLASHES).toSorted()).toEqual(found.toSorted());
  });
});

describe('tenant keys', () => {
  it.each([
    ['strategies', 'webhook_sources'],
    ['webhook_sources', 'webhook_tokens'],
    ['user_brokers', 'orders'],
    ['subscriptions', 'signal_deliveries'],
    ['signal_deliveries', 'trade_intents'],
    ['trade_intents', 'trades'],
    ['trades', 'orders'],
    ['exit_signals', 'exit_intents'],
    ['exit_intents', 'orders'],
    ['orders', 'trade_fills'],
    ['trade_fills', 'fifo_lots'],
    ['fifo_lots', 'fifo_allocations'],
  ])('%s: what refers to them carries their user (%s does)', async (table, child) => {
    const rows = await rowsOf<{ n: number }>(
      db.owner,
      `select count(*)::int as n from pg_constraint k where k.contype = 'f' and k.confrelid = $1::regclass
         and k.conrelid = $2::regclass and cardinality(k.conkey) = 2`,
      [`public.${table}`, `public.${child}`],
    );
    expect(rows[0]?.n).toBeGreaterThan(0);
  });
});

describe('natural primary keys', () => {
  it.each([
    'signal_heads',
    'signal_rearm',
    'account_exposure',
    'account_days',
    'positions',
    'trade_targets',
    'quotes',
    'leases',
    'webhook_buckets',
  ])('%s has one', async (table) => {
    const rows = await rowsOf<{ of: string; columns: number }>(db.owner, UNIQUES);
    expect(rows.filter(({ of }) => of === table)).toHaveLength(1);
  });
});

describe('life cycles', () => {
  it.each([
    ['signals', `status = 'PUBLISHED'`, 'DETECTED'],
    ['signal_deliveries', `status = 'DECIDED'`, 'PENDING'],
    ['trade_intents', `status = 'EXECUTED'`, 'APPROVED'],
    ['orders', `status = 'FILLED'`, 'PLACED'],
    ['trades', `status = 'CLOSED'`, 'EXITING'],
    ['exit_intents', `status = 'FILLED'`, 'PLACED'],
  ])('%s never go back', async (table, where, to) => {
    const back = db.owner.query(`update public.${table} set status = $1 where ${where}`, [to]);
    await expect(back).rejects.toMatchObject({ code: 'LKTRN' });
  });

  it.each([
    ['signals', 'PUBLISHED', 'REJECTED'],
    ['signal_deliveries', 'DECIDED', 'EXPIRED'],
    ['trade_intents', 'REJECTED', 'APPROVED'],
    ['orders', 'FILLED', 'CANCELLED'],
    ['trades', 'CLOSED', 'ENTERING'],
    ['exit_intents', 'FILLED', 'CANCELLED'],
  ])('%s: %s does not become %s', async (table, from, to) => {
    const fn = {
      signals: 'signal',
      signal_deliveries: 'delivery',
      trade_intents: 'intent',
      orders: 'order',
      trades: 'trade',
      exit_intents: 'exit_intent',
    }[table];
    const [row] = await rowsOf<{ ok: boolean }>(db.owner, `select fn.${fn}_next_ok($1, $2) as ok`, [
      from,
      to,
    ]);
    expect(row?.ok).toBe(false);
  });
});

describe('the gate of the event log', () => {
  it('gives out nothing that an older transaction could still come before', async () => {
    const old = await db.owner.connect();
    const late = await db.owner.connect();
    try {
      const seen = async () =>
        rowsOf<{ data: { n: number } }>(
          db.owner,
          `select data from fn.events_after('0', 0, 1000) where entity = 'gate'`,
        );
      const append = `select fn.event_append(null, 'x', 'gate', null, $1)`;
      await old.query('begin');
      await old.query(append, [{ n: 1 }]);
      await late.query(append, [{ n: 2 }]);
      expect(await seen()).toEqual([]);
      await old.query('commit');
      // transactions of other databases hold the gate too, for as long as they last
      await expect
        .poll(async () => (await seen()).map(({ data }) => data.n), { timeout: 20_000 })
        .toEqual([1, 2]);
    } finally {
      await old.query('rollback').catch(() => undefined);
      old.release();
      late.release();
    }
  });

  it('gives out what came after the cursor, once, in order', async () => {
    const append = `select fn.event_append(null, 'x', 'cursor', null, $1)`;
    for (let n = 0; n < 3; n += 1) await db.owner.query(append, [{ n }]);
    const read = () =>
      rowsOf<{ xid: string; id: string }>(
        db.owner,
        `select xid::text, id from fn.events_after('0', 0, 1000) where entity = 'cursor'`,
      );
    await expect.poll(read, { timeout: 20_000 }).toHaveLength(3);
    const all = await read();

    const rest = await rowsOf(
      db.owner,
      `select id from fn.events_after($1::xid8, $2, 1000) where entity = 'cursor'`,
      [all[0]?.xid, all[0]?.id],
    );
    expect(rest).toHaveLength(2);
  });

  it('holds for changed trades too: what commits late comes with a later read of the trigger book', async () => {
    const { tradeId, instrument } = await (async () => {
      const world = await orderWorld(db);
      return { ...(await openTrade(db, world)), instrument: world.instrument };
    })();
    type Read = { out: { cursor: string; trades: { id: string }[] } };
    const read = async (since: string | null) =>
      (
        (
          await rowsOf<Read>(db.owner, 'select fn.triggers_read(array[$1]::uuid[], $2::xid8) as out', [
            instrument.id,
            since,
          ])
        )[0] as Read
      ).out;
    const changing = await db.owner.connect();
    try {
      await changing.query('begin');
      await changing.query('update public.trades set stop_price = 90 where id = $1', [tradeId]);
      // a younger transaction ends first: what is read next is past the older one's id
      await db.owner.query(`select fn.event_append(null, 'x', 'younger', null, '{}')`);
      const before = await read(null);
      const meanwhile = await read(before.cursor);
      await changing.query('commit');
      const after = await read(meanwhile.cursor);
      expect(after.trades.map(({ id }) => id)).toEqual([tradeId]);
    } finally {
      await changing.query('rollback').catch(() => undefined);
      changing.release();
    }
  });
});
