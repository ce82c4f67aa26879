/**
 * One call to a broker: bounded in time, never throwing because of the venue, and several at once within limits.
 *
 * Entry points: callBroker, runLimited, coalesce. Invariants: no transaction is open during a call; a call that does not
 * answer in time is unknown, never repeated; the order of the items is the order in which they are started.
 */
import type { BrokerPort, Unknown } from '#server/broker/port.ts';
import { BrokerUnavailable } from '#server/broker/registry.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';

/** How long a broker may take to answer (ms). */
const CALL_TIMEOUT_MS = 10_000;
/** After the signal fired, an adapter has this long to say so itself (ms). */
const GRACE_MS = 500;
/** Calls in flight: of this batch, and of one account. */
const CALLS_AT_ONCE = 16;
const CALLS_PER_ACCOUNT = 4;

/** Nothing was sent: no adapter, or the mode forbids it. */
export interface Unavailable {
  kind: 'unavailable';
  code: string;
  sentence: string;
}

export interface Account {
  user_broker_id: string;
  broker: string;
}

/** Runs `work` against the account's port with a time limit; what it throws or does not answer is `unknown`. */
export async function callBroker<T>(
  ctx: PipelineContext,
  account: Account,
  work: (port: BrokerPort, signal: AbortSignal) => Promise<T>,
): Promise<T | Unknown | Unavailable> {
  let port: BrokerPort;
  try {
    port = ctx.brokers.brokerFor({ id: account.user_broker_id, broker: account.broker });
  } catch (error) {
    if (!(error instanceof BrokerUnavailable)) throw error;
    return { kind: 'unavailable', code: error.code, sentence: error.message };
  }
  const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Unknown>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'unknown', why: 'TIMEOUT' }), CALL_TIMEOUT_MS + GRACE_MS);
  });
  try {
    return await Promise.race([work(port, signal), late]);
  } catch (error) {
    ctx.log.warn({ err: error, user_broker_id: account.user_broker_id }, 'a broker adapter threw');
    return { kind: 'unknown', why: 'ADAPTER_ERROR' };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs `work` over the items, so many at once in all and per account. Throws the first failure after all have ended. */
export async function runLimited<T extends Account>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const busy = new Map<string, number>();
  const failures: unknown[] = [];
  const next = (): T | undefined => {
    const at = waiting.findIndex((item) => (busy.get(item.user_broker_id) ?? 0) < CALLS_PER_ACCOUNT);
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  };
  const lane = async (): Promise<void> => {
    for (let item = next(); item !== undefined; item = next()) {
      const key = item.user_broker_id;
      busy.set(key, (busy.get(key) ?? 0) + 1);
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      } finally {
        busy.set(key, (busy.get(key) ?? 1) - 1);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CALLS_AT_ONCE, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
}

/** Collects what is added while a flush is under way and flushes it together. `done` waits for all, throwing the first failure. */
export function coalesce<T>(flush: (batch: T[]) => Promise<unknown>): {
  add(item: T): void;
  done(): Promise<void>;
} {
  let waiting: T[] = [];
  let running: Promise<void> | null = null;
  const failures: unknown[] = [];
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await flush(batch).catch((error: unknown) => failures.push(error));
    }
    running = null;
  };
  return {
    add(item) {
      waiting.push(item);
      running ??= Promise.resolve().then(run);
    },
    async done() {
      while (running !== null) await running;
      if (failures.length > 0) throw failures[0];
    },
  };
}
