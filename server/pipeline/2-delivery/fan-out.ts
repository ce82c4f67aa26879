// A published entry becomes one delivery per account that follows its strategy.
// Entry points: fanOut (job signal.fanout), sweepLateDeliveries (sweep). Invariant: one transaction per signal;
// killed half-way it leaves nothing, repeated it does nothing.
import { withTx } from '#server/db.ts';
import type { PipelineContext } from '../context.ts';
import { fanOutSignal, sweepDeliveries } from './store.ts';

/** Rows of each kind that one sweep takes up. */
const SWEEP_LIMIT = 500;

/** Fans signals out, one after the other, and enqueues their decisions. Returns the number of new deliveries. */
export async function fanOut(ctx: PipelineContext, signalIds: readonly string[]): Promise<number> {
  let made = 0;
  for (const signalId of signalIds) {
    made += await withTx(ctx.pool, async (client) => {
      const { deliveries, jobs } = await fanOutSignal(client, signalId);
      await ctx.queue.enqueue(client, jobs);
      return deliveries;
    });
  }
  return made;
}

/** Finds deliveries past their allowed age and sets them going again, or expires them. */
export async function sweepLateDeliveries(ctx: PipelineContext): Promise<{ expired: number; woken: number }> {
  return withTx(ctx.pool, async (client) => {
    const { expired, woken, jobs } = await sweepDeliveries(client, SWEEP_LIMIT);
    await ctx.queue.enqueue(client, jobs);
    return { expired, woken };
  });
}
