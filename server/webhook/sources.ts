/**
 * The sources that tokens open, remembered: a sender that was seen before costs no look-up.
 *
 * Entry point: Sources. Invariants: what is remembered only reads alerts, it admits none: acceptance looks the token up again and
 * answers OUTDATED when the version differs, and then the caller looks anew; what is unknown is never remembered; bounded.
 */
import type { Pool } from '#server/db.ts';
import { Coalescer } from '#server/pipeline/1-signal/coalescer.ts';
import { findSources, type Source } from '#server/pipeline/1-signal/store.ts';

/** Sources remembered at most; then all are looked up again. */
const REMEMBERED = 10_000;

export class Sources {
  readonly #known = new Map<string, Source>();
  readonly #lookups: Coalescer<string, Source | null>;

  constructor(pool: Pool, limits: { lanes: number; batch: number; waiting: number }) {
    this.#lookups = new Coalescer({
      ...limits,
      run: async (hashes) => {
        const found = await findSources(pool, [...new Set(hashes)]);
        return hashes.map((hash) => ({ status: 'fulfilled', value: found.get(hash) ?? null }));
      },
    });
  }

  /** The source of a token's digest (hex), as remembered or looked up; null where it opens none. Rejects with Overloaded. */
  async get(tokenHash: string): Promise<Source | null> {
    return this.#known.get(tokenHash) ?? this.renew(tokenHash);
  }

  /** Looks it up now. */
  async renew(tokenHash: string): Promise<Source | null> {
    const source = await this.#lookups.submit(tokenHash);
    if (source === null) this.#known.delete(tokenHash);
    else {
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      this.#known.set(tokenHash, source);
    }
    return source;
  }
}
