/**
 * Sends orders to their brokers: claim, call, record.
 *
 * Entry point: placeOrders (job order.place). Invariants: the claim is committed before the call and no transaction is
 * open during it; a call is made once per claim, while the claim is young, and never retried; an answer that is lost
 * leaves the order UNKNOWN until the broker was asked (resolve-order.ts).
 */
import type { PlaceOrder, PlaceOutcome } from '#server/broker/port.ts';
import { withTx } from '#server/db.ts';
import { Decimal } from '#server/money.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { callBroker, coalesce, runLimited, type Unavailable } from './call-broker.ts';
import { type ClaimedOrder, claimOrders, type Report, recordReports } from './store.ts';

/**
 * A claimed order is sent within this time (ms) or not at all: with the call's own limit that is less than the 30 s after
 * which others ask the broker about it and may conclude that it never went.
 */
const SEND_WITHIN_MS = 15_000;

/**
 * Sends what of these orders may still be sent, exits first. Returns how many went out and how many were refused.
 * @param clock a clock in ms; only its differences count
 */
export async function placeOrders(
  ctx: PipelineContext,
  orderIds: readonly string[],
  clock: () => number = () => performance.now(),
): Promise<{ sent: number; refused: number }> {
  const { orders, refused } = await withTx(ctx.pool, async (client) => {
    const claimed = await claimOrders(client, orderIds, ctx.worker);
    await ctx.queue.enqueue(client, claimed.jobs);
    return claimed;
  });
  const claimedAt = clock();
  const reports = coalesce((batch: Report[]) => recordReports(ctx, batch));
  let sent = 0;
  await runLimited(orders, async (order) => {
    if (clock() - claimedAt > SEND_WITHIN_MS) {
      reports.add({ order_id: order.id, attempt: order.attempt, outcome: 'LOST', code: 'NOT_SENT_IN_TIME' });
      return;
    }
    sent += 1;
    const outcome = await callBroker(ctx, order, (port, signal) => port.place(requestOf(order), { signal }));
    reports.add(reportOf(order, outcome));
  });
  await reports.done();
  return { sent, refused: refused.length };
}

/** The order as the port takes it. */
function requestOf(order: ClaimedOrder): PlaceOrder {
  return {
    clientOrderId: order.client_order_id,
    instrumentId: order.instrument_id,
    symbol: order.symbol,
    assetClass: order.asset_class,
    side: order.side,
    type: order.order_type,
    timeInForce: order.time_in_force,
    qty: new Decimal(order.qty),
    ...(order.limit_price === null ? {} : { limitPrice: new Decimal(order.limit_price) }),
    ...(order.stop_price === null ? {} : { stopPrice: new Decimal(order.stop_price) }),
    ...(order.seed_key === '' ? {} : { seedKey: order.seed_key }),
  };
}

/** What the outcome says of the order. A duplicate id means that an earlier sending arrived: then the broker is asked. */
function reportOf(order: ClaimedOrder, outcome: PlaceOutcome | Unavailable): Report {
  const base = { order_id: order.id, attempt: order.attempt };
  switch (outcome.kind) {
    case 'accepted':
      return { ...base, outcome: 'ACCEPTED', broker_order_id: outcome.brokerOrderId };
    case 'unknown':
      return { ...base, outcome: 'LOST', code: outcome.why };
    default:
      return {
        ...base,
        outcome: outcome.code === 'DUPLICATE_CLIENT_ORDER_ID' ? 'LOST' : 'REJECTED',
        code: outcome.code,
        text: outcome.sentence,
      };
  }
}
