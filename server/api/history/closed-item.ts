/** One closed trade as the history shows it. Pure. */
import { z } from 'zod';
import { exitReasonText } from '#server/api/words.ts';

const text = z.string();

export const closedRow = z.object({
  id: z.uuid(),
  symbol: text,
  tick_size: text,
  currency: text,
  account: text,
  strategy: text.nullable(),
  direction: text,
  trade_type: text,
  qty: text,
  entry_average: text.nullable(),
  exit_average: text.nullable(),
  pnl: text,
  pnl_percent: text.nullable(),
  fees: text,
  exit_reason: text.nullable(),
  opened_at: z.date(),
  closed_at: z.date(),
  planned_r: text.nullable(),
  realised_r: text.nullable(),
  sort_key: text,
});

export const closedItem = z.object({
  id: z.uuid(),
  symbol: text,
  tickSize: text,
  currency: text,
  account: text,
  strategy: text.nullable(),
  direction: text,
  isRebuy: z.boolean(),
  qty: text,
  entryAverage: text.nullable(),
  exitAverage: text.nullable(),
  pnl: text,
  pnlPercent: text.nullable(),
  fees: text,
  exitReason: text.nullable(),
  openedAt: z.date(),
  closedAt: z.date(),
  /** Reward to risk as it was set up, and the result in units of that risk. */
  plannedR: text.nullable(),
  realisedR: text.nullable(),
});
export type ClosedItem = z.output<typeof closedItem>;

export const closedOf = (row: z.output<typeof closedRow>): ClosedItem => ({
  id: row.id,
  symbol: row.symbol,
  tickSize: row.tick_size,
  currency: row.currency,
  account: row.account,
  strategy: row.strategy,
  direction: row.direction,
  isRebuy: row.trade_type === 'REBUY',
  qty: row.qty,
  entryAverage: row.entry_average,
  exitAverage: row.exit_average,
  pnl: row.pnl,
  pnlPercent: row.pnl_percent,
  fees: row.fees,
  exitReason: row.exit_reason ? exitReasonText(row.exit_reason) : null,
  openedAt: row.opened_at,
  closedAt: row.closed_at,
  plannedR: row.planned_r,
  realisedR: row.realised_r,
});
