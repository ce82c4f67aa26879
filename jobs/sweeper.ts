/**
 * Work by the clock: every sweep runs in one worker at a time, held by a lease, and again in another within seconds when
 * that worker is gone. A sweep that is still running is never started twice. Entry point: startSweeps.
 */
import type { Logger } from 'pino';

export interface Sweep {
  name: string;
  everyMs: number;
  run: () => Promise<unknown>;
}

export interface SweeperOptions {
  sweeps: readonly Sweep[];
  log: Logger;
  /** Takes or keeps the lease of this name for so many milliseconds; false when another worker holds it. */
  hold: (name: string, ttlMs: number) => Promise<boolean>;
}

/** A lease outlives this many missed turns, and at least {@link LEASE_FLOOR_MS}. */
const LEASE_TURNS = 3;
const LEASE_FLOOR_MS = 5_000;

/** Starts the timers; the returned function stops them and waits for what is under way. */
export function startSweeps({ sweeps, log, hold }: SweeperOptions): () => Promise<void> {
  const stop = new AbortController();
  const loops = sweeps.map((sweep) => loop(sweep, stop.signal));
  return async () => {
    stop.abort();
    await Promise.all(loops);
  };

  async function loop(sweep: Sweep, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      try {
        const ttl = Math.max(sweep.everyMs * LEASE_TURNS, LEASE_FLOOR_MS);
        if (await hold(`sweep:${sweep.name}`, ttl)) await sweep.run();
      } catch (error) {
        log.error({ err: error, sweep: sweep.name }, 'a sweep failed; it runs again at its next turn');
      }
      await pause(Math.max(0, sweep.everyMs - (performance.now() - began)), signal);
    }
  }
}

/** Waits, or returns at once when stopped. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
