import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import {
  insertEntry,
  insertExit,
  openTrade,
  orderOf,
  orderWorld,
  tradeOf,
} from '#prisma/tests/order-world.ts';
import { contextWith, type Mood, ScriptedBroker } from '#prisma/tests/scripted-broker.ts';
import { BrokerUnavailable } from '#server/broker/registry.ts';
import { one } from '#server/db.ts';
import { Decimal } from '#server/money.ts';
import { cancelOrders } from '#server/pipeline/4-order/cancel-order.ts';
import { checkLiveOrders } from '#server/pipeline/4-order/check-live-orders.ts';
import { placeOrders } from '#server/pipeline/4-order/place-order.ts';
import { resolveOrders } from '#server/pipeline/4-order/resolve-order.ts';
import { watchAccount } from '#server/pipeline/5-fill/watch-account.ts';
import { reconcileAccount } from '#server/pipeline/8-reconcile/reconcile-account.ts';

const db = useDatabase();

async function scene(...moods: Mood[]) {
  const broker = new ScriptedBroker();
  if (moods.length > 0) broker.moods = moods;
  const ctx = contextWith(db, broker);
  const world = await orderWorld(db);
  const entry = await insertEntry(db, world);
  return { broker, ctx, world, entry };
}
const jobsOf = (ctx: { jobs: { name: string }[] }) => ctx.jobs.splice(0).map((job) => job.name);

describe('placing', () => {
  it('claims, calls once and records; the same again calls nobody', async () => {
    const { broker, ctx, entry } = await scene();
    expect(await placeOrders(ctx, [entry.orderId])).toEqual({ sent: 1, refused: 0 });
    expect(await orderOf(db, entry.orderId)).toMatchObject({
      status: 'PLACED',
      broker_order_id: broker.ledger[0]?.brokerOrderId,
    });
    expect(await placeOrders(ctx, [entry.orderId, entry.orderId])).toEqual({ sent: 0, refused: 0 });
    expect(broker.calls).toHaveLength(1);
  });

  it('exits go before entries', async () => {
    const { broker, ctx, world, entry } = await scene();
    const open = await openTrade(db, world);
    const exit = await insertExit(db, world, open.tradeId, '10');
    await placeOrders(ctx, [entry.orderId, exit.orderId]);
    expect(broker.ledger.map((order) => order.side)).toEqual(['SELL', 'BUY']);
  });

  it('a refusal ends the order with the broker’s code and sentence', async () => {
    const { ctx, entry } = await scene('REJECT');
    await placeOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({
      status: 'REJECTED',
      reject_code: 'INSUFFICIENT_FUNDS',
    });
  });

  it('a broker that may not be used refuses the order, since nothing was sent', async () => {
    const { ctx, entry } = await scene();
    const closed = {
      brokerFor: () => {
        throw new BrokerUnavailable('LIVE_BROKER_REFUSED', 'No.');
      },
    };
    await placeOrders({ ...ctx, brokers: closed }, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({
      status: 'REJECTED',
      reject_code: 'LIVE_BROKER_REFUSED',
    });
  });

  it('an adapter that throws leaves the order in doubt', async () => {
    const { ctx, entry } = await scene('THROW');
    await placeOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'UNKNOWN' });
  });
});

describe('an answer that was lost', () => {
  it('after the order had arrived: it is adopted with its fills and never sent twice', async () => {
    const { broker, ctx, entry } = await scene('LOST_AFTER');
    await placeOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'UNKNOWN' });
    expect(jobsOf(ctx)).toEqual(['order.refresh']);
    broker.execute(0, '10', '100');
    await resolveOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'FILLED', filled_qty: '10' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'OPEN', open: '10' });
    expect(broker.ledger).toHaveLength(1);
  });

  it('before the order arrived: asked five times, then sent again with the same id', async () => {
    const { broker, ctx, entry } = await scene('LOST_BEFORE', 'ACCEPT');
    await placeOrders(ctx, [entry.orderId]);
    for (let ask = 0; ask < 5; ask += 1) {
      expect((await placeOrders(ctx, [entry.orderId])).sent).toBe(0);
      await resolveOrders(ctx, [entry.orderId]);
    }
    expect(jobsOf(ctx)).toEqual(['order.refresh', 'order.place']);
    expect((await placeOrders(ctx, [entry.orderId])).sent).toBe(1);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'PLACED', attempt: 2 });
    expect(new Set(broker.calls).size).toBe(1);
    expect(broker.ledger).toHaveLength(1);
  });

  it('and arriving late, after it was sent again: the duplicate is refused, and the first one adopted', async () => {
    const { broker, ctx, entry } = await scene('LOST_BEFORE', 'LOST_AFTER', 'ACCEPT');
    broker.capabilities = { ...broker.capabilities, missIsProof: true };
    await placeOrders(ctx, [entry.orderId]);
    await resolveOrders(ctx, [entry.orderId]);
    await placeOrders(ctx, [entry.orderId]);
    broker.capabilities = { ...broker.capabilities, missIsProof: false };
    await db.owner.query('update public.orders set absent_at = fn.clock() where id = $1', [entry.orderId]);
    await placeOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'UNKNOWN', attempt: 3 });
    await resolveOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'PLACED' });
    expect(broker.ledger).toHaveLength(1);
  });

  it('a broker that cannot be reached concludes nothing', async () => {
    const { broker, ctx, entry } = await scene('LOST_AFTER');
    await placeOrders(ctx, [entry.orderId]);
    broker.reachable = false;
    for (let ask = 0; ask < 8; ask += 1) await resolveOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'UNKNOWN' });
    expect(jobsOf(ctx)).toEqual(['order.refresh']);
  });

  it('a broker without our ids: the one order of that shape is adopted, two are left to a person, none is sent again', async () => {
    const { broker, ctx, world, entry } = await scene('LOST_AFTER');
    broker.capabilities = { ...broker.capabilities, clientIds: false, duplicateIdRefused: false };
    await placeOrders(ctx, [entry.orderId]);
    await resolveOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'PLACED' });
    const other = await insertEntry(db, world);
    await placeOrders(ctx, [other.orderId]);
    jobsOf(ctx);
    for (let ask = 0; ask < 6; ask += 1) await resolveOrders(ctx, [other.orderId]);
    expect(await orderOf(db, other.orderId)).toMatchObject({ status: 'UNKNOWN' });
    expect(jobsOf(ctx)).toEqual([]);
  });
});

