import { describe, expect, it } from 'vitest';
import { type BrokerDrill, brokerDrill } from '#prisma/tests/broker-drill.ts';
import type { Row } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { type Entry, insertEntry, insertExit, orderOf, tradeOf } from '#prisma/tests/order-world.ts';
import { type FaultPlan, seededPlan } from '#server/broker/faults.ts';
import { Decimal } from '#server/money.ts';

const RESTING = { order_type: 'LIMIT', limit_price: '99' };
const SEEDS = Number(process.env.DRILL_SEEDS ?? 6);

describe('the pipeline against a broker that misbehaves', () => {
  const db = useDatabase();

  const enter = async (drill: BrokerDrill, qty = '10', row: Row = {}): Promise<Entry> => {
    const entry = await insertEntry(db, drill.world, { qty, row });
    drill.job('order.place', entry.orderId);
    return entry;
  };
  const leave = async (drill: BrokerDrill, tradeId: string): Promise<string> => {
    const { open } = await tradeOf(db, tradeId);
    const exit = await insertExit(db, drill.world, tradeId, open);
    drill.job('order.place', exit.orderId);
    return exit.orderId;
  };
  const end = async (drill: BrokerDrill) => {
    await drill.close();
    expect(await drill.engine.ledgerCheck()).toEqual([]);
    await db.expectInvariantsHold();
  };

  it('an answer lost after the broker accepted: the order is adopted, not sent again', async () => {
    const drill = await brokerDrill(db);
    drill.broker.plan.next('place', 'LOST_ANSWER');
    const { orderId, tradeId } = await enter(drill);
    await drill.calm();
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'FILLED', filled_qty: '10', attempt: 1 });
    expect(await tradeOf(db, tradeId)).toMatchObject({ status: 'OPEN', open: '10' });
    expect(drill.broker.plan.calls('place')).toBe(1);
    expect(await drill.differences()).toEqual([]);
    await end(drill);
  });

  it('a request lost on its way: asked, proven absent, sent again with the same id', async () => {
    const drill = await brokerDrill(db);
    drill.broker.plan.next('place', 'LOST_REQUEST');
    const { orderId } = await enter(drill);
    await drill.calm();
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'FILLED', attempt: 2 });
    expect(await drill.differences()).toEqual([]);
    await end(drill);
  });

  it('a broker that does not answer questions leaves the order UNKNOWN until it does', async () => {
    const drill = await brokerDrill(db);
    drill.broker.plan.next('place', 'LOST_ANSWER');
    drill.broker.plan.always('getOrder', 'LOST_ANSWER');
    drill.broker.plan.always('listFills', 'LOST_ANSWER');
    await drill.close();
    const { orderId } = await enter(drill);
    for (let n = 0; n < 5; n += 1) await drill.turn();
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'UNKNOWN', attempt: 1 });
    drill.broker.plan.heal();
    await drill.calm();
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'FILLED', attempt: 1 });
    expect(await drill.differences()).toEqual([]);
    await end(drill);
  });

  it('fills told three times, newest first, and polled as well count once each', async () => {
    const drill = await brokerDrill(db);
    await drill.engine.setKnobs({ partialProbability: 1 });
    drill.broker.streamFaults.copies = 3;
    drill.broker.streamFaults.backwards = true;
    const { orderId, tradeId } = await enter(drill);
    for (let n = 0; n < 6; n += 1) await drill.turn();
    await drill.broker.flush();
    await drill.calm();
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'FILLED', filled_qty: '10' });
    await leave(drill, tradeId);
    for (let n = 0; n < 6; n += 1) await drill.turn();
    await drill.broker.flush();
    await drill.calm();
    expect(await tradeOf(db, tradeId)).toMatchObject({ status: 'CLOSED', open: '0' });
    expect(await drill.differences()).toEqual([]);
    await end(drill);
  });

  it('a fill that arrives before the answer to its order', async () => {
    const drill = await brokerDrill(db);
    await drill.engine.setKnobs({ partialProbability: 0 });
    drill.broker.closeGate();
    const { orderId } = await enter(drill);
    const turn = drill.turn();
    while ((await orderOf(db, orderId)).status !== 'FILLED') {
      await db.advanceClock(100);
      await drill.engine.deliverDueFills();
    }
    drill.broker.openGate();
    await turn;
    await drill.calm();
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'FILLED', filled_qty: '10' });
    expect(await drill.differences()).toEqual([]);
    await end(drill);
  });

  it('a fill after the confirmed cancel is kept and the trade is open for it', async () => {
    const drill = await brokerDrill(db);
    await drill.engine.setKnobs({ partialProbability: 0 });
    await drill.broker.hideFills();
    const { orderId, tradeId } = await enter(drill);
    await drill.turn();
    await db.worker.query(`select fn.order_cancel_request($1, '{"code": "DRILL"}')`, [orderId]);
    drill.job('order.cancel', orderId);
    await drill.calm();
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'CANCELLED', filled_qty: '0' });
    expect(await tradeOf(db, tradeId)).toMatchObject({ status: 'CANCELLED' });
    await drill.broker.showFills();
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'FILLED', filled_qty: '10' });
    expect(await tradeOf(db, tradeId)).toMatchObject({ status: 'OPEN', open: '10' });
    expect(await drill.differences()).toEqual([]);
    await end(drill);
  });

  it('a refused cancel puts the order back where it was, and it goes on to fill', async () => {
    const drill = await brokerDrill(db);
    const entry = await enter(drill, '10', { order_type: 'LIMIT', limit_price: '100' });
    await drill.turn();
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'PLACED' });
    drill.broker.plan.next('cancel', 'REFUSED');
    await db.worker.query(`select fn.order_cancel_request($1, '{"code": "DRILL"}')`, [entry.orderId]);
    drill.job('order.cancel', entry.orderId);
    await drill.turn();
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'PLACED', cancel_wanted_at: null });
    await drill.engine.matchSymbol(drill.world.instrument.id, { bid: '99.80', ask: '99.82', last: '99.81' });
    await db.advanceClock(100);
    await drill.engine.deliverDueFills();
    expect(Number((await orderOf(db, entry.orderId)).filled_qty)).toBeGreaterThan(0);
    await end(drill);
  });

  it('more filled than ordered is recorded, and the exit covers all of it', async () => {
    const drill = await brokerDrill(db);
    const { orderId, tradeId } = await enter(drill);
    await drill.calm();
    const [row] = await rowsOf<{ broker_order_id: string }>(
      db.owner,
      'select broker_order_id from public.orders where id = $1',
      [orderId],
    );
    await drill.broker.overfill(row?.broker_order_id ?? '', new Decimal(3));
    expect(await orderOf(db, orderId)).toMatchObject({
      status: 'FILLED',
      filled_qty: '13',
      overfill_qty: '3',
    });
    expect(await tradeOf(db, tradeId)).toMatchObject({ status: 'OPEN', open: '13' });
    await leave(drill, tradeId);
    await drill.calm();
    expect(await tradeOf(db, tradeId)).toMatchObject({ status: 'CLOSED', open: '0' });
    await end(drill);
  });

  it('an empty answer about fills or orders closes nothing', async () => {
    const drill = await brokerDrill(db);
    const { tradeId } = await enter(drill);
    await drill.calm();
    for (const list of ['listOrders', 'listFills', 'positions'] as const)
      drill.broker.plan.always(list, 'EMPTY');
    for (let n = 0; n < 3; n += 1) await drill.turn();
    expect(await tradeOf(db, tradeId)).toMatchObject({ status: 'OPEN', open: '10' });
    await end(drill);
  });

  it.each(Array.from({ length: SEEDS }, (_, n) => `${n + 1}`))(
    'chaos by seed %s, then calm: the books agree to the last digit',
    async (seed) => {
      const half = { LOST_REQUEST: 0.2, LOST_ANSWER: 0.3 };
      const plan: FaultPlan = seededPlan(seed, {
        place: half,
        cancel: { ...half, REFUSED: 0.2 },
        getOrder: { LOST_ANSWER: 0.4 },
        listFills: { LOST_ANSWER: 0.4 },
      });
      const drill = await brokerDrill(db, plan);
      await drill.engine.setKnobs({ seed });
      drill.broker.streamFaults.copies = 2;
      const entries: Entry[] = [];
      for (let n = 0; n < 8; n += 1) {
        const rests = n % 3 === 2;
        const entry = await enter(drill, `${n + 1}`, rests ? RESTING : {});
        entries.push(entry);
        await drill.turn();
        if (n % 3 > 0) {
          await db.worker.query(`select fn.order_cancel_request($1, '{"code": "DRILL"}')`, [entry.orderId]);
          drill.job('order.cancel', entry.orderId);
        }
      }
      for (const { tradeId } of entries.slice(0, 4)) {
        if ((await tradeOf(db, tradeId)).status === 'OPEN') await leave(drill, tradeId);
        await drill.turn();
      }
      plan.heal();
      await drill.calm();
      expect(await drill.differences()).toEqual([]);
      await end(drill);
    },
  );
});
