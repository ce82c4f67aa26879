/**
 * The ceiling of a token: ten times its limit of entries, whatever it sends. It keeps one sender from filling the
 * process; the limit itself is kept in the database, so several processes share that one and not this.
 */

/** Requests per entry that the source's limit allows. */
export const CEILING_FACTOR = 10;
const MINUTE_MS = 60_000;
const SOURCES_KEPT = 10_000;

export class Ceiling {
  readonly #counts = new Map<string, { minute: number; count: number }>();

  /** Counts a request; answers the seconds to wait, or 0 when it may pass. `now` in milliseconds. */
  wait(sourceId: string, entriesPerMinute: number, now: number): number {
    const minute = Math.floor(now / MINUTE_MS);
    const seen = this.#counts.get(sourceId);
    const count = seen?.minute === minute ? seen.count + 1 : 1;
    if (this.#counts.size >= SOURCES_KEPT) this.#counts.clear();
    this.#counts.set(sourceId, { minute, count });
    if (count <= entriesPerMinute * CEILING_FACTOR) return 0;
    return Math.max(1, Math.ceil(((minute + 1) * MINUTE_MS - now) / 1000));
  }
}
