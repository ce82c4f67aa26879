/** Orders a second with 1, 2 and 4 worker processes at a broker of 60 ms, eight calls in flight each. */
import { cpus } from 'node:os';
import { fanOut } from '#server/pipeline/2-delivery/fan-out.ts';
import { decideDeliveries } from '#server/pipeline/3-intent/decide.ts';
import { mustEqual } from '../measure.ts';
import { openPipeline } from '../pipeline.ts';
import { startChild } from '../process.ts';
import { type Figure, figure, type Row } from '../row.ts';
import type { BenchDatabase } from '../server.ts';
import { newFollowers, newInstruments, newSignal, newStrategy, quoteAt } from '../world.ts';

const ORDERS = 2_400;
const ROUND_TRIP_MS = 60;
const IN_FLIGHT = 8;
const CPU_LIMIT = 0.8;
const WITHIN_MS = 120_000;

interface Run {
  perSecond: number;
  cpu: number;
}

/** Share of the machine's processors that was busy between two calls. */
function cpuMeter(): () => number {
  const read = () =>
    cpus().reduce(
      (sum, { times }) => ({
        busy: sum.busy + times.user + times.sys + times.nice + times.irq,
        all: sum.all + times.user + times.sys + times.nice + times.irq + times.idle,
      }),
      { busy: 0, all: 0 },
    );
  const before = read();
  return () => {
    const now = read();
    return (now.busy - before.busy) / (now.all - before.all);
  };
}

async function placeWith(db: BenchDatabase, workers: number): Promise<Run> {
  const [instrument] = await newInstruments(db.owner, 1);
  const strategy = await newStrategy(db.owner);
  await newFollowers(db.owner, strategy.id, ORDERS);
  if (instrument === undefined) throw new Error('no instrument');
  await db.settle();
  const children = await Promise.all(
    Array.from({ length: workers }, () =>
      startChild(['bench/processes/worker.ts'], {
        DATABASE_URL_WORKER: db.url('lockstep_worker'),
        BENCH_ROUND_TRIP_MS: String(ROUND_TRIP_MS),
        BENCH_IN_FLIGHT: String(IN_FLIGHT),
      }),
    ),
  );
  const pipeline = await openPipeline(db);
  const held: { name: string; id: string }[] = [];
  const ctx = {
    ...pipeline.ctx,
    queue: {
      enqueue: async (_client: unknown, jobs: readonly { name: string; id: string }[]) =>
        void held.push(...jobs),
    },
  };
  const signal = await newSignal(db.owner, strategy, instrument);
  await fanOut(ctx, [signal]);
  for (const batch of chunks(
    held.splice(0).map((job) => job.id),
    500,
  )) {
    await quoteAt(db.owner, [instrument.id], 100);
    await decideDeliveries(ctx, batch);
  }
  mustEqual(held.length, ORDERS, 'orders to place');
  const cpu = cpuMeter();
  const began = performance.now();
  await pipeline.send(held);
  while ((await placed(db, signal)) < ORDERS) {
    if (performance.now() - began > WITHIN_MS) throw new Error('the orders were not placed in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const run = { perSecond: (ORDERS * 1000) / (performance.now() - began), cpu: cpu() };
  await Promise.all(children.map((child) => child.stop()));
  await pipeline.stop();
  return run;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  );
}

async function placed(db: BenchDatabase, signal: string): Promise<number> {
  const { rows } = await db.owner.query<{ n: number }>(
    `select count(*)::int as n from public.orders o join public.trades t on t.id = o.trade_id
     where t.signal_id = $1 and o.status = 'PLACED' and o.attempt = 1`,
    [signal],
  );
  return rows[0]?.n ?? 0;
}

export const workers: Row = {
  name: 'workers',
  about: '1 → 2 → 4 workers, broker round trip 60 ms, 8 calls in flight each',
  run: async (server): Promise<Figure[]> => {
    const db = await server.database();
    const alone = await placeWith(db, 1);
    const two = await placeWith(db, 2);
    const four = await placeWith(db, 4);
    await db.checkInvariants();
    await db.drop();
    const judged = (count: number, run: Run, goal: number): Figure =>
      figure({
        name: `${count} workers`,
        unit: '1/s',
        ours: run.perSecond,
        reference: alone.perSecond,
        goal: `≥ ${goal}× (CPU < 80 %)`,
        ...(run.cpu < CPU_LIMIT ? { reached: (ratio: number) => ratio >= goal } : {}),
        note: `CPU ${(run.cpu * 100).toFixed(0)} % (1 worker: ${(alone.cpu * 100).toFixed(0)} %); the broker allows ${Math.floor((count * IN_FLIGHT * 1000) / ROUND_TRIP_MS)}/s; every order sent once`,
      });
    return [judged(2, two, 1.9), judged(4, four, 3.6)];
  },
};
