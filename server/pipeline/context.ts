/** What every use case of the pipeline is given: its database, its queue, its brokers, its name. */
import type { Logger } from 'pino';
import type { BrokerRegistry } from '#server/broker/registry.ts';
import type { Pool } from '#server/db.ts';
import type { Queue } from '#server/queue.ts';

export interface PipelineContext {
  /** Log-in lockstep_worker. */
  pool: Pool;
  /** The same for calls that concern a few rows and must be quick (PoolOptions.keepsPlans); absent: the other one. */
  quick?: Pool;
  queue: Queue;
  log: Logger;
  brokers: BrokerRegistry;
  /** This worker's name, as in its heartbeat and its claims. */
  worker: string;
}
