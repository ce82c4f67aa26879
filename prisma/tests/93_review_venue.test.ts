import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { insertEntry, orderOf, orderWorld } from '#prisma/tests/order-world.ts';
import { paperBench } from '#prisma/tests/paper-venue.ts';
import { contextWith, ScriptedBroker } from '#prisma/tests/scripted-broker.ts';
import { placeOrders } from '#server/pipeline/4-order/place-order.ts';
import { resolveOrders } from '#server/pipeline/4-order/resolve-order.ts';

const db = useDatabase();

describe('a claim that has grown old before its turn', () => {
  it('is not sent: the broker is asked first, and the next claim sends it', async () => {
    const broker = new ScriptedBroker();
    const ctx = contextWith(db, broker);
    const { orderId } = await insertEntry(db, await orderWorld(db));
    const times = [0, 15_001];
    expect((await placeOrders(ctx, [orderId], () => times.shift() ?? 0)).sent).toBe(0);
    expect(broker.calls).toHaveLength(0);
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'UNKNOWN' });
    for (let ask = 0; ask < 5; ask += 1) await resolveOrders(ctx, [orderId]);
    expect((await placeOrders(ctx, [orderId])).sent).toBe(1);
    expect(broker.ledger).toHaveLength(1);
  });
});

describe('the paper broker at the open', () => {
  it('fills nothing at a price from before the session', async () => {
    const bench = paperBench(db);
    const instrument = await bench.instrument({ market: 'XNYS', assetClass: 'EQUITY', lot: '1' });
    const { port } = bench.account();
    await db.setClock('2026-03-09T13:29:59.000Z');
    await bench.quote(instrument, '99.99', '100.01');
    await db.setClock('2026-03-09T13:30:00.500Z');
    const placed = await port.place(bench.order(instrument));
    if (placed.kind !== 'accepted') throw new Error(placed.kind);
    await bench.settle();
    const seen = await port.getOrder({ brokerOrderId: placed.brokerOrderId });
    expect(seen).toMatchObject({ order: { status: 'PLACED' } });
    await bench.quote(instrument, '104.99', '105.01');
    await bench.settle();
    const fills = await port.listFills(new Date(0));
    if (fills.kind !== 'ok') throw new Error(fills.kind);
    expect(Number(fills.value[0]?.price)).toBeGreaterThan(105);
  });
});
