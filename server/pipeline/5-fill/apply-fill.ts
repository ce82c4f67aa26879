/**
 * Applies fills that a broker reported, on whichever channel.
 *
 * Entry point: applyFills. Invariants: a fill and all its effects are one transaction; a fill counts once; one that
 * cannot be applied never holds back the others; one of no order of ours is told, and left to reconciliation.
 */
import type { BrokerFill } from '#server/broker/port.ts';
import { withTx } from '#server/db.ts';
import type { Decimal } from '#server/money.ts';
import { together } from '#server/pipeline/4-order/store.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { type FillRow, recordFills } from './store.ts';

/** A broker's fill, with our order's id where it is known; or a cumulative report of a broker without fill ids. */
export type ReportedFill =
  | (BrokerFill & { orderId?: string })
  | { orderId: string; brokerOrderId: string; cumulativeQty: Decimal; avgPrice: Decimal; occurredAt: Date };

/** Applies fills of one account, oldest first. Returns how many were new. Throws when one could not be applied. */
export async function applyFills(
  ctx: PipelineContext,
  userBrokerId: string,
  fills: readonly ReportedFill[],
  via: FillRow['via'],
): Promise<number> {
  if (fills.length === 0) return 0;
  const rows = fills
    .toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime())
    .map((fill) => rowOf(userBrokerId, fill, via));
  return together(rows, (batch) => applyBatch(ctx, batch));
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
