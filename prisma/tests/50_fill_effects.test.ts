import { describe, expect, it } from 'vitest';
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
import { one } from '#server/db.ts';

const db = useDatabase();
const alerts = async (id: string): Promise<string[]> =>
  (
    await db.owner.query<{ code: string }>(
      'select code from public.alerts where entity_id = $1 order by id',
      [id],
    )
  ).rows.map((r) => r.code);
const cancelled = (id: string) => record(db, { order_id: id, outcome: 'CANCELLED' });

describe('late, surplus and missing quantities', () => {
  it('a late fill of a cancelled entry opens its trade and executes its intent', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    await cancelled(entry.orderId);
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CANCELLED' });
    expect(await intentOf(db, entry.intentId)).toBe('FAILED');
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'l1', qty: '3', price: '100' });
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CANCELLED', filled_qty: '3' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'OPEN', open: '3' });
    expect(await intentOf(db, entry.intentId)).toBe('EXECUTED');
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'l2', qty: '7', price: '100' });
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'FILLED', filled_qty: '10' });
    await db.expectInvariantsHold();
  });

  it('a late entry fill opens a closed trade again and takes its close back from the day', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'c1', qty: '6', price: '100' });
    await cancelled(entry.orderId);
    const exit = await insertExit(db, world, entry.tradeId, '6');
    await claim(db, [exit.orderId]);
    await fill(db, { order_id: exit.orderId, broker_fill_id: 'c2', qty: '6', price: '90' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CLOSED', pnl: '-60' });
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'c3', qty: '2', price: '100' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'OPEN', open: '2', pnl: '-60' });
    const day = await one<{ trades: number; losses: number }>(
      db.owner,
      'select sum(trades)::int as trades, sum(losses)::int as losses from public.daily_pnl where user_broker_id = $1',
      [world.account.id],
    );
    expect(day).toEqual({ trades: 0, losses: 0 });
    await db.expectInvariantsHold();
  });

  it('an overfilled entry is recorded and told, and the exit covers all of it', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'o1', qty: '12', price: '100' });
    expect(await orderOf(db, entry.orderId)).toMatchObject({
      status: 'FILLED',
      filled_qty: '12',
      overfill_qty: '2',
    });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'OPEN', open: '12' });
    expect(await alerts(entry.orderId)).toEqual(['ORDER_OVERFILLED']);
    await db.expectInvariantsHold();
  });

  it('an over-exit closes the trade and opens a new one the other way, with a wish to be out', async () => {
    const world = await orderWorld(db);
    const entry = await openTrade(db, world);
    const exit = await insertExit(db, world, entry.tradeId, '10');
    await claim(db, [exit.orderId]);
    await fill(db, { order_id: exit.orderId, broker_fill_id: 'e1', qty: '13', price: '101', fee: '1.3' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CLOSED', exit: '10', pnl: '9' });
    const surplus = await one<{ id: string; direction: string; status: string; wish: string }>(
      db.owner,
      `select id, direction, status, exit_wish_reason as wish from public.trades where user_broker_id = $1 and origin = 'OVERFILL'`,
      [world.account.id],
    );
    expect(surplus).toMatchObject({ direction: 'SHORT', status: 'OPEN', wish: 'MANUAL' });
    expect(await tradeOf(db, surplus.id)).toMatchObject({ open: '3' });
    expect(await alerts(surplus.id)).toEqual(['OVER_EXIT']);
    expect(
      await fill(db, { order_id: exit.orderId, broker_fill_id: 'e1', qty: '13', price: '101' }),
    ).toMatchObject({ duplicates: 1 });
    await db.expectInvariantsHold();
  });

  it('two exits that both fill never make the trade negative', async () => {
    const world = await orderWorld(db);
    const entry = await openTrade(db, world);
    const first = await insertExit(db, world, entry.tradeId, '10');
    await claim(db, [first.orderId]);
    await cancelled(first.orderId);
    await db.advanceClock(2_000);
    const second = await insertExit(db, world, entry.tradeId, '10');
    await claim(db, [second.orderId]);
    await fill(db, { order_id: second.orderId, broker_fill_id: 's2', qty: '10', price: '99' });
    await fill(db, { order_id: first.orderId, broker_fill_id: 's1', qty: '10', price: '99' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CLOSED', exit: '10' });
    const { net } = await one<{ net: string }>(
      db.owner,
      'select trim_scale(qty)::text as net from public.positions where user_broker_id = $1',
      [world.account.id],
    );
    expect(net).toBe('-10');
    await db.expectInvariantsHold();
  });

  it('a remainder under the lot closes as dust, and its cost is in the result', async () => {
    const world = await orderWorld(db);
    const setLot = (lot: string) =>
      db.owner.query('update public.instruments set lot_size = $2 where id = $1', [world.instrument.id, lot]);
    const entry = await openTrade(db, world, { qty: '1' });
    const exit = await insertExit(db, world, entry.tradeId, '1');
    await claim(db, [exit.orderId]);
    await fill(db, { order_id: exit.orderId, broker_fill_id: 'd1', qty: '0.9995', price: '100' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'EXITING', open: '0.0005' });
    await setLot('0.001');
    await cancelled(exit.orderId);
    await setLot('0.0001');
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({
      status: 'CLOSED',
      dust: '0.0005',
      pnl: '-0.05',
    });
    const day = await one<{ pnl: string }>(
      db.owner,
      'select trim_scale(sum(pnl))::text as pnl from public.daily_pnl where user_broker_id = $1',
      [world.account.id],
    );
    expect(day.pnl).toBe('-0.05');
  });

  it('a trade that is flat stays open until the rest of its entry has ended', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'w1', qty: '4', price: '100' });
    const exit = await insertExit(db, world, entry.tradeId, '4');
    await claim(db, [exit.orderId]);
    await fill(db, { order_id: exit.orderId, broker_fill_id: 'w2', qty: '4', price: '100' });
    expect((await tradeOf(db, entry.tradeId)).status).not.toBe('CLOSED');
    await cancelled(entry.orderId);
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CLOSED' });
    await db.expectInvariantsHold();
  });
});

