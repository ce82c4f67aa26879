import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import {
  claim,
  fill,
  halt,
  insertEntry,
  insertExit,
  intentOf,
  openTrade,
  orderOf,
  orderWorld,
  record,
  tradeOf,
} from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';

const db = useDatabase();
const accept = (id: string, broker = `b-${id}`) =>
  record(db, { order_id: id, outcome: 'ACCEPTED', broker_order_id: broker, attempt: 1 });
const cancel = async (id: string, cause: object = { code: 'TEST' }) =>
  (
    await one<{ jobs: { name: string }[] }>(db.owner, 'select fn.order_cancel_request($1, $2) as jobs', [
      id,
      cause,
    ])
  ).jobs;

describe('the life of an order', () => {
  it('an entry that is sent, accepted and filled opens its trade and executes its intent', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    const claimed = await claim(db, [entry.orderId]);
    expect(claimed.orders).toMatchObject([
      { id: entry.orderId, attempt: 1, client_order_id: entry.clientOrderId },
    ]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'SUBMITTING', attempt: 1 });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'ENTERING' });
    await accept(entry.orderId, 'b1');
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'PLACED', broker_order_id: 'b1' });
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'f1', qty: '4', price: '100' });
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'PARTIALLY_FILLED', filled_qty: '4' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'OPEN', open: '4' });
    expect(await intentOf(db, entry.intentId)).toBe('EXECUTED');
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'f2', qty: '6', price: '101' });
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'FILLED', filled_qty: '10' });
    await db.expectInvariantsHold();
  });

  it('an exit that is filled closes the trade with its P&L, and the same again changes nothing', async () => {
    const world = await orderWorld(db);
    const entry = await openTrade(db, world);
    const exit = await insertExit(db, world, entry.tradeId, '10');
    await claim(db, [exit.orderId]);
    await accept(exit.orderId);
    const sold = { order_id: exit.orderId, broker_fill_id: 'xf1', qty: '10', price: '110', fee: '1' };
    expect(await fill(db, sold)).toMatchObject({ applied: 1, duplicates: 0 });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({
      status: 'CLOSED',
      pnl: '99',
      exit_reason: 'STOP_LOSS',
    });
    expect(await fill(db, sold, sold)).toMatchObject({ applied: 0, duplicates: 2 });
    await accept(exit.orderId);
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CLOSED', pnl: '99' });
    await db.expectInvariantsHold();
  });

  it('an entry that the broker refuses ends its trade and intent with the broker’s code', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    await record(db, {
      order_id: entry.orderId,
      outcome: 'REJECTED',
      code: 'INSUFFICIENT_FUNDS',
      text: 'No.',
      attempt: 1,
    });
    expect(await orderOf(db, entry.orderId)).toMatchObject({
      status: 'REJECTED',
      reject_code: 'INSUFFICIENT_FUNDS',
    });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'REJECTED' });
    expect(await intentOf(db, entry.intentId)).toBe('FAILED');
    await db.expectInvariantsHold();
  });

  it('what is not there is never sent: a second claim of the same order gets nothing', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    expect((await claim(db, [entry.orderId])).orders).toHaveLength(1);
    expect((await claim(db, [entry.orderId], 'w2')).orders).toHaveLength(0);
  });

  it('exits are handed out before entries', async () => {
    const world = await orderWorld(db);
    const open = await openTrade(db, world);
    const entry = await insertEntry(db, world);
    const exit = await insertExit(db, world, open.tradeId, '10');
    const { orders } = await claim(db, [entry.orderId, exit.orderId]);
    expect(orders.map((order) => order.kind)).toEqual(['EXIT', 'ENTRY']);
  });
});

