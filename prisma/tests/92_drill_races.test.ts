import { describe, expect, it } from 'vitest';
import { brokerDrill } from '#prisma/tests/broker-drill.ts';
import { type ExitWorld, exitWorld, type TestJob } from '#prisma/tests/exit-world.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { insertEntry, orderOf, tradeOf } from '#prisma/tests/order-world.ts';
import { paperBench } from '#prisma/tests/paper-venue.ts';
import { PaperEngine } from '#server/broker/paper/engine.ts';
import { checkLiveOrders } from '#server/pipeline/4-order/check-live-orders.ts';
import { resolveOrders } from '#server/pipeline/4-order/resolve-order.ts';
import { reconcileAccount } from '#server/pipeline/8-reconcile/reconcile-account.ts';

const db = useDatabase({ max: 20 });
const ROUNDS = 6;
const TURNS = 12;

interface OrderRow extends Record<string, unknown> {
  id: string;
  status: string;
  kind: string;
  rest: string;
}

const liveOrders = (trade: string): Promise<OrderRow[]> =>
  rowsOf<OrderRow>(
    db.owner,
    `select id, status, kind, (qty - filled_qty)::text as rest from public.orders
     where trade_id = $1 and not fn.order_is_final(status) order by kind desc, id`,
    [trade],
  );

/** Plays broker and worker until the trade is closed: cancels are confirmed, exits fill. Throws when it never closes. */
async function untilClosed(w: ExitWorld, trade: string): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const order of await liveOrders(trade)) {
      if (order.status === 'CREATED') await w.place(order.id);
      else if (order.status === 'CANCEL_REQUESTED') await w.report(order.id, 'CANCELLED');
      else if (order.kind === 'EXIT') await w.fill(order.id, order.rest, '96');
    }
    if ((await w.tradeOf(trade)).status === 'CLOSED' && (await liveOrders(trade)).length === 0) return;
    await db.advanceClock(6_000);
    await w.quote('96');
    const { jobs } = await w.sweep();
    await w.work(jobs);
    await w.restSweep();
  }
  throw new Error(`the trade does not close: ${JSON.stringify(await liveOrders(trade))}`);
}

const orderIn = async (trade: string, kind: string): Promise<string> => {
  const [row] = await rowsOf<{ id: string }>(
    db.owner,
    'select id from public.orders where trade_id = $1 and kind = $2 order by created_at limit 1',
    [trade, kind],
  );
  return row?.id ?? '';
};

describe('a late entry fill after a stop', () => {
  it('in any order with the exit’s fill and the end of the entry: everything that was bought is sold, once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const w = await exitWorld(db);
      const trade = await w.open({ qty: '10', filled: '4' });
      await w.price('97');
      const [entry, exit] = [await orderIn(trade, 'ENTRY'), await orderIn(trade, 'EXIT')];
      await w.place(exit);
      expect(await orderOf(db, entry)).toMatchObject({ status: 'CANCEL_REQUESTED', filled_qty: '4' });
      const news = [
        () => w.fill(exit, '4', '97'),
        () => w.fill(entry, '6', '100'),
        () => w.report(entry, 'CANCELLED'),
        () => w.sweep(),
      ];
      // all at once, begun in another order each time
      await Promise.all([...news.slice(round % 4), ...news.slice(0, round % 4)].map((tell) => tell()));
      await untilClosed(w, trade);
      expect(await tradeOf(db, trade)).toMatchObject({
        status: 'CLOSED',
        entry: '10',
        exit: '10',
        open: '0',
      });
    }
    await db.expectInvariantsHold();
  });
});

