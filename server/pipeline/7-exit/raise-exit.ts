// What the trigger book proposes becomes exit signals with pending intents, in one transaction per batch.
// Entry point: raiseExits. Invariant: Postgres decides; a proposal that no longer holds does nothing.
import { withTx } from '#server/db.ts';
import type { PipelineContext } from '../context.ts';
import { type Raised, raise } from './store.ts';
import type { Proposal } from './trigger-book.ts';

/** Proposals of one transaction: each locks a trade until it commits. */
const BATCH = 1_000;
/** Up to so many go the quick way. */
const FEW = 20;

/** Raises exits from proposals and enqueues their qualification. Returns what was raised. */
export async function raiseExits(ctx: PipelineContext, proposals: readonly Proposal[]): Promise<Raised[]> {
  const all: Raised[] = [];
  const pool = proposals.length <= FEW ? (ctx.quick ?? ctx.pool) : ctx.pool;
  for (let from = 0; from < proposals.length; from += BATCH) {
    const raised = await withTx(pool, async (client) => {
      const done = await raise(client, proposals.slice(from, from + BATCH));
      await ctx.queue.enqueue(client, done.jobs);
      return done.raised;
    });
    all.push(...raised);
  }
  return all;
}
