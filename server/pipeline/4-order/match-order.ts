/**
 * What a broker's order says of ours. Pure.
 *
 * Entry points: reportOfOrder, matchByShape. Invariants: only fills fill an order, so FILLED at the broker is reported as
 * living until its fills are ours; a shape that fits more than one order, or none, is no match.
 */
import type { BrokerOrder, LookupOutcome } from '#server/broker/port.ts';
import type { OrderView, Report } from './store.ts';

/** The broker's clock may run this far ahead of ours, and its list lag this far behind (ms). */
const SKEW_MS = 5_000;
const WINDOW_MS = 60_000;

/** The report that the broker's view of an order amounts to. A state that we cannot read concludes nothing. */
export function reportOfOrder(order: Pick<OrderView, 'id'>, theirs: BrokerOrder): Report {
  const base = { order_id: order.id, broker_order_id: theirs.brokerOrderId, via: 'POLL' as const };
  switch (theirs.status) {
    case 'CANCELLED':
    case 'EXPIRED':
      return { ...base, outcome: theirs.status };
    case 'REJECTED':
      return {
        ...base,
        outcome: 'REJECTED',
        code: theirs.rejectCode ?? 'VENUE_REJECTED',
        ...(theirs.rejectText === null ? {} : { text: theirs.rejectText }),
      };
    case 'FILLED':
      // Its fills were applied before this; a final row of ours has nothing left to cancel there.
      return { ...base, outcome: 'ACCEPTED' };
    case 'OTHER':
      return { ...base, outcome: 'ASK_FAILED' };
    default:
      return { ...base, outcome: 'OPEN' };
  }
}

/**
 * Finds our order among those of a broker that keeps no id of ours: same symbol, side and quantity, sent at about the
 * time. Exactly one is a match; none is missing; several are unknown, for a person to tell apart.
 */
export function matchByShape(order: OrderView, listed: readonly BrokerOrder[]): LookupOutcome {
  const from = order.sentAt.getTime() - SKEW_MS;
  const fitting = listed.filter(
    (theirs) =>
      theirs.symbol === order.symbol &&
      theirs.side === order.side &&
      theirs.qty.eq(order.qty) &&
      theirs.submittedAt.getTime() >= from &&
      theirs.submittedAt.getTime() <= from + SKEW_MS + WINDOW_MS,
  );
  const [first] = fitting;
  if (first === undefined) return { kind: 'missing' };
  return fitting.length === 1 ? { kind: 'found', order: first } : { kind: 'unknown', why: 'AMBIGUOUS' };
}
