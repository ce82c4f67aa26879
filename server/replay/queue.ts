/**
 * The queue of a replay: jobs wait in memory and run one at a time, in the order (time, stage, arrival).
 *
 * Entry point: `ReplayQueue`. Implements `Queue`. Invariants: jobs become visible only when the transaction that
 * enqueued them has committed (`take` is called between handlers, never inside one); a waiting job of the same
 * name and key, or the same name and row at the same time, is there once; the order depends on nothing outside.
 */
import type { Client } from '#server/db.ts';
import type { Job, Queue } from '#server/queue.ts';
import type { QueueName } from '#server/queues.ts';

interface Waiting {
  readonly job: Job;
  /** Simulated time at which it may run, ms. */
  readonly at: number;
  readonly stage: number;
  readonly order: number;
}

/** The stage at which each queue's jobs run, among those that are due at the same moment. */
const STAGE: Readonly<Record<QueueName, number>> = {
  'signal.apply': 1,
  'signal.fanout': 2,
  'delivery.decide': 3,
  'order.cancel': 4,
  'exit.qualify': 5,
  'order.place': 6,
  'order.refresh': 7,
};

export class ReplayQueue implements Queue {
  readonly #now: () => number;
  #waiting: Waiting[] = [];
  #arrivals = 0;

  /** @param now the simulated time, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  async enqueue(_client: Client, jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
      const stage = STAGE[job.name as QueueName];
      if (stage === undefined) throw new Error(`a job of a name that no stage has: ${job.name}`);
      const at = this.#now() + (job.after_ms ?? 0);
      const isWaiting = this.#waiting.some(
        ({ job: other, at: theirs }) =>
          other.name === job.name &&
          (job.key === undefined ? other.id === job.id && theirs <= at : other.key === job.key),
      );
      if (isWaiting) continue;
      this.#arrivals += 1;
      this.#waiting.push({ job, at, stage, order: this.#arrivals });
    }
  }

  /** When the next job is due, ms; null when none waits. */
  nextAt(): number | null {
    return this.#waiting.reduce<number | null>(
      (least, { at }) => (least === null || at < least ? at : least),
      null,
    );
  }

  /** Takes the jobs of the first stage that has any due at `now` (ms): its name and rows. Null when none is due. */
  take(now: number): { name: string; ids: string[] } | null {
    const due = this.#waiting
      .filter(({ at }) => at <= now)
      .toSorted((a, b) => a.stage - b.stage || a.at - b.at || a.order - b.order);
    const first = due[0];
    if (first === undefined) return null;
    const taken = due.filter(({ stage }) => stage === first.stage);
    this.#waiting = this.#waiting.filter((one) => !taken.includes(one));
    return { name: first.job.name, ids: taken.map(({ job }) => job.id) };
  }
}
