import { beforeEach, describe, expect, it, test } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { type PaperInstrument, paperBench, paperVenue } from '#prisma/tests/paper-venue.ts';
import { runConformance } from '#server/broker/conformance.ts';
import { FaultyBroker } from '#server/broker/faulty.ts';
import { PAPER_CAPABILITIES } from '#server/broker/paper/paper-port.ts';
import type { BrokerFill, BrokerPort, OrderRef } from '#server/broker/port.ts';
import { Decimal } from '#server/money.ts';

const EVER = new Date(0);
const d = (value: string | number) => new Decimal(value);

describe('a faulty broker', () => {
  const db = useDatabase();
  const bench = paperBench(db);
  let instrument: PaperInstrument;
  let truth: BrokerPort;
  let broker: FaultyBroker;

  beforeEach(async () => {
    await bench.engine.setKnobs({ partialProbability: 0 });
    instrument = await bench.instrument();
    truth = bench.account().port;
    broker = new FaultyBroker(truth);
    await bench.quote(instrument, '99.99', '100.01');
  });

  const orderAt = async (port: BrokerPort, ref: OrderRef) => {
    const seen = await port.getOrder(ref);
    return seen.kind === 'found' ? [seen.order.status, seen.order.filledQty.toString()] : [seen.kind];
  };
  const fillsAt = async (port: BrokerPort) => {
    const answer = await port.listFills(EVER);
    return answer.kind === 'ok' ? answer.value.map((fill) => `${fill.side} ${fill.qty}`) : [answer.why];
  };
  const streamed = async () => {
    const fills: BrokerFill[] = [];
    const handle = await broker.stream({ onFill: (fill) => void fills.push(fill), onOrder() {}, onGap() {} });
    return { fills, handle };
  };

  it('loses the answer of a placement that the venue took, and of one that it never saw', async () => {
    broker.plan.next('place', 'LOST_ANSWER');
    broker.plan.next('place', 'LOST_REQUEST');
    const [taken, never] = [bench.order(instrument), bench.order(instrument)];
    expect((await broker.place(taken)).kind).toBe('unknown');
    expect((await broker.place(never)).kind).toBe('unknown');
    expect((await truth.getOrder({ clientOrderId: taken.clientOrderId })).kind).toBe('found');
    expect((await truth.getOrder({ clientOrderId: never.clientOrderId })).kind).toBe('missing');
  });

  it('holds the answer of a placement while the venue fills the order', async () => {
    const { fills, handle } = await streamed();
    broker.closeGate();
    let answered = false;
    const outcome = broker.place(bench.order(instrument)).finally(() => {
      answered = true;
    });
    while ((await fillsAt(truth)).length === 0) await bench.settle();
    expect([answered, fills.length]).toEqual([false, 1]);
    broker.openGate();
    expect((await outcome).kind).toBe('accepted');
    await handle.close();
  });

  it('refuses a cancel that the venue would take, and loses one that it takes', async () => {
    const order = bench.order(instrument, { type: 'LIMIT', limitPrice: d(90) });
    await broker.place(order);
    const ref = { clientOrderId: order.clientOrderId };
    broker.plan.next('cancel', 'REFUSED');
    broker.plan.next('cancel', 'LOST_REQUEST');
    broker.plan.next('cancel', 'LOST_ANSWER');
    expect(await broker.cancel(ref)).toMatchObject({ kind: 'rejected', code: 'ORDER_NOT_CANCELLABLE' });
    expect((await broker.cancel(ref)).kind).toBe('unknown');
    expect(await orderAt(truth, ref)).toEqual(['PLACED', '0']);
    expect((await broker.cancel(ref)).kind).toBe('unknown');
    expect(await orderAt(truth, ref)).toEqual(['CANCELLED', '0']);
  });

  it('tells each fill several times, newest first', async () => {
    const { fills, handle } = await streamed();
    broker.streamFaults.copies = 3;
    broker.streamFaults.backwards = true;
    await broker.place(bench.order(instrument, { qty: d(1) }));
    await bench.settle();
    await broker.place(bench.order(instrument, { qty: d(2) }));
    await bench.settle();
    expect(fills).toEqual([]);
    await broker.flush();
    expect(fills.map((fill) => fill.qty.toString())).toEqual(['2', '2', '2', '1', '1', '1']);
    await handle.close();
  });

  it('confirms a cancel and brings the fill afterwards', async () => {
    const { fills, handle } = await streamed();
    await broker.hideFills();
    const order = bench.order(instrument);
    await broker.place(order);
    await bench.settle();
    const ref = { clientOrderId: order.clientOrderId };
    expect(await orderAt(truth, ref)).toEqual(['FILLED', '10']);
    expect(await orderAt(broker, ref)).toEqual(['PLACED', '0']);
    expect(await broker.cancel(ref)).toMatchObject({ kind: 'accepted', order: { status: 'CANCELLED' } });
    expect(await orderAt(broker, ref)).toEqual(['CANCELLED', '0']);
    expect([await fillsAt(broker), fills]).toEqual([[], []]);
    await broker.showFills();
    expect(await fillsAt(broker)).toEqual(['BUY 10']);
    expect(fills.length).toBe(1);
    await handle.close();
  });

  it('fills more than was ordered, in the order, the lists and the position', async () => {
    const { fills, handle } = await streamed();
    const order = bench.order(instrument);
    const outcome = await broker.place(order);
    await bench.settle();
    await broker.overfill(outcome.kind === 'accepted' ? outcome.brokerOrderId : '', d(3));
    expect(await orderAt(broker, { clientOrderId: order.clientOrderId })).toEqual(['FILLED', '13']);
    expect(await fillsAt(broker)).toEqual(['BUY 10', 'BUY 3']);
    expect(fills.map((fill) => fill.qty.toString())).toEqual(['10', '3']);
    const positions = await broker.positions();
    expect(positions.kind === 'ok' && positions.value.map((position) => position.qty.toString())).toEqual([
      '13',
    ]);
    await handle.close();
  });

  it('answers an empty list as if that were the truth, or nothing at all', async () => {
    await broker.place(bench.order(instrument));
    await bench.settle();
    broker.plan.next('positions', 'EMPTY');
    broker.plan.next('positions', 'LOST_ANSWER');
    expect(await broker.positions()).toEqual({ kind: 'ok', value: [] });
    expect((await broker.positions()).kind).toBe('unknown');
    const third = await broker.positions();
    expect(third.kind === 'ok' && third.value.length).toBe(1);
  });

  describe('without faults is the broker behind it', () => {
    const venue = async () => {
      const made = await paperVenue(db);
      return { ...made, port: new FaultyBroker(made.port) };
    };
    runConformance(PAPER_CAPABILITIES, venue, test);
  });
});
