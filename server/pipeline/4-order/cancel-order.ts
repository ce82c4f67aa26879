/**
 * Carries out cancellations that were asked for, and those of orders that live at a broker under a final row of ours.
 *
 * Entry point: cancelOrders (job order.cancel). Invariants: an order is CANCELLED only when its broker says so; a
 * cancel may be repeated, since it changes nothing twice.
 */
import type { CancelOutcome, OrderRef } from '#server/broker/port.ts';
import { withTx } from '#server/db.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { callBroker, coalesce, runLimited, type Unavailable } from './call-broker.ts';
import { askAbout } from './resolve-order.ts';
import { type OrderView, type Report, recordReports, viewOrders } from './store.ts';

/** A cancel that the broker has only taken note of is asked about after this long (ms). */
const ASK_AFTER_MS = 1_000;
/** Resting orders are cancelled by request only; a final row may have a living order at the broker. */
const CANCELLABLE = ['CANCEL_REQUESTED', 'CANCELLED', 'EXPIRED', 'REJECTED', 'FILLED'];

/** Cancels these orders at their brokers, exits first. Returns how many requests were made. */
export async function cancelOrders(ctx: PipelineContext, orderIds: readonly string[]): Promise<number> {
  const orders = (await viewOrders(ctx.pool, orderIds)).filter((order) => CANCELLABLE.includes(order.status));
  const reports = coalesce((batch: Report[]) => recordReports(ctx, batch));
  const asked: string[] = [];
  await runLimited(orders, async (order) => {
    const outcome = await callBroker(ctx, order, (port, signal) => port.cancel(refOf(order), { signal }));
    const report = await reportOf(ctx, order, outcome);
    if (report === null) asked.push(order.id);
    else reports.add(report);
  });
  await reports.done();
  if (asked.length > 0) {
    const jobs = asked.map((id) => ({ name: 'order.refresh', id, after_ms: ASK_AFTER_MS }));
    await withTx(ctx.pool, (client) => ctx.queue.enqueue(client, jobs));
  }
  return orders.length;
}

const refOf = (order: OrderView): OrderRef =>
  order.broker_order_id === null
    ? { clientOrderId: order.client_order_id }
    : { brokerOrderId: order.broker_order_id };

/** What the answer to a cancel means, asking the broker where it does not say; null: ask a little later. */
async function reportOf(
  ctx: PipelineContext,
  order: OrderView,
  outcome: CancelOutcome | Unavailable,
): Promise<Report | null> {
  if (outcome.kind === 'accepted') {
    const theirs = outcome.order;
    if (theirs?.status !== 'CANCELLED') return null;
    if (theirs.filledQty.gt(order.filledQty)) return askAbout(ctx, order);
    return { order_id: order.id, broker_order_id: outcome.brokerOrderId, outcome: 'CANCELLED', via: 'POLL' };
  }
  if (outcome.kind === 'rejected' && ['ORDER_NOT_CANCELLABLE', 'ORDER_NOT_FOUND'].includes(outcome.code)) {
    const report = await askAbout(ctx, order);
    const refused = report.outcome === 'OPEN' && outcome.code === 'ORDER_NOT_CANCELLABLE';
    return refused
      ? { ...report, outcome: 'CANCEL_REFUSED', code: outcome.code, text: outcome.sentence }
      : report;
  }
  return { order_id: order.id, outcome: 'ASK_FAILED', via: 'POLL' };
}
