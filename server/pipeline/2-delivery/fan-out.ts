// A published entry becomes one delivery per account that follows its strategy.
// Entry points: fanOut (job signal.fanout), sweepLateDeliveries (sweep). Invariant: an account gets one delivery, however
// often it runs; killed half-way it goes on where it was.
import { withTx } from '#server/db.ts';
import type { PipelineContext } from '../context.ts';
import { fanOutSignal, sweepDeliveries } from './store.ts';

/** Accounts of the first step, how much larger each following one is, and of the largest. */
const FIRST_STEP = 20;
const STEP_GROWTH = 10;
const LARGEST_STEP = 5_000;
/** Rows of each kind that one sweep takes up. */
const SWEEP_LIMIT = 500;

/** Fans signals out, one after the other, and enqueues their decisions. Returns the number of new deliveries. */
export async function fanOut(ctx: PipelineContext, signalIds: readonly string[]): Promise<number> {
  let made = 0;
  for (const signalId of signalIds) made += await fanOutInSteps(ctx, signalId);
  return made;
}

/** Each step commits, so that the first accounts are decided and sent while the last are still being delivered to. */
async function fanOutInSteps(ctx: PipelineContext, signalId: string): Promise<number> {
  let made = 0;
  for (let limit = FIRST_STEP; ; limit = Math.min(limit * STEP_GROWTH, LARGEST_STEP)) {
    const step = await withTx(ctx.pool, async (client) => {
      const out = await fanOutSignal(client, signalId, limit);
      await ctx.queue.enqueue(client, out.jobs);
      return out;
    });
    made += step.deliveries;
    if (step.done) return made;
  }
}

/** Finds deliveries past their allowed age and sets them going again, or expires them. */
export async function sweepLateDeliveries(ctx: PipelineContext): Promise<{ expired: number; woken: number }> {
  return withTx(ctx.pool, async (client) => {
    const { expired, woken, jobs } = await sweepDeliveries(client, SWEEP_LIMIT);
    await ctx.queue.enqueue(client, jobs);
    return { expired, woken };
  });
}
