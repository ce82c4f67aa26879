/**
 * Finds out what became of orders by asking their brokers: the one way out of UNKNOWN, and the scheduled check of what
 * rests.
 *
 * Entry points: resolveOrders (job order.refresh), askAbout. Invariants: fills that we missed are applied before a state
 * is recorded; nothing is concluded from an answer that did not come; nothing is ever sent from here.
 */
import type { BrokerOrder, Capabilities, LookupOutcome } from '#server/broker/port.ts';
import { applyFills, type ReportedFill } from '#server/pipeline/5-fill/apply-fill.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { callBroker, runLimited } from './call-broker.ts';
import { matchByShape, reportOfOrder } from './match-order.ts';
import { type OrderView, type Report, recordReports, viewOrders } from './store.ts';

/** Fills and orders are asked for from this long before an order was sent (ms): clocks differ. */
const MARGIN_MS = 60_000;
const NEVER_SENT = ['CREATED', 'SUBMITTING', 'DENIED'];

/** Asks about these orders; those that were never sent, or are being sent now, are left alone. Returns how many were asked. */
export async function resolveOrders(ctx: PipelineContext, orderIds: readonly string[]): Promise<number> {
  const orders = (await viewOrders(ctx.pool, orderIds)).filter((order) => !NEVER_SENT.includes(order.status));
  await runLimited(orders, async (order) => {
    await recordReports(ctx, [await askAbout(ctx, order)]);
  });
  return orders.length;
}

/** Asks about one order, applies the fills that we missed, and says what the answer means. Records nothing of the order. */
export async function askAbout(ctx: PipelineContext, order: OrderView): Promise<Report> {
  const failed: Report = { order_id: order.id, outcome: 'ASK_FAILED', via: 'POLL' };
  const answer = await callBroker(ctx, order, async (port, signal) => ({
    kind: 'asked' as const,
    capabilities: port.capabilities,
    lookup: await lookUp(ctx, order, port.capabilities, signal),
  }));
  if (answer.kind !== 'asked') return failed;
  const { lookup, capabilities } = answer;
  if (lookup.kind === 'missing') {
    return {
      order_id: order.id,
      outcome: 'NOT_FOUND',
      via: 'POLL',
      is_proof: capabilities.missIsProof,
      resendable: capabilities.duplicateIdRefused,
    };
  }
  if (lookup.kind === 'unknown') return failed;
  const complete = await applyMissed(ctx, order, lookup.order, capabilities);
  return complete
    ? reportOfOrder(order, lookup.order)
    : { ...failed, broker_order_id: lookup.order.brokerOrderId };
}

/** By the broker's id, by ours, or, where the broker keeps neither for us, by what the order looks like. */
async function lookUp(
  ctx: PipelineContext,
  order: OrderView,
  capabilities: Capabilities,
  signal: AbortSignal,
): Promise<LookupOutcome> {
  const port = ctx.brokers.brokerFor({ id: order.user_broker_id, broker: order.broker });
  if (order.broker_order_id !== null)
    return port.getOrder({ brokerOrderId: order.broker_order_id }, { signal });
  if (capabilities.clientIds) return port.getOrder({ clientOrderId: order.client_order_id }, { signal });
  const listed = await port.listOrders(new Date(order.sentAt.getTime() - MARGIN_MS), { signal });
  return listed.kind === 'ok' ? matchByShape(order, listed.value) : listed;
}

/** Applies what the broker filled and we do not have. False when it could not be read now: then nothing is concluded. */
async function applyMissed(
  ctx: PipelineContext,
  order: OrderView,
  theirs: BrokerOrder,
  capabilities: Capabilities,
): Promise<boolean> {
  if (theirs.filledQty.lte(order.filledQty)) return true;
  if (!capabilities.fillIds) {
    if (theirs.avgPrice === null) return false;
    const cumulative: ReportedFill = {
      orderId: order.id,
      brokerOrderId: theirs.brokerOrderId,
      cumulativeQty: theirs.filledQty,
      avgPrice: theirs.avgPrice,
      occurredAt: theirs.updatedAt,
    };
    await applyFills(ctx, order.user_broker_id, [cumulative], 'POLL');
    return true;
  }
  const since = new Date(order.sentAt.getTime() - MARGIN_MS);
  const listed = await callBroker(ctx, order, (port, signal) => port.listFills(since, { signal }));
  if (listed.kind !== 'ok') return false;
  const own = listed.value.filter((fill) => fill.brokerOrderId === theirs.brokerOrderId);
  await applyFills(
    ctx,
    order.user_broker_id,
    own.map((fill) => ({ ...fill, orderId: order.id })),
    'POLL',
  );
  return true;
}
