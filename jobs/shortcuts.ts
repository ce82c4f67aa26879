/**
 * The short way to the next step: what a committed transaction enqueued is begun at once in the process that committed it.
 *
 * Entry point: Shortcuts. The job is a row all the same, only later by {@link HEAD_START_MS}: if its shortcut was lost with the process
 * or failed, a worker takes it then; otherwise it finds the row done and does nothing. (Both at once, the queue's look and the shortcut
 * did every step twice and waited for each other's locks: 40 ms from alert to order instead of 20.)
 * Invariants: begun after the commit, never before; few jobs at a time and few batches at once, so that a crowd goes through
 * the queue, where other workers share it; only queues that this process works on.
 */
import { type Client, onEnd } from '#server/db.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import type { Job, Queue } from '#server/queue.ts';
import { JOBS, type WorkerRole } from './jobs.ts';

/** Jobs of one queue that take the short way together; more go through the queue alone. */
const MOST_JOBS = 20;
/** Batches under way or about to begin, per queue. */
const MOST_AT_ONCE = 2;
/** By this much the queue leaves a job to its shortcut (ms); longer than a step takes, short for a stop whose process died. */
const HEAD_START_MS = 1_000;

export class Shortcuts {
  readonly #queue: Queue;
  readonly #taken = new Map<string, number>();
  readonly #running = new Set<Promise<unknown>>();
  #work: { ctx: PipelineContext; roles: readonly WorkerRole[] } | null = null;

  constructor(queue: Queue) {
    this.#queue = queue;
  }

  /** The queue for the pipeline's context. */
  readonly queue: Queue = {
    enqueue: async (client, jobs) => {
      const rows: Job[] = [];
      for (const [name, batch] of Map.groupBy(jobs, (job) => job.name)) {
        const short = this.#take(client, name, batch);
        rows.push(...(short ? batch.map((job) => ({ ...job, after_ms: HEAD_START_MS })) : batch));
      }
      await this.#queue.enqueue(client, rows);
    },
  };

  /** From now on, for the queues of these roles. The context's pool is for calls of a few rows (PoolOptions.keepsPlans). */
  start(ctx: PipelineContext, roles: readonly WorkerRole[]): void {
    this.#work = { ctx, roles };
  }

  /** Begins nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#work = null;
    await Promise.allSettled([...this.#running]);
  }

  /** Whether this batch goes the short way: then it begins when the client's transaction has committed. */
  #take(client: Client, name: string, jobs: readonly Job[]): boolean {
    const definition = JOBS.find((one) => one.name === name);
    const taken = this.#taken.get(name) ?? 0;
    if (this.#work === null || definition === undefined || !this.#work.roles.includes(definition.role))
      return false;
    if (jobs.length > MOST_JOBS || taken >= MOST_AT_ONCE || jobs.some((job) => job.after_ms !== undefined))
      return false;
    const begins = onEnd(client, (committed) => {
      const running = committed ? this.#run(definition.run, name, jobs) : Promise.resolve();
      void running.finally(() => this.#taken.set(name, (this.#taken.get(name) ?? 1) - 1));
    });
    if (begins) this.#taken.set(name, taken + 1);
    return begins;
  }

  async #run(
    run: (ctx: PipelineContext, ids: string[]) => Promise<unknown>,
    name: string,
    jobs: readonly Job[],
  ): Promise<void> {
    const work = this.#work;
    if (work === null) return;
    const running = run(
      work.ctx,
      jobs.map((job) => job.id),
    ).catch((error: unknown) =>
      work.ctx.log.debug({ err: error, queue: name }, 'a shortcut failed; the queue has the job'),
    );
    this.#running.add(running);
    await running;
    this.#running.delete(running);
  }
}
