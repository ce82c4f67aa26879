/**
 * Applies signals to what came before them, 500 accounts a transaction. Entry point: applySignals (job signal.apply).
 * Invariant: words of one strategy and instrument are applied in the order of their acceptance; running it twice,
 * or at the same time as another worker, changes nothing (the rows decide).
 */
import { withTx } from '#server/db.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import type { Applied } from './store.ts';
import { applyChunk } from './store.ts';

/** Accounts per transaction. */
export const APPLY_CHUNK = 500;

type ApplyContext = Pick<PipelineContext, 'pool' | 'queue'>;

function chunk(ctx: ApplyContext, signalId: string): Promise<Applied> {
  return withTx(ctx.pool, async (client) => {
    const applied = await applyChunk(client, signalId, APPLY_CHUNK);
    await ctx.queue.enqueue(client, applied.jobs);
    return applied;
  });
}

async function applyOne(ctx: ApplyContext, signalId: string): Promise<void> {
  for (;;) {
    const applied = await chunk(ctx, signalId);
    // `before` is the oldest one that is left: nothing comes before that, so this goes one level deep.
    if (applied.before !== null) await applyOne(ctx, applied.before);
    else if (applied.done) return;
  }
}

/** Applies each signal completely, newest first: that often covers the older ones. Throws on database errors. */
export async function applySignals(ctx: ApplyContext, signalIds: readonly string[]): Promise<void> {
  for (const id of [...signalIds].sort().reverse()) await applyOne(ctx, id);
}
