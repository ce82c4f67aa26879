/**
 * Turns concurrent calls into few batches: what arrives while the lanes are busy goes together in the next one.
 * Entry point: Coalescer. Invariants: at most `lanes` batches at work, at most `waiting` items in the queue (more
 * are refused at once), every submitted item is settled exactly once.
 */

/** The queue is full: try again later. */
export class Overloaded extends Error {
  constructor() {
    super('too many requests are waiting');
    this.name = 'Overloaded';
  }
}

export interface CoalescerOptions<Item, Result> {
  /** Settles a batch: one result per item, in order. A rejection rejects every item of it. */
  run: (items: Item[]) => Promise<PromiseSettledResult<Result>[]>;
  lanes: number;
  batch: number;
  waiting: number;
  /**
   * While many come together, a batch of less than half of the usual size waits this long (ms) for more: those who were just answered
   * send their next. Absent: never.
   */
  gatherMs?: number;
}

/** How much the newest batch counts in what is usual. */
const NEWEST = 0.5;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (value: Result) => void;
  reject: (reason: unknown) => void;
}

export class Coalescer<Item, Result> {
  readonly #options: CoalescerOptions<Item, Result>;
  readonly #queue: Waiting<Item, Result>[] = [];
  #busy = 0;
  /** Items of a batch, lately. */
  #usual = 0;
  #gathering: NodeJS.Timeout | null = null;

  constructor(options: CoalescerOptions<Item, Result>) {
    this.#options = options;
  }

  /** Items that wait or are at work in a batch that waits for its lane. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** The item's own result. Rejects with Overloaded when the queue is full. */
  submit(item: Item): Promise<Result> {
    if (this.#queue.length >= this.#options.waiting) return Promise.reject(new Overloaded());
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#queue.push({ item, resolve, reject });
    // In the next turn, so that what arrives in this one goes in the same batch.
    if (this.#busy < this.#options.lanes) setImmediate(() => this.#pump());
    return promise;
  }

  #pump(): void {
    const { lanes, batch: most, gatherMs = 0 } = this.#options;
    while (this.#busy < lanes && this.#queue.length > 0) {
      if (gatherMs > 0 && this.#queue.length < this.#usual / 2) {
        this.#gather(gatherMs);
        return;
      }
      const batch = this.#queue.splice(0, most);
      this.#usual += (batch.length - this.#usual) * NEWEST;
      this.#busy += 1;
      void this.#settle(batch).finally(() => {
        this.#busy -= 1;
        this.#pump();
      });
    }
  }

  /** Waits once; then whatever is there goes. */
  #gather(ms: number): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null;
      this.#usual = this.#queue.length;
      this.#pump();
    }, ms);
  }

  async #settle(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(batch.map((entry) => entry.item));
      for (const [index, entry] of batch.entries()) {
        const result = results[index];
        if (result === undefined) entry.reject(new Error('the batch has no result for this item'));
        else if (result.status === 'fulfilled') entry.resolve(result.value);
        else entry.reject(result.reason);
      }
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
  }
}
