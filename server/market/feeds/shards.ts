/**
 * Which symbols this worker feeds: shards of symbols, each under a lease, shared evenly among the workers.
 *
 * Entry points: `shardOf`, `ShardHolder`. Invariants: what is held is what the last answer of the database said;
 * every worker holds a lease that says it is there, with the same time to live as the shards', so that a worker
 * that is killed stops counting at the moment its shards come free.
 */
import type { Pool } from '#server/db.ts';
import { seedOf } from '../random.ts';
import {
  countLeases,
  forgetLeases,
  type Lease,
  releaseLeases,
  renewLeases,
  takeLeases,
} from './feed-store.ts';

export const SHARDS = 16;
/** A holder that is silent for this long has lost its shards, ms. */
export const LEASE_TTL_MS = 5000;

const SHARD = 'feed:';
const PRESENT = 'feed-worker:';

/** The lease's name of the shard that an instrument belongs to. */
export function shardOf(instrumentId: string): string {
  return `${SHARD}${seedOf(instrumentId) % SHARDS}`;
}

export class ShardHolder {
  readonly #pool: Pool;
  readonly #holder: string;
  #held = new Map<string, Lease>();

  constructor(pool: Pool, holder: string) {
    this.#pool = pool;
    this.#holder = holder;
  }

  /** The lease under which an instrument is fed here, or null. */
  leaseOf(instrumentId: string): Lease | null {
    return this.#held.get(shardOf(instrumentId)) ?? null;
  }

  /** Renews, takes up to this worker's share, gives back what is beyond it. Called about once a second. */
  async renew(): Promise<void> {
    const [pool, holder] = [this.#pool, this.#holder];
    await takeLeases(pool, [PRESENT + holder], holder, LEASE_TTL_MS);
    const workers = Math.max(1, await countLeases(pool, PRESENT));
    const share = Math.ceil(SHARDS / workers);
    const kept = await renewLeases(pool, [...this.#held.keys()], holder, LEASE_TTL_MS);
    this.#held = new Map(kept.map((lease) => [lease.name, lease]));
    const surplus = [...this.#held.keys()].toSorted().slice(share);
    if (surplus.length > 0) {
      for (const name of surplus) this.#held.delete(name);
      await releaseLeases(pool, surplus, holder);
    } else if (this.#held.size < share) {
      await this.#take(share - this.#held.size);
    }
  }

  /** Gives everything back, for a graceful stop. */
  async release(): Promise<void> {
    const names = [...this.#held.keys(), PRESENT + this.#holder];
    this.#held = new Map();
    await releaseLeases(this.#pool, names, this.#holder);
    await forgetLeases(this.#pool, PRESENT);
  }

  /** Tries one shard after another, from a place of its own, so that workers that start together do not collide. */
  async #take(wanted: number): Promise<void> {
    const first = seedOf(this.#holder) % SHARDS;
    const names = Array.from({ length: SHARDS }, (_, i) => `${SHARD}${(first + i) % SHARDS}`);
    const free = await this.#freeOf(names.filter((name) => !this.#held.has(name)));
    const taken = await takeLeases(this.#pool, free.slice(0, wanted), this.#holder, LEASE_TTL_MS);
    for (const lease of taken) this.#held.set(lease.name, lease);
  }

  async #freeOf(names: string[]): Promise<string[]> {
    const { rows } = await this.#pool.query<{ name: string }>(
      'select name from public.leases where name = any ($1) and expires_at > fn.clock()',
      [names],
    );
    const busy = new Set(rows.map((row) => row.name));
    return names.filter((name) => !busy.has(name));
  }
}
