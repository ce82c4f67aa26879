'use client';
import { percent, quantity, span } from './format.ts';
import { levelWord, nearestExit } from './level-words.ts';
import { useNow } from './now.ts';
import type { Trade, TradeFigure } from './trade-view.tsx';

/** What stands under each of the seven steps of a trade. */
export function useTradeNotes(trade: Trade, figure: TradeFigure | undefined) {
  const now = useNow();
  const { milestones } = trade;
  const plus = (ms: number | null, more: string) => (ms === null ? undefined : `+${span(ms)}${more}`);
  const nearest = nearestExit(figure?.levels);
  const end = trade.closedAt ?? now;
  const held = trade.openedAt ? span(Math.max(0, end.getTime() - trade.openedAt.getTime())) : undefined;
  return {
    Signal: milestones.alertAt ? 'alert received' : 'adopted from the broker',
    Delivery: plus(milestones.deliveredMs, ''),
    Intent: plus(milestones.decidedMs, ` · ${quantity(trade.wantedQty)}`),
    Order: plus(milestones.placedMs, ' · placed'),
    Fill: plus(
      milestones.filledMs,
      ` · ${milestones.entryFills} ${milestones.entryFills === 1 ? 'fill' : 'fills'}`,
    ),
    Trade: held && (trade.closedAt ? `held ${held}` : `open ${held}`),
    Exit: exitNote(trade, nearest && `${levelWord(nearest.kind)}, ${percent(nearest.distance)} away`),
  };
}

function exitNote(trade: Trade, nearest: string | undefined): string | undefined {
  if (trade.status === 'CLOSED') return trade.exitReason?.toLowerCase();
  if (trade.pendingExit) return trade.pendingExit.reason.toLowerCase();
  return nearest;
}
