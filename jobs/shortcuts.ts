/**
 * The short way to the next step: what a committed transaction enqueued is begun at once in the process that committed it.
 *
 * Entry point: Shortcuts. The job is a row all the same and reaches a worker through the queue; whoever comes second finds the
 * row done and does nothing. So a shortcut may fail, be skipped or be lost with its process: it only saves the hop.
 * Invariants: begun after the commit, never before; few jobs at a time and few batches at once, so that a crowd goes through
 * the queue, where other workers share it; only queues that this process works on.
 */
import { onCommit } from '#server/db.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import type { Job, Queue } from '#server/queue.ts';
import { JOBS, type WorkerRole } from './jobs.ts';

/** Jobs of one queue that take the short way together; more go through the queue alone. */
const MOST_JOBS = 20;
/** Batches under way per queue. */
const MOST_AT_ONCE = 2;

export class Shortcuts {
  readonly #queue: Queue;
  readonly #running = new Map<string, Set<Promise<unknown>>>();
  #work: { ctx: PipelineContext; roles: readonly WorkerRole[] } | null = null;

  constructor(queue: Queue) {
    this.#queue = queue;
  }

  /** The queue for the pipeline's context. */
  readonly queue: Queue = {
    enqueue: async (client, jobs) => {
      await this.#queue.enqueue(client, jobs);
      const now = jobs.filter((job) => job.after_ms === undefined);
      if (now.length > 0 && now.length <= MOST_JOBS) onCommit(client, () => this.#begin(now));
    },
  };

  /** From now on, for the queues of these roles. */
  start(ctx: PipelineContext, roles: readonly WorkerRole[]): void {
    this.#work = { ctx, roles };
  }

  /** Begins nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#work = null;
    await Promise.allSettled([...this.#running.values()].flatMap((batches) => [...batches]));
  }

  #begin(jobs: readonly Job[]): void {
    for (const [name, batch] of Map.groupBy(jobs, (job) => job.name)) this.#beginOne(name, batch);
  }

  #beginOne(name: string, jobs: readonly Job[]): void {
    const work = this.#work;
    const definition = JOBS.find((one) => one.name === name);
    if (work === null || definition === undefined || !work.roles.includes(definition.role)) return;
    const running = this.#running.get(name) ?? new Set();
    this.#running.set(name, running);
    if (running.size >= MOST_AT_ONCE) return;
    const batch = definition
      .run(
        work.ctx,
        jobs.map((job) => job.id),
      )
      .catch((error: unknown) =>
        work.ctx.log.debug({ err: error, queue: name }, 'a shortcut failed; the queue has the job'),
      )
      .finally(() => running.delete(batch));
    running.add(batch);
  }
}
