/**
 * A worker of the bench that only executes, at a broker with a round trip of BENCH_ROUND_TRIP_MS and BENCH_IN_FLIGHT calls at
 * once. Prints `ready`; on SIGTERM it stops in order.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startJobs } from '#jobs/start-jobs.ts';
import { bossQueue, openBoss } from '#server/boss.ts';
import { createRegistry } from '#server/broker/registry.ts';
import { openPool } from '#server/db.ts';
import { createLogger } from '#server/log.ts';
import { instantBroker } from '../pipeline.ts';

const roundTripMs = Number(process.env.BENCH_ROUND_TRIP_MS);
const log = createLogger('bench-worker', 'error', process.stderr);
const url = process.env.DATABASE_URL_WORKER ?? '';
const onError = (error: Error) => log.error({ err: error }, 'lost a connection');
const pool = openPool({ url, max: 12, name: 'bench-worker', onError });
const boss = await openBoss({ url, use: 'worker', max: 6, onError });

let free = Number(process.env.BENCH_IN_FLIGHT);
const waiting: (() => void)[] = [];
const instant = instantBroker();
const broker = {
  ...instant,
  place: async (...call: Parameters<typeof instant.place>) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    await sleep(roundTripMs);
    const next = waiting.shift();
    if (next) next();
    else free += 1;
    return instant.place(...call);
  },
};

const ctx = {
  pool,
  queue: bossQueue(boss),
  log,
  brokers: createRegistry('PAPER', { PAPER: () => broker }),
  worker: `bench-${process.pid}`,
};
await startJobs(boss, ctx, ['execution']);
process.stdout.write('ready\n');
const stop = async () => {
  await boss.stop({ graceful: true, timeout: 5_000 });
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('disconnect', () => void stop());
