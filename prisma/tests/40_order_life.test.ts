import { expect, inject, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import {
  claim,
  fill,
  insertEntry,
  insertExit,
  intentOf,
  openTrade,
  orderOf,
  orderWorld,
  record,
  tradeOf,
} from '#prisma/tests/order-world.ts';

const db = useDatabase();

it('an entry that is sent, accepted and filled opens its trade and executes its intent', async () => {
  console.log(inject('testServer').broken);
  const world = await orderWorld(db);
  const entry = await insertEntry(db, world);
  const claimed = await claim(db, [entry.orderId]);
  expect(claimed.orders).toMatchObject([
    { id: entry.orderId, kind: 'ENTRY', attempt: 1, client_order_id: entry.clientOrderId },
  ]);
  expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'SUBMITTING', attempt: 1 });
  expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'ENTERING' });
  await record(db, { order_id: entry.orderId, outcome: 'ACCEPTED', broker_order_id: 'b1', attempt: 1 });
  expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'PLACED', broker_order_id: 'b1' });
  expect(
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'f1', qty: '4', price: '100' }),
  ).toMatchObject({ applied: 1 });
  expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'PARTIALLY_FILLED', filled_qty: '4' });
  expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'OPEN', open: '4' });
  expect(await intentOf(db, entry.intentId)).toBe('EXECUTED');
  await fill(db, { order_id: entry.orderId, broker_fill_id: 'f2', qty: '6', price: '101' });
  expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'FILLED', filled_qty: '10' });
  await db.expectInvariantsHold();
});

it('an exit that is filled closes the trade with its P&L', async () => {
  const world = await orderWorld(db);
  const entry = await openTrade(db, world);
  const exit = await insertExit(db, world, entry.tradeId, '10');
  await claim(db, [exit.orderId]);
  await record(db, { order_id: exit.orderId, outcome: 'ACCEPTED', broker_order_id: 'x1', attempt: 1 });
  await fill(db, { order_id: exit.orderId, broker_fill_id: 'xf1', qty: '10', price: '110', fee: '1' });
  expect(await tradeOf(db, entry.tradeId)).toMatchObject({
    status: 'CLOSED',
    pnl: '99',
    exit_reason: 'STOP_LOSS',
  });
  await db.expectInvariantsHold();
});
