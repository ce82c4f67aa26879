import { describe, expect, it } from 'vitest';
import { putQuote } from '#prisma/tests/factories.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import {
  claim,
  fill,
  insertEntry,
  orderOf,
  orderWorld,
  record,
  tradeOf,
  type World,
} from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';

const db = useDatabase();
const reprice = async () =>
  (await one<{ jobs: { name: string; id: string }[] }>(db.worker, 'select fn.entries_reprice(100) as jobs'))
    .jobs;

describe('a resting entry limit', () => {
  const resting = async (subscription: object = {}) => {
    const world = await orderWorld(db, { subscription: { entry_order_type: 'LIMIT', ...subscription } });
    await putQuote(db.owner, world.instrument.id, '100', db.now(), { bid: '99.99', ask: '100.01' });
    const entry = await insertEntry(db, world, {
      row: { order_type: 'LIMIT', limit_price: '100.01', reserve_price: '100.01' },
    });
    await claim(db, [entry.orderId]);
    await record(db, { order_id: entry.orderId, outcome: 'ACCEPTED', broker_order_id: `b-${entry.orderId}` });
    return { world, entry };
  };
  const move = async (world: World, ms: number, bid: string, ask: string) => {
    await db.advanceClock(ms);
    await putQuote(db.owner, world.instrument.id, bid, db.now(), { bid, ask });
  };
  const liveOf = (tradeId: string) =>
    one<{ id: string; type: string; qty: string; limit: string | null; reprices: number }>(
      db.owner,
      `select id, order_type as type, trim_scale(qty)::text as qty, trim_scale(limit_price)::text as limit, reprices
       from public.orders where trade_id = $1 and not fn.order_is_final(status)`,
      [tradeId],
    );

  it('follows the market by a confirmed cancel and a new order for the rest', async () => {
    const { world, entry } = await resting();
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'p1', qty: '4', price: '100.01' });
    expect(await reprice()).toEqual([]);
    await move(world, 75_000, '100.4', '100.5');
    expect(await reprice()).toContainEqual({ name: 'order.cancel', id: entry.orderId });
    const { jobs } = await record(db, { order_id: entry.orderId, outcome: 'CANCELLED' });
    const next = await liveOf(entry.tradeId);
    expect(jobs).toEqual([{ name: 'order.place', id: next.id }]);
    expect(next).toMatchObject({ type: 'LIMIT', qty: '6', limit: '100.51', reprices: 1 });
    expect((await claim(db, [next.id])).orders).toHaveLength(1);
    await db.expectInvariantsHold();
  });

  it('stays where it is while the touch does not move', async () => {
    const { world, entry } = await resting();
    await move(world, 75_000, '99.99', '100.005');
    await reprice();
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'PLACED' });
  });

  it.each([
    ['CANCEL', 'CANCELLED'],
    ['MARKET', 'ENTERING'],
  ])('past its time to live, %s', async (policy, tradeStatus) => {
    const { world, entry } = await resting({ entry_after_reprices: policy });
    await move(world, 300_000, '100', '100.01');
    expect(await reprice()).toContainEqual({ name: 'order.cancel', id: entry.orderId });
    await record(db, { order_id: entry.orderId, outcome: 'CANCELLED' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: tradeStatus });
    if (policy === 'MARKET')
      expect(await liveOf(entry.tradeId)).toMatchObject({ type: 'MARKET', qty: '9.998' });
    else
      expect(await orderOf(db, entry.orderId)).toMatchObject({
        status: 'CANCELLED',
        reject_code: 'ENTRY_TTL',
      });
  });

  it('past its time to live, LEAVE leaves it', async () => {
    const { world, entry } = await resting({ entry_after_reprices: 'LEAVE' });
    await move(world, 300_000, '100', '100.01');
    await reprice();
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'PLACED' });
  });

  it('that is withdrawn while its new price is under way is not placed again', async () => {
    const { world, entry } = await resting();
    await move(world, 75_000, '100.4', '100.5');
    await reprice();
    await db.owner.query(`select fn.trade_entries_withdraw($1, '{"code": "EXIT"}')`, [entry.tradeId]);
    expect((await record(db, { order_id: entry.orderId, outcome: 'CANCELLED' })).jobs).toEqual([]);
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CANCELLED' });
  });
});
