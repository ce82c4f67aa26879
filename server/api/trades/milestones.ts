/** When each of the seven steps of a trade was reached, in milliseconds after the alert. Pure. */
import type { Happenings, readIntentOf, readSignalOf, TradeDetailRow } from '#server/api/trades/read.ts';

interface Sources {
  trade: TradeDetailRow;
  signal: Awaited<ReturnType<typeof readSignalOf>>;
  intent: Awaited<ReturnType<typeof readIntentOf>>;
  orders: Happenings['orders'];
  fills: Happenings['fills'];
}

export interface Milestones {
  alertAt: Date | null;
  deliveredMs: number | null;
  decidedMs: number | null;
  placedMs: number | null;
  filledMs: number | null;
  entryFills: number;
}

export function milestonesOf({ trade, signal, intent, orders, fills }: Sources): Milestones {
  const from = signal?.recorded_at ?? trade.created_at;
  const since = (at: Date | null | undefined) => (at ? Math.max(0, at.getTime() - from.getTime()) : null);
  const entry = orders.find((order) => order.kind === 'ENTRY');
  const opening = fills.filter((fill) => fill.effect === 'OPEN');
  return {
    alertAt: signal?.recorded_at ?? null,
    deliveredMs: since(intent?.delivered_at),
    decidedMs: since(intent?.decided_at),
    placedMs: since(entry?.placed_at),
    filledMs: since(opening[0]?.recorded_at),
    entryFills: opening.length,
  };
}
