import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { insertRow } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { CLASHES, type Clash } from '#prisma/tests/key-clashes.ts';
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

/** Rows for every table of the list: a closed trade, one on its way in, one on its way out, and what lies beside them. */
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
