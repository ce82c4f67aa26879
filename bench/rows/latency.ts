/** From the alert to the order at a broker that answers at once: one account against one hop of the queue, and 10,000. */
import { post } from '../load.ts';
import { median, mustEqual, percentile, soon } from '../measure.ts';
import { instantBroker, openPipeline, type Pipeline } from '../pipeline.ts';
import { type Child, startChild } from '../process.ts';
import { type Figure, figure, type Row } from '../row.ts';
import type { BenchDatabase } from '../server.ts';
import { type BenchStrategy, newFollowers, newInstruments, newStrategy, quoteAt } from '../world.ts';
import { openHop } from './hop.ts';

const ALERTS = 200;
/** First come alerts that are not counted, for as long as a worker's connections need until each has planned its statements. */
const WARM_UP = 120;
const FAN_OUT = 10_000;
const FAN_OUTS = 3;
const SINGLES = 30;

interface World {
  db: BenchDatabase;
  pipeline: Pipeline;
  web: Child;
  /** Resolves with the time at which the next order reached the broker. */
  nextOrder: () => Promise<number>;
  alert: (strategy: BenchStrategy, symbol: string) => Promise<void>;
  stop: () => Promise<void>;
}

async function openWorld(db: BenchDatabase, instruments: readonly { id: string }[]): Promise<World> {
  let told: (at: number) => void = () => undefined;
  const pipeline = await openPipeline(db, { broker: instantBroker(() => told(performance.now())) });
  await pipeline.start(['pipeline', 'execution']);
  const web = await startChild(['bench/processes/web.ts'], {
    DATABASE_URL_WEB: db.url('lockstep_web'),
    BENCH_SERVE: 'webhook',
    NODE_ENV: 'production',
  });
  const ids = instruments.map((instrument) => instrument.id);
  const feed = setInterval(() => void quoteAt(db.owner, ids, 100).catch(() => undefined), 2_000);
  return {
    db,
    pipeline,
    web,
    nextOrder: () =>
      soon(
        new Promise<number>((resolve) => {
          told = resolve;
        }),
        20_000,
        'an order',
      ),
    alert: async (strategy, symbol) => {
      const body = JSON.stringify({
        symbol,
        action: 'entry',
        direction: 'long',
        price: '100',
        timestamp: new Date().toISOString(),
      });
      const { status, body: said } = await post(
        Number(web.said),
        `/api/webhook/${strategy.token}`,
        [body],
        1,
      );
      mustEqual(status[0], 200, `the alert was accepted (${said[0]})`);
    },
    stop: async () => {
      clearInterval(feed);
      await web.stop();
      await pipeline.stop();
    },
  };
}

/** Milliseconds from sending the alert to the first order at the broker. */
async function alertToOrder(world: World, strategy: BenchStrategy, symbol: string): Promise<number> {
  const order = world.nextOrder();
  const began = performance.now();
  await world.alert(strategy, symbol);
  return (await order) - began;
}

/** Strategies with one account each: none of them reaches a limit on open positions. */
async function singles(db: BenchDatabase, count: number): Promise<BenchStrategy[]> {
  const made: BenchStrategy[] = [];
  for (let n = 0; n < count; n += 1) {
    const strategy = await newStrategy(db.owner);
    await newFollowers(db.owner, strategy.id, 1);
    made.push(strategy);
  }
  return made;
}

export const alertLatency: Row = {
  name: 'alert-to-order',
  about: 'alert → order at a broker with zero latency, 1 account, against one pg-boss hop with NOTIFY',
  run: async (server): Promise<Figure[]> => {
    const db = await server.database();
    const strategies = await singles(db, ALERTS + WARM_UP);
    const [instrument] = await newInstruments(db.owner, 1);
    await db.settle();
    if (instrument === undefined) throw new Error('no instrument');
    const world = await openWorld(db, [instrument]);
    const hop = await openHop(db);
    const ours: number[] = [];
    const hops: number[] = [];
    for (const [n, strategy] of strategies.entries()) {
      const took = await alertToOrder(world, strategy, instrument.symbol);
      const reference = await hop.once();
      if (n < WARM_UP) continue;
      ours.push(took);
      hops.push(reference);
      // the order is recorded meanwhile, so that the next alert finds an idle worker
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await hop.stop();
    await world.stop();
    await db.checkInvariants();
    await db.drop();
    const [p50, p99] = [median(ours), percentile(ours, 0.99)];
    return [
      figure({
        name: 'alert → order, p50',
        unit: 'ms',
        ours: p50,
        reference: median(hops),
        goal: '≤ 5×, ≤ 15 ms',
        reached: (ratio, ms) => ratio <= 5 && ms <= 15,
        note: `${ALERTS} alerts, each against a hop in turn; four commits and three hops of the queue`,
      }),
      figure({
        name: 'alert → order, p99',
        unit: 'ms',
        ours: p99,
        reference: percentile(hops, 0.99),
        goal: '≤ 60 ms',
        reached: (_ratio, ms) => ms <= 60,
        note: `worst ${Math.max(...ours).toFixed(0)} ms`,
      }),
    ];
  },
};

export const firstOrder: Row = {
  name: 'first-order',
  about: 'first order of a 10,000-account fan-out, against the order of a single account',
  run: async (server): Promise<Figure[]> => {
    const db = await server.database();
    const crowd = await newStrategy(db.owner);
    await newFollowers(db.owner, crowd.id, FAN_OUT);
    const strategies = await singles(db, SINGLES + 5);
    const instruments = await newInstruments(db.owner, FAN_OUTS + 1);
    await db.settle();
    const world = await openWorld(db, instruments);
    const alone: number[] = [];
    const first: number[] = [];
    for (let round = 0; round < FAN_OUTS; round += 1) {
      const symbol = instruments[round]?.symbol ?? '';
      for (const strategy of strategies.splice(0, SINGLES / FAN_OUTS)) {
        alone.push(await alertToOrder(world, strategy, symbol));
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      first.push(await alertToOrder(world, crowd, symbol));
      await drained(db, (round + 1) * FAN_OUT);
      await db.settle();
    }
    await world.stop();
    await db.checkInvariants();
    await db.drop();
    return [
      figure({
        name: 'first of 10,000 orders',
        unit: 'ms',
        ours: median(first),
        reference: median(alone),
        goal: '≤ 5×',
        reached: (ratio) => ratio <= 5,
        note: `${FAN_OUTS} fan-outs (${first.map((ms) => ms.toFixed(0)).join(', ')} ms), ${alone.length} single accounts; all ${FAN_OUT} orders of each placed once`,
      }),
    ];
  },
};

/** Waits until every account of the fan-outs so far has its one order at the broker. */
async function drained(db: BenchDatabase, orders: number): Promise<void> {
  const end = performance.now() + 180_000;
  for (;;) {
    const { rows } = await db.owner.query<{ placed: number; n: number }>(
      `select count(*)::int as n, count(*) filter (where o.status = 'PLACED')::int as placed
       from public.orders o join public.trades t on t.id = o.trade_id
       join public.strategies s on s.id = t.strategy_id
       where s.id = (select strategy_id from public.subscriptions group by strategy_id order by count(*) desc limit 1)`,
    );
    if (rows[0]?.placed === orders) return mustEqual(rows[0].n, orders, 'orders of the fan-outs');
    if (performance.now() > end) throw new Error(`${rows[0]?.placed} of ${orders} orders were placed`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
