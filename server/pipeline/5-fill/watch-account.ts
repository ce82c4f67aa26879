/**
 * Listens to one account's broker: fills and order changes as they happen, and a check of everything after a gap.
 *
 * Entry point: watchAccount. Invariants: a message may repeat or come out of order; a handler that fails throws, so that
 * the stream tells it again; what only a state report says is never taken for a fill.
 */
import type { BrokerOrder, StreamHandle } from '#server/broker/port.ts';
import type { Account } from '#server/pipeline/4-order/call-broker.ts';
import { checkAccount } from '#server/pipeline/4-order/check-live-orders.ts';
import { type Report, recordReports } from '#server/pipeline/4-order/store.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { applyWithOthers } from './apply-fill.ts';

/** Opens the account's stream until the handle is closed. Throws `BrokerUnavailable` where no port may be made. */
export function watchAccount(ctx: PipelineContext, account: Account): Promise<StreamHandle> {
  const id = account.user_broker_id;
  return ctx.brokers.brokerFor({ id, broker: account.broker }).stream({
    onFill: (fill) => applyWithOthers(ctx, id, fill, 'STREAM'),
    onOrder: async (order) => {
      await recordReports(ctx, [reportOf(id, order)]);
    },
    onGap: (why) => {
      ctx.log.warn({ user_broker_id: id, why }, 'a stream may have missed something');
      checkAccount(ctx, id).catch((error: unknown) =>
        ctx.log.error({ err: error, user_broker_id: id }, 'the check after a gap failed'),
      );
    },
  });
}

/** A streamed state may be old, so that an order lives is only news for one whose acceptance is not known yet. */
function reportOf(userBrokerId: string, order: BrokerOrder): Report {
  const ended = order.status === 'CANCELLED' || order.status === 'EXPIRED' || order.status === 'REJECTED';
  return {
    user_broker_id: userBrokerId,
    broker_order_id: order.brokerOrderId,
    ...(order.clientOrderId === null ? {} : { client_order_id: order.clientOrderId }),
    outcome: ended ? (order.status as 'CANCELLED' | 'EXPIRED' | 'REJECTED') : 'ACCEPTED',
    via: 'STREAM',
    ...(order.rejectCode === null ? {} : { code: order.rejectCode }),
    ...(order.rejectText === null ? {} : { text: order.rejectText }),
  };
}
