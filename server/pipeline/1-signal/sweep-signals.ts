/**
 * Signals past their time: entries nobody acted on expire, and those whose jobs were lost are set going again.
 * Entry point: sweepSignals (sweep signal.expire). Invariant: repeating it changes nothing.
 */
import { one, withTx } from '#server/db.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { jobsOf } from '#server/queue.ts';

/** Signals that one turn sets going again. */
const LIMIT = 200;

/** One turn. Returns how many jobs were enqueued again. */
export async function sweepSignals(ctx: Pick<PipelineContext, 'pool' | 'queue'>): Promise<number> {
  await withTx(ctx.pool, (client) => client.query('select fn.signals_expire()'));
  return withTx(ctx.pool, async (client) => {
    const { jobs } = await one<{ jobs: unknown }>(client, 'select fn.signals_stuck($1) as jobs', [LIMIT]);
    const again = jobsOf(jobs);
    await ctx.queue.enqueue(client, again);
    return again.length;
  });
}