describe('what stops an entry at the last moment', () => {
  it.each(['HALT', 'FLATTEN'])('%s denies the entry and lets the exit go', async (state) => {
    const world = await orderWorld(db);
    const open = await openTrade(db, world);
    const entry = await insertEntry(db, world);
    const exit = await insertExit(db, world, open.tradeId, '10');
    await halt(db, world.account.id, state);
    const { orders, refused } = await claim(db, [entry.orderId, exit.orderId]);
    expect(orders.map((order) => order.id)).toEqual([exit.orderId]);
    expect(refused).toEqual([entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'DENIED', reject_code: 'HALTED' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CANCELLED' });
    expect(await intentOf(db, entry.intentId)).toBe('FAILED');
    await db.expectInvariantsHold();
  });

  it('a disabled account sends its exit and no entry', async () => {
    const world = await orderWorld(db);
    const open = await openTrade(db, world);
    const entry = await insertEntry(db, world);
    const exit = await insertExit(db, world, open.tradeId, '10');
    await db.owner.query(
      `update public.user_brokers set status = 'DISABLED', disabled_at = fn.clock() where id = $1`,
      [world.account.id],
    );
    const { orders } = await claim(db, [entry.orderId, exit.orderId]);
    expect(orders.map((order) => order.id)).toEqual([exit.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({
      status: 'DENIED',
      reject_code: 'BROKER_DISABLED',
    });
    await db.expectInvariantsHold();
  });

  it('an entry past its signal’s time to live expires, an exit never does', async () => {
    const world = await orderWorld(db);
    const open = await openTrade(db, world);
    const entry = await insertEntry(db, world);
    const exit = await insertExit(db, world, open.tradeId, '10');
    await db.owner.query('update public.signal_deliveries set expires_at = fn.clock() where signal_id = $1', [
      entry.signalId,
    ]);
    const { orders } = await claim(db, [entry.orderId, exit.orderId]);
    expect(orders.map((order) => order.id)).toEqual([exit.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({
      status: 'EXPIRED',
      reject_code: 'SIGNAL_EXPIRED',
    });
    expect(await intentOf(db, entry.intentId)).toBe('EXPIRED');
  });
});

describe('cancelling', () => {
  it('an order that was not sent is cancelled at once, with its trade', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    expect(await cancel(entry.orderId)).toEqual([]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CANCELLED' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CANCELLED' });
  });

  it('the wish to cancel an order on its way is carried out once it is known', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    expect(await cancel(entry.orderId)).toEqual([]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'SUBMITTING' });
    const { jobs } = await accept(entry.orderId);
    expect(jobs).toEqual([{ name: 'order.cancel', id: entry.orderId }]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CANCEL_REQUESTED' });
  });

  it('a fill that makes an order known carries the wish out too', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    await cancel(entry.orderId);
    const { jobs } = await fill(db, {
      order_id: entry.orderId,
      broker_fill_id: 'k1',
      qty: '1',
      price: '100',
    });
    expect(jobs).toContainEqual({ name: 'order.cancel', id: entry.orderId });
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CANCEL_REQUESTED', filled_qty: '1' });
  });

  it('a cancel that was wanted ends an order that the broker turns out not to have', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    await cancel(entry.orderId);
    await record(db, { order_id: entry.orderId, outcome: 'LOST', attempt: 1 });
    await record(db, { order_id: entry.orderId, outcome: 'NOT_FOUND', is_proof: true, resendable: true });
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CANCELLED' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CANCELLED' });
  });

  it('a refused cancel gives the order back its state', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    await accept(entry.orderId);
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'r1', qty: '1', price: '100' });
    await cancel(entry.orderId);
    await record(db, { order_id: entry.orderId, outcome: 'CANCEL_REFUSED', code: 'ORDER_NOT_CANCELLABLE' });
    expect(await orderOf(db, entry.orderId)).toMatchObject({
      status: 'PARTIALLY_FILLED',
      cancel_wanted_at: null,
    });
  });

  it('an order that lives at the broker under a final row of ours is cancelled there', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    await record(db, { order_id: entry.orderId, outcome: 'CANCELLED', broker_order_id: 'z' });
    const { jobs } = await record(db, {
      order_id: entry.orderId,
      outcome: 'OPEN',
      broker_order_id: 'z',
      via: 'POLL',
    });
    expect(jobs).toEqual([{ name: 'order.cancel', id: entry.orderId }]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CANCELLED' });
  });

  it('a report of no order of ours is handed back', async () => {
    const { unmatched, recorded } = await record(db, { client_order_id: 'stranger', outcome: 'ACCEPTED' });
    expect({ unmatched, recorded }).toEqual({
      unmatched: [{ client_order_id: 'stranger', outcome: 'ACCEPTED' }],
      recorded: 0,
    });
  });
});
