/**
 * Conformance, fills: ids, completeness, what they add up to, and the stream (cases 22–31).
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
  marketOrder,
  ok,
  positionOf,
  restingOrder,
  sum,
} from './conformance-kit.ts';
import type { BrokerFill, BrokerOrder } from './port.ts';

export const fillCases: readonly ConformanceCase[] = [
  {
    number: 22,
    title: 'a filled order has fills for all of it, at its average price',
    async run(venue) {
      const brokerOrderId = await fillWhole(venue, 'BUY');
      const order = found(await venue.port.getOrder({ brokerOrderId }));
      const fills = await fillsOf(venue, brokerOrderId);
      assert.equal(order.status, 'FILLED');
      equal(order.filledQty, order.qty, 'filled');
      equal(sum(fills.map((fill) => fill.qty)), order.qty, 'fills');
      const value = sum(fills.map((fill) => fill.qty.times(fill.price)));
      assert.ok(
        order.avgPrice?.minus(value.div(order.qty)).abs().lt('0.00000001'),
        `average ${order.avgPrice}`,
      );
    },
  },
  {
    number: 23,
    title: 'fill ids are unique within the account and stay the same when asked again',
    needs: 'fillIds',
    async run(venue) {
      await venue.fillInParts(true);
      await fillWhole(venue, 'BUY');
      await fillWhole(venue, 'SELL');
      await fillWhole(venue, 'BUY');
      const ids = ok(await venue.port.listFills(EVER)).map((fill) => fill.fillId);
      assert.ok(ids.length >= 3);
      assert.equal(new Set(ids).size, ids.length);
      assert.deepEqual(
        ok(await venue.port.listFills(EVER)).map((fill) => fill.fillId),
        ids,
      );
    },
  },
  {
    number: 24,
    title: 'a fill names its order by both ids, its symbol, side and time, and costs no less than nothing',
    async run(venue) {
      const before = new Date(0);
      const brokerOrderId = await fillWhole(venue, 'SELL');
      const order = found(await venue.port.getOrder({ brokerOrderId }));
      for (const fill of await fillsOf(venue, brokerOrderId)) {
        assert.deepEqual([fill.symbol, fill.side], [venue.instrument.symbol, 'SELL']);
        if (venue.port.capabilities.clientIds) assert.equal(fill.clientOrderId, order.clientOrderId);
        assert.ok(fill.qty.gt(0) && fill.price.gt(0) && fill.occurredAt > before);
        assert.ok(fill.fee === null || fill.fee.gte(0));
      }
    },
  },
  {
    number: 25,
    title:
      'fills are listed from a time on, without gap and without more than what came at that time or later',
    async run(venue) {
      const first = await fillWhole(venue, 'BUY');
      const marks = ok(await venue.port.listOrders(EVER)).map((order) => order.updatedAt);
      const second = await fillWhole(venue, 'BUY');
      const since = new Date(Math.max(...marks.map((mark) => mark.getTime())) + 1);
      const recent = new Set(ok(await venue.port.listFills(since)).map((fill) => fill.brokerOrderId));
      assert.ok(recent.has(second) && !recent.has(first));
    },
  },
  {
    number: 26,
    title: 'positions are the sum of the fills, long, flat and short',
    async run(venue) {
      const signed = (fill: BrokerFill) => (fill.side === 'BUY' ? fill.qty : fill.qty.neg());
      for (const side of ['BUY', 'SELL', 'SELL', 'BUY'] as const) {
        await fillWhole(venue, side);
        const fills = ok(await venue.port.listFills(EVER));
        equal(await positionOf(venue), sum(fills.map(signed)), 'position');
      }
      assert.deepEqual(ok(await venue.port.positions()), []);
    },
  },
  {
    number: 27,
    title: 'cash changes by what the fills cost and their fees',
    async run(venue) {
      const before = ok(await venue.port.account());
      await fillWhole(venue, 'BUY');
      await fillWhole(venue, 'SELL');
      const fills = ok(await venue.port.listFills(EVER));
      const flow = sum(
        fills.map((fill) =>
          fill.qty
            .times(fill.price)
            .times(fill.side === 'BUY' ? -1 : 1)
            .minus(fill.fee ?? 0),
        ),
      );
      const after = ok(await venue.port.account());
      equal(after.cash.minus(before.cash), flow, 'cash');
      equal(after.equity, after.cash, 'equity of a flat account');
    },
  },
  {
    number: 28,
    title: 'an order filled in parts shows each of them and ends filled',
    async run(venue) {
      await venue.fillInParts(true);
      await venue.quote(BID, ASK);
      const brokerOrderId = accepted(await venue.port.place(marketOrder(venue, 'BUY')));
      await venue.settle();
      const part = found(await venue.port.getOrder({ brokerOrderId }));
      assert.equal(part.status, 'PARTIALLY_FILLED');
      assert.ok(part.filledQty.gt(0) && part.filledQty.lt(part.qty));
      await venue.fillInParts(false);
      await venue.quote(BID, ASK);
      await venue.settle();
      const whole = found(await venue.port.getOrder({ brokerOrderId }));
      assert.equal(whole.status, 'FILLED');
      assert.ok((await fillsOf(venue, brokerOrderId)).length >= 2);
    },
  },
  {
    number: 29,
    title: 'the stream brings every fill that the list has',
    needs: 'streaming',
    async run(venue) {
      const seen: BrokerFill[] = [];
      const handle = await venue.port.stream({
        onFill: (fill) => void seen.push(fill),
        onOrder: () => {},
        onGap: () => {},
      });
      await fillWhole(venue, 'BUY');
      await fillWhole(venue, 'SELL');
      await handle.close();
      const listed = ok(await venue.port.listFills(EVER)).map((fill) => fill.fillId);
      const streamed = new Set(seen.map((fill) => fill.fillId));
      assert.ok(
        listed.length >= 2 && listed.every((id) => streamed.has(id)),
        `${[...streamed]} of ${listed}`,
      );
    },
  },
  {
    number: 30,
    title: 'the stream tells the end of an order',
    needs: 'streaming',
    async run(venue) {
      const seen: BrokerOrder[] = [];
      const handle = await venue.port.stream({
        onFill: () => {},
        onOrder: (order) => void seen.push(order),
        onGap: () => {},
      });
      await venue.quote(BID, ASK);
      const cancelled = accepted(await venue.port.place(restingOrder(venue)));
      await venue.port.cancel({ brokerOrderId: cancelled });
      const filled = await fillWhole(venue, 'BUY');
      await handle.close();
      const last = new Map(seen.map((order) => [order.brokerOrderId, order.status]));
      assert.deepEqual([last.get(cancelled), last.get(filled)], ['CANCELLED', 'FILLED']);
    },
  },
  {
    number: 31,
    title: 'reducing a position needs no money',
    async run(venue) {
      await fillWhole(venue, 'BUY');
      const { buyingPower } = ok(await venue.port.account());
      const rest = buyingPower
        .div(ASK)
        .div(venue.instrument.qty)
        .floor()
        .minus(1)
        .times(venue.instrument.qty);
      accepted(await venue.port.place(marketOrder(venue, 'BUY', { qty: rest })));
      await venue.quote(BID, ASK);
      await venue.settle();
      const brokerOrderId = accepted(
        await venue.port.place(marketOrder(venue, 'SELL', { qty: rest.plus(venue.instrument.qty) })),
      );
      await venue.quote(BID, ASK);
      await venue.settle();
      assert.equal(found(await venue.port.getOrder({ brokerOrderId })).status, 'FILLED');
      equal(await positionOf(venue), 0, 'position');
    },
  },
];
