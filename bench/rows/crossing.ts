/** From a tick that crosses a stop to the exit order at the broker: idle, and while 50,000 ticks a second flow. */
import { FeedLoop } from '#server/market/feeds/feed-loop.ts';
import { QuoteWatch } from '#server/pipeline/7-exit/watch-quotes.ts';
import { must, mustEqual, percentile, soon } from '../measure.ts';
import { newOpenTrades } from '../open-trades.ts';
import { instantBroker, openPipeline } from '../pipeline.ts';
import { type Figure, figure, type Row } from '../row.ts';
import type { BenchServer } from '../server.ts';
import { newFollowers, newInstruments, newStrategy } from '../world.ts';
import { BenchFeed } from './bench-feed.ts';

const CROSSINGS = 400;
const FLOWING = 2_000;
const TICKS_PER_SECOND = 50_000;
const FLOW_MS = 20;
const HELD_WITHIN_MS = 60_000;

export const crossing: Row = {
  name: 'crossing',
  about: 'crossing tick → exit order, p99, idle and while 50,000 ticks/s flow',
  run: async (server: BenchServer): Promise<Figure[]> => {
    const db = await server.database();
    const strategy = await newStrategy(db.owner);
    const accounts = await newFollowers(db.owner, strategy.id, 2 * CROSSINGS);
    const watched = await newInstruments(db.owner, 2 * CROSSINGS);
    await newOpenTrades(db.owner, {
      accounts,
      strategyId: strategy.id,
      instruments: watched,
      perAccount: 1,
      stop: 95,
    });
    const flowing = await newInstruments(db.owner, FLOWING);
    await db.settle();
    let told: (at: number) => void = () => undefined;
    let placed = 0;
    const broker = instantBroker(() => {
      placed += 1;
      told(performance.now());
    });
    const pipeline = await openPipeline(db, { broker });
    await pipeline.start(['execution']);
    const watch = new QuoteWatch(pipeline.ctx);
    const feed = new BenchFeed();
    const loop = new FeedLoop({
      pool: db.worker,
      feed,
      log: pipeline.ctx.log,
      worker: 'bench',
      clock: () => performance.now(),
      hooks: {
        onGained: watch.onGained,
        onLost: watch.onLost,
        onTicks: watch.onTicks,
        isUrgent: watch.isUrgent,
        matchPaper: async () => undefined,
      },
    });
    watch.start();
    loop.start();
    const end = performance.now() + HELD_WITHIN_MS;
    while (feed.held() < watched.length + flowing.length && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await watch.sync();
    must(feed.held() === watched.length + flowing.length, 'every symbol is fed');

    const cross = async (instruments: readonly { id: string }[]): Promise<number[]> => {
      const times: number[] = [];
      for (const { id } of instruments) {
        const order = new Promise<number>((resolve) => {
          told = resolve;
        });
        const began = performance.now();
        feed.push(id, 94);
        times.push((await soon(order, 20_000, 'an exit order')) - began);
        // at another moment of the feed's turn each time
        await new Promise((resolve) => setTimeout(resolve, 25 + (times.length % 20)));
      }
      return times;
    };
    await cross(watched.slice(0, 10));
    const idle = await cross(watched.slice(10, CROSSINGS));
    let pushed = 0;
    const began = performance.now();
    const flow = setInterval(() => {
      const owed = Math.floor(((performance.now() - began) / 1000) * TICKS_PER_SECOND) - pushed;
      for (let n = 0; n < owed; n += 1) {
        const at = pushed + n;
        feed.push(flowing[at % FLOWING]?.id ?? '', 100 + (at % 97) / 100);
      }
      pushed += owed;
    }, FLOW_MS);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const busy = await cross(watched.slice(CROSSINGS));
    const rate = (pushed * 1000) / (performance.now() - began);
    clearInterval(flow);
    await loop.stop();
    await watch.stop();
    await pipeline.stop();
    mustEqual(placed, 2 * CROSSINGS, 'exit orders placed, one per trade');
    await db.checkInvariants();
    await db.drop();
    const [p99, p99Busy] = [percentile(idle, 0.99), percentile(busy, 0.99)];
    return [
      figure({
        name: 'crossing tick → exit order, idle p99',
        unit: 'ms',
        ours: p99,
        reference: null,
        goal: '≤ 50 ms',
        reached: (_ratio, ms) => ms <= 50,
        note: `p50 ${percentile(idle, 0.5).toFixed(1)} ms, ${idle.length} crossings; the feed's turn of 20 ms included`,
      }),
      figure({
        name: 'crossing tick → exit order, 50,000 ticks/s',
        unit: 'ms',
        ours: p99Busy,
        reference: p99,
        goal: '≤ 3×',
        reached: (ratio) => ratio <= 3,
        note: `p50 ${percentile(busy, 0.5).toFixed(1)} ms; ${rate.toFixed(0)} ticks/s on ${FLOWING} symbols, made in the same process`,
      }),
    ];
  },
};
