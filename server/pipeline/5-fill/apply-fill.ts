/**
 * Applies fills that a broker reported, on whichever channel.
 *
 * Entry points: applyFills, applyWithOthers. Invariants: a fill and all its effects are one transaction; a fill counts once; one that
 * cannot be applied never holds back the others; one of no order of ours is told, and left to reconciliation.
 */
import type { BrokerFill } from '#server/broker/port.ts';
import { withTx } from '#server/db.ts';
import type { Decimal } from '#server/money.ts';
import { Coalescer } from '#server/pipeline/1-signal/coalescer.ts';
import { together } from '#server/pipeline/4-order/store.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { type FillRow, recordFills } from './store.ts';

/** A broker's fill, with our order's id where it is known; or a cumulative report of a broker without fill ids. */
export type ReportedFill =
  | (BrokerFill & { orderId?: string })
  | { orderId: string; brokerOrderId: string; cumulativeQty: Decimal; avgPrice: Decimal; occurredAt: Date };

/** Fills of one transaction: they hold the account's day, positions and trades. */
const BATCH = 500;

/** Applies fills of one account, oldest first. Returns how many were new. Throws when one could not be applied. */
export async function applyFills(
  ctx: PipelineContext,
  userBrokerId: string,
  fills: readonly ReportedFill[],
  via: FillRow['via'],
): Promise<number> {
  const rows = fills
    .toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime())
    .map((fill) => rowOf(userBrokerId, fill, via));
  let applied = 0;
  let failure: unknown;
  for (let from = 0; from < rows.length; from += BATCH) {
    try {
      applied += await together(rows.slice(from, from + BATCH), (batch) => applyBatch(ctx, batch));
    } catch (error) {
      failure = error;
    }
  }
  if (failure !== undefined) throw failure;
  return applied;
}

/** Streams of a process whose fills go together at most, and transactions of them at once. */
const TOGETHER = { lanes: 2, batch: 200, waiting: 50_000 };
const batches = new WeakMap<PipelineContext, Coalescer<FillRow, number>>();

/**
 * Applies a fill in one transaction with those that other accounts hear of at the same time; one that cannot be applied fails
 * alone. Resolves once it is committed. Throws when it could not be applied.
 */
export async function applyWithOthers(
  ctx: PipelineContext,
  userBrokerId: string,
  fill: ReportedFill,
  via: FillRow['via'],
): Promise<void> {
  const known = batches.get(ctx);
  const batch = known ?? new Coalescer({ ...TOGETHER, run: (rows) => settleBatch(ctx, rows) });
  if (known === undefined) batches.set(ctx, batch);
  await batch.submit(rowOf(userBrokerId, fill, via));
}

async function settleBatch(ctx: PipelineContext, rows: FillRow[]): Promise<PromiseSettledResult<number>[]> {
  try {
    const applied = await applyBatch(ctx, rows);
    return rows.map(() => ({ status: 'fulfilled', value: applied }));
  } catch (reason) {
    if (rows.length === 1) return [{ status: 'rejected', reason }];
  }
  const settled: PromiseSettledResult<number>[] = [];
  for (const row of rows) settled.push(...(await Promise.allSettled([applyBatch(ctx, [row])])));
  return settled;
}

async function applyBatch(ctx: PipelineContext, batch: readonly FillRow[]): Promise<number> {
  const { applied, unmatched } = await withTx(ctx.pool, async (client) => {
    const result = await recordFills(client, batch);
    await ctx.queue.enqueue(client, result.jobs);
    return result;
  });
  for (const fill of unmatched) ctx.log.warn({ fill }, 'a fill belongs to no order of ours');
  return applied;
}

function rowOf(userBrokerId: string, fill: ReportedFill, via: FillRow['via']): FillRow {
  const base = {
    user_broker_id: userBrokerId,
    broker_order_id: fill.brokerOrderId,
    occurred_at: fill.occurredAt.toISOString(),
    via,
    ...(fill.orderId === undefined ? {} : { order_id: fill.orderId }),
  };
  if ('cumulativeQty' in fill) {
    return { ...base, cumulative_qty: fill.cumulativeQty.toFixed(), avg_price: fill.avgPrice.toFixed() };
  }
  return {
    ...base,
    broker_fill_id: fill.fillId,
    qty: fill.qty.toFixed(),
    price: fill.price.toFixed(),
    ...(fill.clientOrderId === null ? {} : { client_order_id: fill.clientOrderId }),
    ...(fill.fee === null ? {} : { fee: fill.fee.toFixed() }),
  };
}