describe('cancelling at the broker', () => {
  const resting = async () => {
    const all = await scene();
    await placeOrders(all.ctx, [all.entry.orderId]);
    await db.owner.query(`select fn.order_cancel_request($1, '{"code": "TEST"}')`, [all.entry.orderId]);
    return all;
  };

  it('is recorded when the broker confirms it', async () => {
    const { ctx, entry } = await resting();
    await cancelOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CANCELLED' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'CANCELLED' });
  });

  it('keeps the part that was filled before, which we had not heard of', async () => {
    const { broker, ctx, entry } = await resting();
    broker.execute(0, '3', '100');
    await cancelOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CANCELLED', filled_qty: '3' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'OPEN', open: '3' });
  });

  it('of an order that was filled meanwhile finds that out', async () => {
    const { broker, ctx, entry } = await resting();
    broker.execute(0, '10', '100');
    await cancelOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'FILLED' });
  });

  it('that got no answer is asked about, and repeated while the order lives', async () => {
    const { broker, ctx, entry } = await resting();
    broker.reachable = false;
    await cancelOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CANCEL_REQUESTED' });
    broker.reachable = true;
    jobsOf(ctx);
    await resolveOrders(ctx, [entry.orderId]);
    expect(jobsOf(ctx)).toEqual(['order.cancel']);
    await cancelOrders(ctx, [entry.orderId]);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CANCELLED' });
  });
});

describe('streams, schedules and positions', () => {
  it('the stream brings fills and ends, repeated and out of order', async () => {
    const { broker, ctx, world, entry } = await scene('LOST_AFTER');
    await watchAccount(ctx, { user_broker_id: world.account.id, broker: 'PAPER' });
    await placeOrders(ctx, [entry.orderId]);
    const fill = broker.execute(0, '4', '100');
    await broker.handlers?.onOrder(broker.change(0, { status: 'CANCELLED' }));
    await broker.handlers?.onFill(fill);
    await broker.handlers?.onFill(fill);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'CANCELLED', filled_qty: '4' });
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'OPEN', open: '4' });
  });

  it('the schedule finds what the stream did not tell', async () => {
    const { broker, ctx, entry } = await scene();
    await placeOrders(ctx, [entry.orderId]);
    broker.execute(0, '10', '100');
    await db.advanceClock(30_000);
    await checkLiveOrders(ctx);
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'FILLED' });
  });

  it('reconciling applies a missed fill, agrees, and stamps the account', async () => {
    const { broker, ctx, world, entry } = await scene();
    await placeOrders(ctx, [entry.orderId]);
    broker.execute(0, '10', '100');
    await db.owner.query('update public.user_brokers set reconciled_at = null where id = $1', [
      world.account.id,
    ]);
    expect(await reconcileAccount(ctx, world.account.id)).toBe('AGREED');
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'FILLED' });
    const row = await one<{ done: boolean }>(
      db.owner,
      'select reconciled_at is not null as done from public.user_brokers where id = $1',
      [world.account.id],
    );
    expect(row.done).toBe(true);
  });

  it('a difference is written down once and resolved when it is gone; nothing is closed for it', async () => {
    const { broker, ctx, world, entry } = await scene();
    await placeOrders(ctx, [entry.orderId]);
    broker.execute(0, '10', '100');
    broker.held = [
      { symbol: world.instrument.symbol, instrumentId: null, qty: new Decimal(7), avgPrice: null },
    ];
    const open = async () =>
      (
        await db.owner.query(
          'select code from public.discrepancies where user_broker_id = $1 and resolved_at is null',
          [world.account.id],
        )
      ).rows;
    expect(await reconcileAccount(ctx, world.account.id)).toBe('DIFFERED');
    expect(await reconcileAccount(ctx, world.account.id)).toBe('DIFFERED');
    expect(await open()).toEqual([{ code: 'QTY_MISMATCH' }]);
    broker.held = [];
    expect(await reconcileAccount(ctx, world.account.id)).toBe('DIFFERED');
    expect(await open()).toEqual([{ code: 'MISSING_POSITION' }]);
    expect(await tradeOf(db, entry.tradeId)).toMatchObject({ status: 'OPEN', open: '10' });
    broker.held = null;
    expect(await reconcileAccount(ctx, world.account.id)).toBe('AGREED');
    expect(await open()).toEqual([]);
  });

  it('no answer is no evidence: the run fails and stamps nothing', async () => {
    const { broker, ctx, world } = await scene();
    broker.reachable = false;
    await db.owner.query('update public.user_brokers set reconciled_at = null where id = $1', [
      world.account.id,
    ]);
    expect(await reconcileAccount(ctx, world.account.id)).toBe('FAILED');
    const row = await one<{ at: Date | null }>(
      db.owner,
      'select reconciled_at as at from public.user_brokers where id = $1',
      [world.account.id],
    );
    expect(row.at).toBeNull();
  });
});
