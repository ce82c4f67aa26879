/**
 * What may go wrong with a call to a broker, and when: the plan of a drill.
 *
 * Entry points: `FaultPlan` (queued and standing faults), `seededPlan` (by probability, repeatable). Pure: the same plan
 * and the same calls give the same faults; nothing here reads a clock or draws a random number.
 */
import { createHash } from 'node:crypto';

export type Operation =
  | 'place'
  | 'cancel'
  | 'getOrder'
  | 'listOrders'
  | 'listFills'
  | 'positions'
  | 'account';

/**
 * LOST_REQUEST: the venue never sees the call, the caller gets no answer.
 * LOST_ANSWER: the venue acts, the answer is lost.
 * REFUSED: the venue is not asked; a cancel is refused as not cancellable, a placement as rejected by the venue.
 * EMPTY: a list answers nothing, as if that were the truth.
 */
export type Fault = 'LOST_REQUEST' | 'LOST_ANSWER' | 'REFUSED' | 'EMPTY';

/** Decides the fault of the n-th call (from 1) of an operation; undefined: the call goes through. */
export type FaultSource = (operation: Operation, n: number) => Fault | undefined;

export class FaultPlan {
  readonly #queued = new Map<Operation, Fault[]>();
  readonly #standing = new Map<Operation, Fault>();
  readonly #calls = new Map<Operation, number>();
  #source: FaultSource;

  constructor(source: FaultSource = () => undefined) {
    this.#source = source;
  }

  /** The next `times` calls of the operation that have no fault yet get this one. */
  next(operation: Operation, fault: Fault, times = 1): void {
    const queue = this.#queued.get(operation) ?? [];
    for (let n = 0; n < times; n += 1) queue.push(fault);
    this.#queued.set(operation, queue);
  }

  /** Every call of the operation fails so, until healed. */
  always(operation: Operation, fault: Fault): void {
    this.#standing.set(operation, fault);
  }

  /** From now on every call goes through, until new faults are queued. */
  heal(): void {
    this.#queued.clear();
    this.#standing.clear();
    this.#source = () => undefined;
  }

  /** Takes the fault of one call: queued ones first, then standing ones, then the source's. */
  take(operation: Operation): Fault | undefined {
    const n = (this.#calls.get(operation) ?? 0) + 1;
    this.#calls.set(operation, n);
    return (
      this.#queued.get(operation)?.shift() ?? this.#standing.get(operation) ?? this.#source(operation, n)
    );
  }

  /** How often the operation was called. */
  calls(operation: Operation): number {
    return this.#calls.get(operation) ?? 0;
  }
}

/** Probabilities of faults by operation; those of one operation add up to at most 1. */
export type FaultRates = Readonly<Partial<Record<Operation, Readonly<Partial<Record<Fault, number>>>>>>;

/** A source that draws by probability from the hash of (seed, operation, n). */
export function seededPlan(seed: string, rates: FaultRates): FaultPlan {
  return new FaultPlan((operation, n) => {
    const drawn = createHash('sha256').update(`${seed}|${operation}|${n}`).digest().readUInt32BE(0) / 2 ** 32;
    let below = 0;
    for (const [fault, rate] of Object.entries(rates[operation] ?? {})) {
      below += rate;
      if (drawn < below) return fault as Fault;
    }
    return undefined;
  });
}
