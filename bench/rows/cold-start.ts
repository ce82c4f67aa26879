/** What a worker reads before it can watch: 100,000 open trades and 10,000 resting orders, against a SELECT of both. */
import { FeedLoop } from '#server/market/feeds/feed-loop.ts';
import { dueNow, dueOrders, viewOrders } from '#server/pipeline/4-order/store.ts';
import { QuoteWatch } from '#server/pipeline/7-exit/watch-quotes.ts';
import { inTurn, mustEqual } from '../measure.ts';
import { newOpenTrades, newRestingOrders } from '../open-trades.ts';
import { openPipeline } from '../pipeline.ts';
import { type Figure, figure, type Row } from '../row.ts';
import type { BenchDatabase, BenchServer } from '../server.ts';
import { newFollowers, newInstruments, newStrategy } from '../world.ts';
import { BenchFeed } from './bench-feed.ts';

const ACCOUNTS = 1_000;
const PER_ACCOUNT = 100;
const SYMBOLS = 5_000;
const ORDERS = 10_000;
const ROUNDS = 3;
/** Orders asked about at a time, as the sweep takes them. */
const ORDER_BATCH = 500;

/** 100,000 open trades on 5,000 symbols, 10,000 of them with a protective order at the broker. */
export async function manyTrades(server: BenchServer): Promise<BenchDatabase> {
  const db = await server.database();
  const strategy = await newStrategy(db.owner);
  const accounts = await newFollowers(db.owner, strategy.id, ACCOUNTS);
  const instruments = await newInstruments(db.owner, SYMBOLS);
  const n = await newOpenTrades(db.owner, {
    accounts,
    strategyId: strategy.id,
    instruments,
    perAccount: PER_ACCOUNT,
    stop: 50,
  });
  mustEqual(n, ACCOUNTS * PER_ACCOUNT, 'open trades');
  mustEqual(await newRestingOrders(db.owner, ORDERS), ORDERS, 'resting orders');
  await db.settle();
  return db;
}

export const coldStart: Row = {
  name: 'cold-start',
  about: 'cold start with 100,000 open trades and 10,000 open orders',
  run: async (server): Promise<Figure[]> => {
    const db = await manyTrades(server);
    const pipeline = await openPipeline(db);
    const { rows } = await db.owner.query<{ id: string }>(
      'select distinct user_broker_id as id from public.orders where kind = $1',
      ['PROTECTION'],
    );
    const ours = async (round: number): Promise<number> => {
      for (const { id } of rows) await dueNow(db.worker, id);
      const began = performance.now();
      const watch = new QuoteWatch(pipeline.ctx);
      const feed = new BenchFeed();
      const loop = new FeedLoop({
        pool: db.worker,
        feed,
        log: pipeline.ctx.log,
        worker: `bench-${round}`,
        clock: () => performance.now(),
        hooks: {
          onGained: watch.onGained,
          onLost: watch.onLost,
          onTicks: watch.onTicks,
          matchPaper: async () => undefined,
        },
      });
      const orders = async (): Promise<number> => {
        let seen = 0;
        for (;;) {
          const due = await dueOrders(db.worker, ORDER_BATCH);
          if (due.length === 0) return seen;
          seen += (await viewOrders(db.worker, due)).length;
        }
      };
      const [asked] = await Promise.all([orders(), loop.pass().then(() => watch.sync())]);
      const took = performance.now() - began;
      mustEqual(asked, ORDERS, 'orders to ask about');
      mustEqual(feed.held(), SYMBOLS, 'symbols fed');
      mustEqual(watch.size(), ACCOUNTS * PER_ACCOUNT, 'trades in the book');
      await loop.stop();
      await watch.stop();
      return took;
    };
    const selects = async (): Promise<number> => {
      const began = performance.now();
      const trades = await db.worker.query("select * from public.trades where status in ('OPEN', 'EXITING')");
      const orders = await db.worker.query(
        "select * from public.orders where status in ('SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED')",
      );
      const took = performance.now() - began;
      mustEqual(trades.rows.length, ACCOUNTS * PER_ACCOUNT, 'trades selected');
      mustEqual(orders.rows.length, ORDERS, 'orders selected');
      return took;
    };
    await selects();
    const measured = await inTurn(ROUNDS, ours, selects);
    await pipeline.stop();
    await db.checkInvariants();
    await db.drop();
    return [
      figure({
        name: 'cold start',
        unit: 'ms',
        ours: measured.ours,
        reference: measured.reference,
        goal: '≤ 20×, ≤ 3 s',
        reached: (ratio, ms) => ratio <= 20 && ms <= 3_000,
        note: `${measured.spread}; leases, ${SYMBOLS} symbols with their candles, ${ACCOUNTS * PER_ACCOUNT} trades into the book, ${ORDERS} orders found; the start of the process itself not included`,
      }),
    ];
  },
};
