/**
 * The schedule of live orders: what lost its sender, what is due to be asked about, what rests at an old price.
 *
 * Entry points: checkLiveOrders (sweep order.reconcile, and at a worker's start), checkAccount (after a stream's gap).
 */
import { withTx } from '#server/db.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { resolveOrders } from './resolve-order.ts';
import { dueNow, dueOrders, lostOrders, repriceEntries } from './store.ts';

/** Orders of each kind that one turn takes up. */
const LIMIT = 200;

/** One turn. Returns how many orders lost their sender, were looked at for a new price, and were asked about. */
export async function checkLiveOrders(
  ctx: PipelineContext,
): Promise<{ lost: number; repriced: number; asked: number }> {
  const jobs = await withTx(ctx.pool, async (client) => {
    const lost = await lostOrders(client, LIMIT);
    await ctx.queue.enqueue(client, lost);
    return lost;
  });
  const repriced = await withTx(ctx.pool, async (client) => {
    const moved = await repriceEntries(client, LIMIT);
    await ctx.queue.enqueue(client, moved);
    return moved;
  });
  const due = await dueOrders(ctx.pool, LIMIT);
  return { lost: jobs.length, repriced: repriced.length, asked: await resolveOrders(ctx, due) };
}

/** Asks about all live orders of an account at once. */
export async function checkAccount(ctx: PipelineContext, userBrokerId: string): Promise<void> {
  await dueNow(ctx.pool, userBrokerId);
  await checkLiveOrders(ctx);
}
