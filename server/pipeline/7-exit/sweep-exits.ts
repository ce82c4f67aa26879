// The safety net under the trigger book, every second: what it missed, wishes not yet done, FLATTEN, waiting intents,
// limits that rested long enough, entries under a halt, and the list of unprotected positions.
// Entry point: sweepExits (sweep exit.sweep). Invariant: each step is its own short transaction; repeating one is harmless.
import { type Client, withTx } from '#server/db.ts';
import type { Job } from '#server/queue.ts';
import type { PipelineContext } from '../context.ts';
import { type Raised, refreshUnprotected, sweep, sweepHaltedEntries, sweepRested } from './store.ts';

/** Trades locked by one transaction of the sweep. */
const LIMIT = 200;
/** Passes of one run at most. */
const MAX_PASSES = 500;

/** One run of every step. Returns the exits that were raised. */
export async function sweepExits(ctx: PipelineContext): Promise<Raised[]> {
  const all: Raised[] = [];
  let after: string | null = null;
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const { raised, next } = await step(ctx, (client) => sweep(client, LIMIT, after));
    all.push(...raised);
    if (next === null) break;
    after = next;
  }
  await step(ctx, async (client) => ({ jobs: await sweepRested(client, LIMIT) }));
  await step(ctx, async (client) => ({ jobs: await sweepHaltedEntries(client, LIMIT) }));
  await withTx(ctx.pool, (client) => refreshUnprotected(client, LIMIT));
  return all;
}

async function step<T extends { jobs: Job[] }>(
  ctx: PipelineContext,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  return withTx(ctx.pool, async (client) => {
    const done = await work(client);
    await ctx.queue.enqueue(client, done.jobs);
    return done;
  });
}
