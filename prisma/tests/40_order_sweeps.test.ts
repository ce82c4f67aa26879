import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import {
  claim,
  insertEntry,
  intentOf,
  orderOf,
  orderWorld,
  record,
  tradeOf,
  type World,
} from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';

const db = useDatabase();

interface Job {
  name: string;
  id: string;
}
const lost = async () => (await one<{ jobs: Job[] }>(db.worker, 'select fn.orders_lost(100) as jobs')).jobs;
const due = async () =>
  (await db.worker.query<{ id: string }>('select fn.orders_due(100) as id')).rows.map((row) => row.id);
const stuck = async () =>
  (await one<{ out: { quarantined: number; jobs: Job[] } }>(db.worker, 'select fn.stuck_sweep(100) as out'))
    .out;
const beat = (worker: string) =>
  db.worker.query(`select fn.worker_beat($1, '{}', 1, 'here', '{}')`, [worker]);

async function sent(world: World, worker = 'w1') {
  const entry = await insertEntry(db, world);
  await claim(db, [entry.orderId], worker);
  return entry;
}

describe('an order whose sender is gone', () => {
  it('is UNKNOWN once its worker was silent for 15 s, and not while it beats', async () => {
    const world = await orderWorld(db);
    await beat('alive');
    await beat('dead');
    const [one, other] = [await sent(world, 'alive'), await sent(world, 'dead')];
    await db.advanceClock(16_000);
    await beat('alive');
    expect(await lost()).toEqual([{ name: 'order.refresh', id: other.orderId }]);
    expect(await orderOf(db, one.orderId)).toMatchObject({ status: 'SUBMITTING' });
    expect(await orderOf(db, other.orderId)).toMatchObject({ status: 'UNKNOWN' });
    expect(await lost()).toEqual([]);
    await db.advanceClock(15_000);
    await beat('alive');
    expect(await lost()).toEqual([{ name: 'order.refresh', id: one.orderId }]);
  });

  it('is UNKNOWN at once when its worker has stopped', async () => {
    const entry = await sent(await orderWorld(db), 'leaving');
    await beat('leaving');
    await db.worker.query(`select fn.worker_stop('leaving')`);
    expect(await lost()).toEqual([{ name: 'order.refresh', id: entry.orderId }]);
  });
});

describe('asking about live orders', () => {
  it('is due after 30 s, backs off, and is handed out once per waiting time', async () => {
    const { orderId } = await sent(await orderWorld(db));
    await record(db, { order_id: orderId, outcome: 'ACCEPTED', broker_order_id: 'due1' });
    expect(await due()).not.toContain(orderId);
    await db.advanceClock(30_000);
    expect(await due()).toContain(orderId);
    expect(await due()).not.toContain(orderId);
    await record(db, { order_id: orderId, outcome: 'OPEN', via: 'POLL' });
    await record(db, { order_id: orderId, outcome: 'OPEN', via: 'POLL' });
    const { s } = await one<{ s: number }>(
      db.owner,
      'select extract(epoch from next_ask_at - fn.clock())::int as s from public.orders where id = $1',
      [orderId],
    );
    expect(s).toBe(60);
  });

  it('what is in doubt is due at once, and before a person after 5 minutes', async () => {
    const { orderId } = await sent(await orderWorld(db));
    await record(db, { order_id: orderId, outcome: 'LOST', attempt: 1 });
    expect(await due()).toContain(orderId);
    await db.advanceClock(301_000);
    expect((await stuck()).quarantined).toBeGreaterThanOrEqual(1);
    expect((await stuck()).quarantined).toBe(0);
    const row = await one<{ code: string }>(
      db.owner,
      'select code from public.quarantine where entity_id = $1',
      [orderId],
    );
    expect(row.code).toBe('ORDER_UNRESOLVED');
  });
});

describe('stuck work', () => {
  it('an order that nobody took is sent again after 30 s, once', async () => {
    const { orderId } = await insertEntry(db, await orderWorld(db));
    expect((await stuck()).jobs.map((job) => job.id)).not.toContain(orderId);
    await db.advanceClock(31_000);
    expect((await stuck()).jobs).toContainEqual({ name: 'order.place', id: orderId, key: orderId });
    await claim(db, [orderId]);
    expect((await stuck()).jobs.map((job) => job.id)).not.toContain(orderId);
  });

  it('a trade that waits for an order which does not exist is cancelled with its intent', async () => {
    const entry = await insertEntry(db, await orderWorld(db));
    await db.owner.query(
      `update public.orders set status = 'CANCELLED', ended_at = fn.clock() where id = $1`,
      [entry.orderId],
    );
    await db.advanceClock(31_000);
    await stuck();
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CANCELLED' });
    expect(await intentOf(db, entry.intentId)).toBe('FAILED');
  });
});
