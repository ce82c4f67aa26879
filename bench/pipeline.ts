/**
 * The pipeline inside the bench's own process: its worker log-in, its queue, its handlers, and a broker that answers at once.
 *
 * Entry points: openPipeline, instantBroker. The handlers are the product's; only the broker is not.
 */

import type { WorkerRole } from '#jobs/jobs.ts';
import { Shortcuts } from '#jobs/shortcuts.ts';
import { startJobs } from '#jobs/start-jobs.ts';
import { bossQueue, openBoss } from '#server/boss.ts';
import type { BrokerPort } from '#server/broker/port.ts';
import { createRegistry } from '#server/broker/registry.ts';
import { openPool, withTx } from '#server/db.ts';
import { createLogger } from '#server/log.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import type { Job } from '#server/queue.ts';
import type { BenchDatabase } from './server.ts';

export interface Pipeline {
  ctx: PipelineContext;
  /** Enqueues in a transaction of its own, as another process does: no shortcut is taken. */
  send: (jobs: readonly Job[]) => Promise<void>;
  /** Sets the handlers of these roles to work. */
  start: (roles: readonly WorkerRole[]) => Promise<void>;
  stop: () => Promise<void>;
}

/** Every call is answered in the same turn. `onPlace` hears of each order that reaches the broker. */
export function instantBroker(onPlace: (clientOrderId: string) => void = () => undefined): BrokerPort {
  const unknown = async () => ({ kind: 'unknown', why: 'NOT_HERE' }) as const;
  return {
    capabilities: {
      broker: 'PAPER',
      assetClasses: ['EQUITY', 'OPTION', 'CRYPTO'],
      orderTypes: ['MARKET', 'LIMIT', 'STOP'],
      timeInForce: ['DAY', 'GTC', 'IOC'],
      clientIds: true,
      missIsProof: true,
      duplicateIdRefused: true,
      fillIds: true,
      brackets: false,
      streaming: true,
      sandbox: true,
    },
    place: async (order) => {
      onPlace(order.clientOrderId);
      return { kind: 'accepted', brokerOrderId: `B-${order.clientOrderId}` };
    },
    cancel: unknown,
    getOrder: unknown,
    listOrders: unknown,
    listFills: unknown,
    positions: unknown,
    account: unknown,
    stream: async () => ({ close: async () => undefined }),
    connect: async () => ({ kind: 'ok', value: true }),
    refresh: async () => ({ kind: 'ok', value: true }),
  };
}

/** Opens the worker's context on a database. `onJobs` hears of jobs as they are enqueued, before their commit. */
export async function openPipeline(
  db: BenchDatabase,
  options: { broker?: BrokerPort; onJobs?: (jobs: readonly Job[]) => void } = {},
): Promise<Pipeline> {
  const log = createLogger('bench', process.env.BENCH_LOG ?? 'fatal', process.stderr);
  const boss = await openBoss({
    url: db.url('lockstep_worker'),
    use: 'worker',
    max: 6,
    onError: (error) => log.error({ err: error }, 'queue'),
  });
  const quick = openPool({
    url: db.url('lockstep_worker'),
    max: 6,
    name: 'bench-quick',
    stays: true,
    keepsPlans: true,
    onError: (error) => log.error({ err: error }, 'lost a connection'),
  });
  const queue = bossQueue(boss);
  const shortcuts = new Shortcuts(queue);
  const broker = options.broker ?? instantBroker();
  const ctx: PipelineContext = {
    pool: db.worker,
    quick,
    queue: {
      enqueue: async (client, jobs) => {
        await shortcuts.queue.enqueue(client, jobs);
        options.onJobs?.(jobs);
      },
    },
    log,
    brokers: createRegistry('PAPER', { PAPER: () => broker }),
    worker: 'bench',
  };
  return {
    ctx,
    send: (jobs) => withTx(db.worker, (client) => queue.enqueue(client, jobs)),
    start: async (roles) => {
      await startJobs(boss, ctx, roles);
      shortcuts.start({ ...ctx, pool: quick }, roles);
    },
    stop: async () => {
      await shortcuts.stop();
      await quick.end();
      await boss.stop({ graceful: true, timeout: 5_000 });
    },
  };
}
