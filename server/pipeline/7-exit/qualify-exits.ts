// Pending exit intents are decided: may this exit be placed now, and how?
// Entry point: qualifyExits (job exit.qualify). Invariant: an intent that somebody else decided is left alone.
import { withTx } from '#server/db.ts';
import type { PipelineContext } from '../context.ts';
import { qualify } from './store.ts';

/** Decides intents in one transaction and enqueues their orders. Returns how many jobs followed. */
export async function qualifyExits(ctx: PipelineContext, intentIds: readonly string[]): Promise<number> {
  return withTx(ctx.pool, async (client) => {
    const jobs = await qualify(client, intentIds);
    await ctx.queue.enqueue(client, jobs);
    return jobs.length;
  });
}