describe('an escalation', () => {
  it.each([
    ['the old order fills', (w: ExitWorld, old: string) => w.fill(old, '10', '97')],
    ['the old order fills in part', (w: ExitWorld, old: string) => w.fill(old, '4', '97')],
    ['the old order is cancelled late', (w: ExitWorld, old: string) => w.report(old, 'CANCELLED')],
    ['the old order refuses its cancel', (w: ExitWorld, old: string) => w.report(old, 'CANCEL_REFUSED')],
  ])('while %s: one exit at a time, and never more out than in', async (_, happens) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const w = await exitWorld(db);
      const trade = await w.open();
      await w.price('97');
      const old = await orderIn(trade, 'EXIT');
      await w.place(old);
      await db.advanceClock(6_000);
      await w.quote('90');
      const acts: (() => Promise<unknown>)[] = [
        () => w.restSweep(),
        () => happens(w, old),
        () =>
          w
            .raise({ trade_id: trade, last: '90', by: 'BOOK' })
            .then((done: { jobs: TestJob[] }) => w.work(done.jobs)),
        () => w.sweep().then((done) => w.work(done.jobs)),
        () => happens(w, old),
      ];
      await Promise.all([...acts.slice(round % 5), ...acts.slice(0, round % 5)].map((act) => act()));
      const live = (await liveOrders(trade)).filter(({ kind }) => kind === 'EXIT');
      expect(live.length).toBeLessThanOrEqual(1);
      await untilClosed(w, trade);
      expect(await tradeOf(db, trade)).toMatchObject({
        status: 'CLOSED',
        entry: '10',
        exit: '10',
        open: '0',
      });
    }
    await db.expectInvariantsHold();
  });
});

describe('a fill against reconciliation', () => {
  it('by stream, poll, resolution and comparison at once counts once, and nobody sees a difference', async () => {
    const drill = await brokerDrill(db);
    const entries = [];
    for (let n = 0; n < 8; n += 1) {
      const entry = await insertEntry(db, drill.world, { qty: `${n + 1}` });
      drill.job('order.place', entry.orderId);
      entries.push(entry);
    }
    const ids = entries.map(({ orderId }) => orderId);
    const account = drill.world.account.id;
    for (let round = 0; round < 4; round += 1) {
      await drill.turn();
      await db.advanceClock(200);
      const outcomes = await Promise.all([
        drill.engine.deliverDueFills(),
        reconcileAccount(drill.ctx, account),
        resolveOrders(drill.ctx, ids),
        reconcileAccount(drill.ctx, account),
        checkLiveOrders(drill.ctx),
        drill.engine.deliverDueFills(),
        resolveOrders(drill.ctx, ids.toReversed()),
      ]);
      expect(outcomes.filter((outcome) => outcome === 'DIFFERED' || outcome === 'FAILED')).toEqual([]);
    }
    await drill.calm();
    for (const [n, { orderId }] of entries.entries())
      expect(await orderOf(db, orderId)).toMatchObject({ status: 'FILLED', filled_qty: `${n + 1}` });
    expect(await drill.differences()).toEqual([]);
    await drill.close();
    await db.expectInvariantsHold();
  });
});

describe('news of the paper broker', () => {
  it('of one account does not wait for another whose news cannot be taken yet, and each account hears its own in order', async () => {
    const bench = paperBench(db);
    const engine = new PaperEngine({ pool: db.paper, lanes: 2 });
    await engine.setKnobs({ partialProbability: 0, latencyMinMs: 10, latencyMaxMs: 10 });
    const instrument = await bench.instrument();
    await bench.quote(instrument, '99.99', '100.01');
    const gate = Promise.withResolvers<void>();
    const heard = Promise.withResolvers<void>();
    const told: string[] = [];
    const accounts = [bench.account(), bench.account()];
    for (const [n, { id, port }] of accounts.entries()) {
      for (let count = 0; count < 3; count += 1) await port.place(bench.order(instrument));
      engine.subscribe(id, {
        onFill: async (fill) => {
          if (n === 0) await gate.promise;
          told.push(`${n} ${fill.fillId}`);
          if (told.filter((line) => line.startsWith('1')).length === 3) heard.resolve();
        },
        onOrder: async () => undefined,
        onGap: () => undefined,
      });
    }
    await db.advanceClock(1_000);
    const delivering = engine.deliverDueFills();
    await heard.promise;
    gate.resolve();
    expect(await delivering).toBe(12);
    const first = told.filter((line) => line.startsWith('0'));
    expect(told.slice(3)).toEqual(first);
    const orders = first.map((line) => Number(/F(\d+)/.exec(line)?.[1]));
    expect(orders).toEqual(orders.toSorted((a, b) => a - b));
  });
});