describe('fills on several channels', () => {
  it('stream and poll bring the same fill once, in one batch or in two', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    const one = { order_id: entry.orderId, broker_fill_id: 'm1', qty: '5', price: '100' };
    expect(await fill(db, one, { ...one, via: 'POLL' })).toMatchObject({ applied: 1, duplicates: 1 });
    expect(await fill(db, { ...one, via: 'POLL' })).toMatchObject({ applied: 0, duplicates: 1 });
    expect(await orderOf(db, entry.orderId)).toMatchObject({ filled_qty: '5' });
  });

  it('cumulative reports of a broker without fill ids count what is new, at its own price', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    const upTo = (qty: string, avg: string) =>
      fill(db, { order_id: entry.orderId, cumulative_qty: qty, avg_price: avg });
    expect(await upTo('4', '100')).toMatchObject({ applied: 1 });
    expect(await upTo('4', '100')).toMatchObject({ applied: 0, duplicates: 1 });
    expect(await upTo('10', '103')).toMatchObject({ applied: 1 });
    expect(await upTo('7', '101')).toMatchObject({ applied: 0 });
    const { rows } = await db.owner.query<{ qty: string; price: string }>(
      'select trim_scale(qty)::text as qty, trim_scale(price)::text as price from public.trade_fills where order_id = $1 order by fill_seq',
      [entry.orderId],
    );
    expect(rows).toEqual([
      { qty: '4', price: '100' },
      { qty: '6', price: '105' },
    ]);
    await db.expectInvariantsHold();
  });

  it('a fill of no order of ours, or of one that was never sent, is handed back and changes nothing', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    const result = await fill(
      db,
      {
        client_order_id: 'stranger',
        user_broker_id: world.account.id,
        broker_fill_id: 'n1',
        qty: '1',
        price: '1',
      },
      { order_id: entry.orderId, broker_fill_id: 'n2', qty: '1', price: '1' },
    );
    expect(result).toMatchObject({
      applied: 0,
      unmatched: [{ broker_fill_id: 'n1' }, { broker_fill_id: 'n2', refused: 'ORDER_NEVER_SENT' }],
    });
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CREATED', filled_qty: '0' });
  });

  it('a fee that the broker does not name is estimated from the account’s schedule, its minimum once per order', async () => {
    const world = await orderWorld(db, { account: { taker_bps: '10', fee_minimum: '1' } });
    const entry = await insertEntry(db, world);
    await claim(db, [entry.orderId]);
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'q1', qty: '1', price: '100', fee: null });
    await fill(db, { order_id: entry.orderId, broker_fill_id: 'q2', qty: '9', price: '200', fee: null });
    const { rows } = await db.owner.query<{ fee: string; guess: boolean }>(
      'select trim_scale(fee)::text as fee, fee_estimated as guess from public.trade_fills where order_id = $1 order by fill_seq',
      [entry.orderId],
    );
    expect(rows).toEqual([
      { fee: '1', guess: true },
      { fee: '0.9', guess: true },
    ]);
    await db.expectInvariantsHold();
  });
});
