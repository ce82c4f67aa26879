/**
 * Conformance, cancelling: what lives, what has ended, what never was (cases 16–21).
 */
import { strict as assert } from 'node:assert';
import type { ConformanceCase } from './conformance.ts';
import {
  ASK,
  accepted,
  BID,
  EVER,
  equal,
  fillsOf,
  fillWhole,
  found,
  freshId,
  marketOrder,
  ok,
  positionOf,
  rejected,
  restingOrder,
  sum,
} from './conformance-kit.ts';

export const cancelCases: readonly ConformanceCase[] = [
  {
    number: 16,
    title: 'a resting order is cancelled and never fills afterwards',
    async run(venue) {
      await venue.quote(BID, ASK);
      const brokerOrderId = accepted(await venue.port.place(restingOrder(venue)));
      assert.equal((await venue.port.cancel({ brokerOrderId })).kind, 'accepted');
      await venue.settle();
      assert.equal(found(await venue.port.getOrder({ brokerOrderId })).status, 'CANCELLED');
      await venue.quote(BID.minus(20), ASK.minus(20));
      await venue.settle();
      assert.deepEqual(ok(await venue.port.listFills(EVER)), []);
    },
  },
  {
    number: 17,
    title: 'an order is cancelled by our id, too',
    needs: 'clientIds',
    async run(venue) {
      await venue.quote(BID, ASK);
      const order = restingOrder(venue);
      accepted(await venue.port.place(order));
      assert.equal((await venue.port.cancel({ clientOrderId: order.clientOrderId })).kind, 'accepted');
      await venue.settle();
      assert.equal(
        found(await venue.port.getOrder({ clientOrderId: order.clientOrderId })).status,
        'CANCELLED',
      );
    },
  },
  {
    number: 18,
    title: 'a filled order cannot be cancelled and stays filled',
    async run(venue) {
      const brokerOrderId = await fillWhole(venue, 'BUY');
      rejected(await venue.port.cancel({ brokerOrderId }), 'ORDER_NOT_CANCELLABLE');
      assert.equal(found(await venue.port.getOrder({ brokerOrderId })).status, 'FILLED');
    },
  },
  {
    number: 19,
    title: 'a second cancel of the same order is refused',
    async run(venue) {
      await venue.quote(BID, ASK);
      const brokerOrderId = accepted(await venue.port.place(restingOrder(venue)));
      await venue.port.cancel({ brokerOrderId });
      await venue.settle();
      rejected(await venue.port.cancel({ brokerOrderId }), 'ORDER_NOT_CANCELLABLE');
    },
  },
  {
    number: 20,
    title: 'an order that never was cannot be cancelled',
    async run({ port }) {
      rejected(await port.cancel({ brokerOrderId: 'no-such-order' }), 'ORDER_NOT_FOUND');
      if (port.capabilities.clientIds) {
        rejected(await port.cancel({ clientOrderId: freshId() }), 'ORDER_NOT_FOUND');
      }
    },
  },
  {
    number: 21,
    title: 'a partly filled order keeps its fills when the rest is cancelled',
    async run(venue) {
      await venue.quote(BID, ASK);
      await venue.fillInParts(true);
      const brokerOrderId = accepted(await venue.port.place(marketOrder(venue, 'BUY')));
      await venue.settle();
      const outcome = await venue.port.cancel({ brokerOrderId });
      assert.equal(outcome.kind, 'accepted');
      await venue.settle();
      const seen = found(await venue.port.getOrder({ brokerOrderId }));
      assert.equal(seen.status, 'CANCELLED');
      assert.ok(seen.filledQty.gt(0) && seen.filledQty.lt(seen.qty), `filled ${seen.filledQty}`);
      equal(sum((await fillsOf(venue, brokerOrderId)).map((fill) => fill.qty)), seen.filledQty, 'fills');
      equal(await positionOf(venue), seen.filledQty, 'position');
    },
  },
];
