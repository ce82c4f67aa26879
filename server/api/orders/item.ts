/** One order as the pages show it. Pure. */
import { z } from 'zod';
import { stateText, stateTone, WORKING } from '#server/api/orders/words.ts';
import { exitReasonText } from '#server/api/words.ts';

const text = z.string();
const date = z.date().nullable();

export const orderRow = z.object({
  id: z.uuid(),
  created_at: z.date(),
  symbol: text,
  tick_size: text,
  currency: text,
  account: text,
  environment: text,
  broker: text,
  trade_id: text.nullable(),
  direction: text.nullable(),
  kind: text,
  origin: text,
  side: text,
  order_type: text,
  qty: text,
  filled_qty: text,
  limit_price: text.nullable(),
  average: text.nullable(),
  fees: text,
  status: text,
  reject_code: text.nullable(),
  reject_text: text.nullable(),
  cancel_code: text.nullable(),
  cancel_wanted_at: date,
  ask_count: z.number(),
  client_order_id: text,
  broker_order_id: text.nullable(),
  submitted_at: date,
  placed_at: date,
  ended_at: date,
  exit_reason: text.nullable(),
});
export type OrderRow = z.output<typeof orderRow>;

export const orderItem = z.object({
  id: z.uuid(),
  createdAt: z.date(),
  symbol: text,
  tickSize: text,
  currency: text,
  account: text,
  environment: text,
  broker: text,
  tradeId: text.nullable(),
  direction: text.nullable(),
  kind: text,
  /** Why it was made: the exit's reason, else who asked. */
  purpose: text,
  side: text,
  type: text,
  qty: text,
  filledQty: text,
  limitPrice: text.nullable(),
  average: text.nullable(),
  fees: text,
  state: text,
  tone: z.enum(['plain', 'accent', 'gain', 'warn', 'loss']),
  working: z.boolean(),
  /** An entry of which something can still be withdrawn. */
  canCancel: z.boolean(),
  clientId: text,
  brokerId: text.nullable(),
  endedAt: date,
  /** From being sent to the broker's answer. */
  answeredInMs: z.number().nullable(),
});
export type OrderItem = z.output<typeof orderItem>;

const ORIGINS: Record<string, string> = {
  SIGNAL: 'alert',
  EXIT: 'exit rule',
  MANUAL: 'by hand',
  EXTERNAL: 'made at the broker',
  NATIVE: 'stop at the broker',
  IMPORT: 'imported',
  OVERFILL: 'overfill',
};

export function orderOf(row: OrderRow): OrderItem {
  const working = (WORKING as readonly string[]).includes(row.status);
  const state = stateText({
    status: row.status,
    side: row.side,
    filledQty: row.filled_qty,
    rejectCode: row.reject_code,
    rejectText: row.reject_text,
    cancelCode: row.cancel_code,
    cancelWanted: row.cancel_wanted_at !== null,
    askCount: row.ask_count,
  });
  return {
    id: row.id,
    createdAt: row.created_at,
    symbol: row.symbol,
    tickSize: row.tick_size,
    currency: row.currency,
    account: row.account,
    environment: row.environment,
    broker: row.broker,
    tradeId: row.trade_id,
    direction: row.direction,
    kind: row.kind,
    purpose: row.exit_reason
      ? exitReasonText(row.exit_reason).toLowerCase()
      : (ORIGINS[row.origin] ?? row.origin.toLowerCase()),
    side: row.side,
    type: row.order_type,
    qty: row.qty,
    filledQty: row.filled_qty,
    limitPrice: row.limit_price,
    average: row.average,
    fees: row.fees,
    state,
    tone: stateTone(row.status),
    working,
    canCancel: row.kind === 'ENTRY' && working && row.cancel_wanted_at === null,
    clientId: row.client_order_id,
    brokerId: row.broker_order_id,
    endedAt: row.ended_at,
    answeredInMs:
      row.submitted_at && row.placed_at ? row.placed_at.getTime() - row.submitted_at.getTime() : null,
  };
}
