/** One open position as the pages show it. Pure. */
import { z } from 'zod';
import { exitReasonText, sentenceForCode } from '#server/api/words.ts';

const text = z.string();
const level = z.object({ kind: text, price: text, distance: text.nullable() });

export const positionRow = z.object({
  id: z.uuid(),
  account: text,
  environment: text,
  symbol: text,
  tick_size: text,
  lot_size: text,
  currency: text,
  strategy: text.nullable(),
  direction: text,
  trade_type: text,
  status: text,
  open_qty: text,
  entry_average: text.nullable(),
  opened_at: z.date().nullable(),
  exit_due_at: z.date().nullable(),
  exit_wish_reason: text.nullable(),
  unprotected_reason: text.nullable(),
  mark: text.nullable(),
  age_ms: z.coerce.number().nullable(),
  is_good: z.boolean(),
  exposure: text.nullable(),
  pnl: text.nullable(),
  pnl_percent: text.nullable(),
  levels: z.array(level),
  next_kind: text.nullable(),
  next_price: text.nullable(),
  next_distance: text.nullable(),
  exit_reason: text.nullable(),
  exit_status: text.nullable(),
  waits_for: text.nullable(),
});

export const positionItem = z.object({
  id: z.uuid(),
  account: text,
  environment: text,
  symbol: text,
  tickSize: text,
  lotSize: text,
  currency: text,
  strategy: text.nullable(),
  direction: z.enum(['LONG', 'SHORT']),
  isRebuy: z.boolean(),
  status: text,
  openQty: text,
  entryAverage: text.nullable(),
  openedAt: z.date().nullable(),
  dueAt: z.date().nullable(),
  unprotected: text.nullable(),
  mark: text.nullable(),
  ageMs: z.number().nullable(),
  isGood: z.boolean(),
  exposure: text.nullable(),
  pnl: text.nullable(),
  pnlPercent: text.nullable(),
  /** Nearest first; the distance in percent of the price still to go, negative once it is passed. */
  levels: z.array(level),
  /** The price exit that would fire next. */
  next: level.nullable(),
  /** What is closing it, in words. */
  closing: text.nullable(),
});
export type PositionItem = z.output<typeof positionItem>;

export const positionOf = (row: z.output<typeof positionRow>): PositionItem => ({
  id: row.id,
  account: row.account,
  environment: row.environment,
  symbol: row.symbol,
  tickSize: row.tick_size,
  lotSize: row.lot_size,
  currency: row.currency,
  strategy: row.strategy,
  direction: row.direction === 'SHORT' ? 'SHORT' : 'LONG',
  isRebuy: row.trade_type === 'REBUY',
  status: row.status,
  openQty: row.open_qty,
  entryAverage: row.entry_average,
  openedAt: row.opened_at,
  dueAt: row.exit_due_at,
  unprotected: row.unprotected_reason ? sentenceForCode(row.unprotected_reason) : null,
  mark: row.mark,
  ageMs: row.age_ms,
  isGood: row.is_good,
  exposure: row.exposure,
  pnl: row.pnl,
  pnlPercent: row.pnl_percent,
  levels: row.levels,
  next:
    row.next_kind && row.next_price
      ? { kind: row.next_kind, price: row.next_price, distance: row.next_distance }
      : null,
  closing: closingOf(row),
});

function closingOf(row: z.output<typeof positionRow>): string | null {
  const reason = row.exit_reason ?? row.exit_wish_reason;
  if (!reason) return null;
  const word = exitReasonText(reason).toLowerCase();
  return row.waits_for ? `${word} waits: ${sentenceForCode(row.waits_for)}` : word;
}
