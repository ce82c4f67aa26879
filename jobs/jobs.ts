/**
 * The registry of jobs: which use case a queue runs, and how. A table of contents: payloads are ids, rows decide.
 */
import { applySignals } from '#server/pipeline/1-signal/apply-signal.ts';
import { fanOut } from '#server/pipeline/2-delivery/fan-out.ts';
import { decideDeliveries } from '#server/pipeline/3-intent/decide.ts';
import { cancelOrders } from '#server/pipeline/4-order/cancel-order.ts';
import { placeOrders } from '#server/pipeline/4-order/place-order.ts';
import { resolveOrders } from '#server/pipeline/4-order/resolve-order.ts';
import { qualifyExits } from '#server/pipeline/7-exit/qualify-exits.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import type { QueueName } from '#server/queues.ts';

/** Which part of the work a process takes on (WORKER_ROLES). */
export type WorkerRole = 'feed' | 'strategy' | 'pipeline' | 'execution' | 'operations';

export interface JobDefinition {
  name: QueueName;
  role: WorkerRole;
  /** Jobs taken at once. */
  batch: number;
  /** Batches at work at once, in this process. */
  concurrency: number;
  run: (ctx: PipelineContext, ids: string[]) => Promise<unknown>;
}

/** Decisions lock their accounts, so a batch is bounded by what one transaction may hold. */
const BATCH = 500;
/** What is claimed waits for its turn at the broker: small enough that other workers find some, and that exits come soon. */
const PLACE_BATCH = 100;

export const JOBS: readonly JobDefinition[] = [
  { name: 'signal.apply', role: 'pipeline', batch: 20, concurrency: 1, run: applySignals },
  { name: 'signal.fanout', role: 'pipeline', batch: 20, concurrency: 1, run: fanOut },
  { name: 'delivery.decide', role: 'pipeline', batch: BATCH, concurrency: 2, run: decideDeliveries },
  { name: 'exit.qualify', role: 'execution', batch: BATCH, concurrency: 1, run: qualifyExits },
  { name: 'order.place', role: 'execution', batch: PLACE_BATCH, concurrency: 2, run: placeOrders },
  { name: 'order.cancel', role: 'execution', batch: BATCH, concurrency: 1, run: cancelOrders },
  { name: 'order.refresh', role: 'execution', batch: BATCH, concurrency: 1, run: resolveOrders },
];
