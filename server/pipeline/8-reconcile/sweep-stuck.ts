/** Sets stuck work going again, by the table of ages in SQL (fn.stuck_ages). Entry point: sweepStuckWork. */
import { withTx } from '#server/db.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { sweepStuck } from './store.ts';

/** Rows that one turn takes up. */
const LIMIT = 500;

/** One turn of the sweep. Returns how many rows were stuck and how many were put before a person. */
export async function sweepStuckWork(ctx: PipelineContext): Promise<{ found: number; quarantined: number }> {
  const { found, quarantined } = await withTx(ctx.pool, async (client) => {
    const swept = await sweepStuck(client, LIMIT);
    await ctx.queue.enqueue(client, swept.jobs);
    return swept;
  });
  if (found > 0) ctx.log.warn({ found, quarantined }, 'stuck work was set going again');
  return { found, quarantined };
}
