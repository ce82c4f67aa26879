import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { claim, halt, insertEntry, orderOf, orderWorld, record, tradeOf } from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';

const db = useDatabase();

describe('an order whose answer was lost', () => {
  const lost = async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    const { jobs } = await record(db, {
      order_id: entry.orderId,
      outcome: 'LOST',
      code: 'TIMEOUT',
      attempt: 1,
    });
    expect(jobs).toEqual([{ name: 'order.refresh', id: entry.orderId }]);
    return { world, entry };
  };
  const miss = (id: string, more: object) =>
    record(db, { order_id: id, outcome: 'NOT_FOUND', via: 'POLL', ...more });

  it('is UNKNOWN, and adopted when the broker has it', async () => {
    const { entry } = await lost();
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'UNKNOWN' });
    await record(db, { order_id: entry.orderId, outcome: 'OPEN', broker_order_id: 'adopted', via: 'POLL' });
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'PLACED', broker_order_id: 'adopted' });
    await db.expectInvariantsHold();
  });

  it('is not claimed again before the broker confirmed that it has no such order', async () => {
    const { entry } = await lost();
    expect((await claim(db, [entry.orderId])).orders).toEqual([]);
    const { jobs } = await miss(entry.orderId, { is_proof: false, resendable: true });
    expect(jobs).toEqual([]);
    expect((await claim(db, [entry.orderId])).orders).toEqual([]);
  });

  it('goes out again with the same id after five misses, or one that is proof', async () => {
    for (const [asks, isProof] of [
      [5, false],
      [1, true],
    ] as const) {
      const { entry } = await lost();
      let jobs: unknown[] = [];
      for (let ask = 0; ask < asks; ask += 1) {
        expect(jobs).toEqual([]);
        ({ jobs } = await miss(entry.orderId, { is_proof: isProof, resendable: true }));
      }
      expect(jobs).toEqual([{ name: 'order.place', id: entry.orderId }]);
      const { orders } = await claim(db, [entry.orderId]);
      expect(orders).toMatchObject([{ attempt: 2, client_order_id: entry.clientOrderId }]);
    }
    await db.expectInvariantsHold();
  });

  it('is cancelled instead of sent again when its account was halted meanwhile', async () => {
    const { world, entry } = await lost();
    await miss(entry.orderId, { is_proof: true, resendable: true });
    await halt(db, world.account.id, 'HALT');
    expect((await claim(db, [entry.orderId])).orders).toEqual([]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CANCELLED', reject_code: 'HALTED' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CANCELLED' });
  });

  it('is put before a person where the broker would take it twice', async () => {
    const { entry } = await lost();
    const { jobs } = await miss(entry.orderId, { is_proof: true, resendable: false });
    expect(jobs).toEqual([]);
    const row = await one<{ code: string }>(
      db.owner,
      'select code from public.quarantine where entity_id = $1',
      [entry.orderId],
    );
    expect(row.code).toBe('ORDER_MISSING');
    await record(db, { order_id: entry.orderId, outcome: 'OPEN', broker_order_id: 'late', via: 'POLL' });
    const after = await one<{ open: boolean }>(
      db.owner,
      'select resolved_at is null as open from public.quarantine where entity_id = $1',
      [entry.orderId],
    );
    expect(after.open).toBe(false);
  });

  it('an answer to an earlier sending never ends a later one', async () => {
    const { entry } = await lost();
    await miss(entry.orderId, { is_proof: true, resendable: true });
    await claim(db, [entry.orderId]);
    await record(db, { order_id: entry.orderId, outcome: 'REJECTED', code: 'OTHER', attempt: 1 });
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'SUBMITTING', attempt: 2 });
  });
});
