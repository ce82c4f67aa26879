/** The reference of latencies: one hop of the queue, from a transaction that enqueues to the handler that gets the job. */
import { PgBoss } from 'pg-boss';
import { bossQueue, openBoss } from '#server/boss.ts';
import { withTx } from '#server/db.ts';
import { QUEUE_SETTINGS } from '#server/queues.ts';
import { soon } from '../measure.ts';
import type { BenchDatabase } from '../server.ts';

const QUEUE = 'bench.hop';
const ID = '00000000-0000-7000-8000-000000000000';

export interface Hop {
  /** Milliseconds of one hop. */
  once: () => Promise<number>;
  stop: () => Promise<void>;
}

/** A queue with the settings of the product's, and a worker that does nothing. */
export async function openHop(db: BenchDatabase): Promise<Hop> {
  const owner = new PgBoss({
    connectionString: db.url('owner'),
    max: 1,
    migrate: false,
    schedule: false,
    supervise: false,
  });
  owner.on('error', () => undefined);
  await owner.start();
  await owner.createQueue(QUEUE, QUEUE_SETTINGS);
  await owner.stop({ graceful: false });
  const boss = await openBoss({
    url: db.url('lockstep_worker'),
    use: 'worker',
    max: 4,
    onError: () => undefined,
  });
  let arrived: () => void = () => undefined;
  await boss.work(QUEUE, { pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 2 }, async () =>
    arrived(),
  );
  const queue = bossQueue(boss);
  return {
    once: async () => {
      const got = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const began = performance.now();
      await withTx(db.worker, (client) => queue.enqueue(client, [{ name: QUEUE, id: ID }]));
      await soon(got, 10_000, 'a hop of the queue');
      return performance.now() - began;
    },
    stop: () => boss.stop({ graceful: true, timeout: 2_000 }),
  };
}
