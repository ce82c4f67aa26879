/**
 * Turns whatever happens to a venue's call into an outcome: the value, or `unknown` with a reason.
 *
 * Entry points: `answered`, `unknown`. Invariant: never rejects, and answers as soon as the signal fires; what the
 * call does afterwards is ignored, since the venue may still have acted on it.
 */
import type { Unknown } from './port.ts';

/** Longest reason that is kept: it ends up in a row. */
const WHY_LENGTH = 200;

/** An unknown outcome; `why` is cut to one short line. */
export function unknown(why: string): Unknown {
  return { kind: 'unknown', why: why.replace(/\s+/g, ' ').slice(0, WHY_LENGTH) };
}

/** The reason of a failed call: its code (ECONNRESET, 57P01, …) where it has one, and its message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  return `${code}${error.message}`;
}

/**
 * Runs `work` and answers its value, `TIMEOUT` once the signal fires, or the reason why it failed.
 * A signal that fired already leaves `work` unsent.
 */
export async function answered<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T | Unknown> {
  if (signal?.aborted) return unknown('TIMEOUT');
  const settled = work().catch((error: unknown) => unknown(reasonOf(error)));
  if (signal === undefined) return settled;
  let stop = () => {};
  const aborted = new Promise<Unknown>((resolve) => {
    const onAbort = () => resolve(unknown('TIMEOUT'));
    signal.addEventListener('abort', onAbort, { once: true });
    stop = () => signal.removeEventListener('abort', onAbort);
  });
  return Promise.race([settled, aborted]).finally(stop);
}
