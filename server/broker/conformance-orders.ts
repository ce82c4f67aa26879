/**
 * Conformance, orders: taking, refusing, looking up, and the silence in between (cases 1–15).
 */
import { strict as assert } from 'node:assert';
import { Decimal } from '#server/money.ts';
import type { ConformanceCase } from './conformance.ts';
import {
  ASK,
  accepted,
  BID,
  EVER,
  equal,
  fillWhole,
  found,
  freshId,
  isUnknown,
  limitOrder,
  marketOrder,
  ok,
  rejected,
  restingOrder,
} from './conformance-kit.ts';

export const orderCases: readonly ConformanceCase[] = [
  {
    number: 1,
    title: 'an account connects, and again',
    async run({ port }) {
      assert.equal(ok(await port.connect()), true);
      assert.equal(ok(await port.refresh()), true);
    },
  },
  {
    number: 2,
    title: 'a market order is accepted and found by either id as it was sent',
    needs: 'clientIds',
    async run(venue) {
      await venue.quote(BID, ASK);
      const order = marketOrder(venue, 'BUY');
      const brokerOrderId = accepted(await venue.port.place(order));
      for (const ref of [{ brokerOrderId }, { clientOrderId: order.clientOrderId }]) {
        const seen = found(await venue.port.getOrder(ref));
        assert.equal(seen.brokerOrderId, brokerOrderId);
        assert.equal(seen.clientOrderId, order.clientOrderId);
        assert.deepEqual([seen.symbol, seen.side, seen.type], [order.symbol, 'BUY', 'MARKET']);
        equal(seen.qty, order.qty, 'quantity');
      }
    },
  },
  {
    number: 3,
    title: 'a duplicate client order id is refused and the first order stays the only one',
    needs: 'duplicateIdRefused',
    async run(venue) {
      await venue.quote(BID, ASK);
      const order = restingOrder(venue);
      const first = accepted(await venue.port.place(order));
      rejected(await venue.port.place({ ...order, qty: order.qty.times(2) }), 'DUPLICATE_CLIENT_ORDER_ID');
      const seen = found(await venue.port.getOrder({ clientOrderId: order.clientOrderId }));
      assert.equal(seen.brokerOrderId, first);
      equal(seen.qty, order.qty, 'quantity');
      assert.equal(ok(await venue.port.listOrders(EVER)).length, 1);
    },
  },
  {
    number: 4,
    title: 'a duplicate id is refused after the first order has ended, too',
    needs: 'duplicateIdRefused',
    async run(venue) {
      await venue.quote(BID, ASK);
      const order = restingOrder(venue);
      const brokerOrderId = accepted(await venue.port.place(order));
      await venue.port.cancel({ brokerOrderId });
      await venue.settle();
      rejected(await venue.port.place(order), 'DUPLICATE_CLIENT_ORDER_ID');
    },
  },
  {
    number: 5,
    title: 'the same id sent ten times at once becomes one order',
    needs: 'duplicateIdRefused',
    async run(venue) {
      await venue.quote(BID, ASK);
      const order = restingOrder(venue);
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => venue.port.place(order)));
      assert.equal(outcomes.filter((outcome) => outcome.kind === 'accepted').length, 1);
      for (const outcome of outcomes) {
        if (outcome.kind !== 'accepted') rejected(outcome, 'DUPLICATE_CLIENT_ORDER_ID');
      }
      assert.equal(ok(await venue.port.listOrders(EVER)).length, 1);
    },
  },
  {
    number: 6,
    title: 'what was never sent is missing, by either id',
    needs: 'clientIds',
    async run({ port }) {
      assert.deepEqual(await port.getOrder({ clientOrderId: freshId() }), { kind: 'missing' });
      assert.deepEqual(await port.getOrder({ brokerOrderId: 'no-such-order' }), { kind: 'missing' });
    },
  },
  {
    number: 7,
    title: 'a symbol that the venue does not trade is refused',
    async run(venue) {
      rejected(await venue.port.place(marketOrder(venue, 'BUY', venue.strange)), 'UNKNOWN_SYMBOL');
    },
  },
  {
    number: 8,
    title: 'an order that the account cannot pay is refused, and nothing of it happens',
    async run(venue) {
      await venue.quote(BID, ASK);
      const order = marketOrder(venue, 'BUY', { qty: venue.instrument.qty.times(1_000_000) });
      rejected(await venue.port.place(order), 'INSUFFICIENT_FUNDS');
      await venue.quote(BID, ASK);
      await venue.settle();
      assert.deepEqual(ok(await venue.port.listFills(EVER)), []);
      assert.deepEqual(ok(await venue.port.positions()), []);
    },
  },
  {
    number: 9,
    title: 'a malformed order is refused: no quantity, a missing or needless price, a price off the tick',
    async run(venue) {
      await venue.quote(BID, ASK);
      const { port, instrument } = venue;
      const offTick = BID.plus(instrument.tick.div(3));
      for (const change of [
        { qty: new Decimal(0) },
        { qty: new Decimal(-1) },
        { qty: new Decimal(Number.NaN) },
        { limitPrice: BID },
        { type: 'LIMIT' as const },
        { type: 'STOP' as const },
        { type: 'LIMIT' as const, limitPrice: offTick },
      ]) {
        rejected(await port.place(marketOrder(venue, 'BUY', change)), 'INVALID_ORDER');
      }
    },
  },
  {
    number: 10,
    title: 'a limit order rests away from the market, without fills',
    async run(venue) {
      await venue.quote(BID, ASK);
      const brokerOrderId = accepted(await venue.port.place(restingOrder(venue)));
      await venue.quote(BID, ASK);
      await venue.settle();
      const seen = found(await venue.port.getOrder({ brokerOrderId }));
      assert.equal(seen.status, 'PLACED');
      equal(seen.filledQty, 0, 'filled');
    },
  },
  {
    number: 11,
    title: 'a limit is never passed, neither buying nor selling',
    async run(venue) {
      await venue.quote(BID, ASK);
      const buy = limitOrder(venue, 'BUY', new Decimal('99.50'));
      const sell = limitOrder(venue, 'SELL', new Decimal('100.50'));
      const ids = [accepted(await venue.port.place(buy))];
      await venue.quote(new Decimal('99.48'), new Decimal('99.50'));
      await venue.settle();
      ids.push(accepted(await venue.port.place(sell)));
      await venue.quote(new Decimal('100.50'), new Decimal('100.52'));
      await venue.settle();
      for (const fill of ok(await venue.port.listFills(EVER))) {
        if (fill.side === 'BUY') assert.ok(fill.price.lte('99.50'), `bought at ${fill.price}`);
        else assert.ok(fill.price.gte('100.50'), `sold at ${fill.price}`);
      }
      for (const brokerOrderId of ids) {
        assert.equal(found(await venue.port.getOrder({ brokerOrderId })).status, 'FILLED');
      }
    },
  },
  {
    number: 12,
    title: 'a stop does nothing before its price and fills after it',
    async run(venue) {
      await fillWhole(venue, 'BUY');
      const stop = marketOrder(venue, 'SELL', { type: 'STOP', stopPrice: new Decimal(99) });
      const brokerOrderId = accepted(await venue.port.place(stop));
      await venue.quote(new Decimal('99.09'), new Decimal('99.11'));
      await venue.settle();
      assert.equal(found(await venue.port.getOrder({ brokerOrderId })).status, 'PLACED');
      await venue.quote(new Decimal('98.89'), new Decimal('98.91'));
      await venue.settle();
      assert.equal(found(await venue.port.getOrder({ brokerOrderId })).status, 'FILLED');
    },
  },
  {
    number: 13,
    title: 'a call that is not answered in time is unknown, never a refusal and never an exception',
    async run(venue) {
      const { slow } = venue;
      const order = marketOrder(venue, 'BUY');
      const soon = () => ({ signal: AbortSignal.timeout(30) });
      isUnknown(await slow.place(order, soon()));
      isUnknown(await slow.getOrder({ clientOrderId: order.clientOrderId }, soon()));
      isUnknown(await slow.cancel({ clientOrderId: order.clientOrderId }, soon()));
      isUnknown(await slow.listOrders(EVER, soon()));
      isUnknown(await slow.listFills(EVER, soon()));
      isUnknown(await slow.positions(soon()));
      isUnknown(await slow.account(soon()));
    },
  },
  {
    number: 14,
    title: 'a signal that fired already leaves the order unsent or unanswered, and says unknown',
    async run(venue) {
      const outcome = await venue.port.place(marketOrder(venue, 'BUY'), { signal: AbortSignal.abort() });
      isUnknown(outcome);
    },
  },
  {
    number: 15,
    title: 'orders are listed from the time of their last change on',
    async run(venue) {
      await venue.quote(BID, ASK);
      const first = accepted(await venue.port.place(restingOrder(venue)));
      await venue.settle();
      const second = accepted(await venue.port.place(restingOrder(venue)));
      const all = ok(await venue.port.listOrders(EVER));
      assert.deepEqual(all.map((order) => order.brokerOrderId).toSorted(), [first, second].toSorted());
      const later = found(await venue.port.getOrder({ brokerOrderId: second })).updatedAt;
      const recent = ok(await venue.port.listOrders(later)).map((order) => order.brokerOrderId);
      assert.ok(recent.includes(second) && !recent.includes(first));
    },
  },
];
