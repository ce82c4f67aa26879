/** The path of one signal on each of the reader's accounts: approved with figures or refused in a sentence. */
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import { allRefusals, refusalOf } from '#server/api/signals/refusal.ts';
import { exitReasonText, sentenceForCode } from '#server/api/words.ts';
import type { Client } from '#server/db.ts';

const date = z.date().nullable();
const text = z.string().nullable();

const pathRow = z.object({
  account_id: z.uuid(),
  account: z.string(),
  broker: z.string(),
  delivery_status: z.string(),
  delivery_reason: text,
  waits_for_trade_id: text,
  delivered_at: z.date(),
  decided_at: date,
  intent_status: text,
  reason_code: text,
  reasons: z.unknown(),
  qty: text,
  price: text,
  order_type: text,
  limit_price: text,
  placed_at: date,
  order_status: text,
  first_fill_at: date,
  fills: z.coerce.number(),
  trade_id: text,
  trade_status: text,
  exit_reason: text,
  entry_qty: text,
  average: text,
  pnl: text,
  currency: z.string(),
  direction: text,
});
type PathRow = z.output<typeof pathRow>;

const QUERY = `
  select b.id as account_id, b.name as account, b.broker, b.currency, d.status as delivery_status,
    d.reason as delivery_reason, d.waits_for_trade_id, d.created_at as delivered_at,
    coalesce(i.decided_at, d.expired_at) as decided_at, i.status as intent_status, i.reason_code, i.reasons,
    i.qty, i.price, i.order_type, i.limit_price, i.direction, o.placed_at, o.status as order_status,
    f.first_fill_at, f.fills, t.id as trade_id, t.status as trade_status, t.exit_reason, t.entry_qty,
    case when t.entry_qty > 0 then round(t.entry_value / (t.entry_qty * t.multiplier), 8) end as average,
    t.realized_pnl as pnl
  from public.signal_deliveries d
  join public.user_brokers b on b.id = d.user_broker_id
  left join public.trade_intents i on i.signal_delivery_id = d.id
  left join public.trades t on t.trade_intent_id = i.id
  left join lateral (select o.placed_at, o.status from public.orders o
    where o.trade_intent_id = i.id and o.kind = 'ENTRY' order by o.created_at desc limit 1) o on true
  left join lateral (select min(f.recorded_at) as first_fill_at, count(*) as fills from public.trade_fills f
    where f.trade_id = t.id and f.effect = 'OPEN') f on true
  where d.signal_id = $1 and d.user_id = fn.actor()
  order by b.name, b.id`;

export type Verdict = 'APPROVED' | 'REFUSED' | 'WAITING' | 'EXPIRED';

/** What one account made of the signal. */
export async function readPaths(client: Client, signalId: string, from: Date) {
  const rows = await rowsOf(client, pathRow, QUERY, [signalId]);
  const since = (at: Date | null) => (at ? Math.max(0, at.getTime() - from.getTime()) : null);
  return rows.map((row) => ({
    accountId: row.account_id,
    account: row.account,
    broker: row.broker,
    currency: row.currency,
    verdict: verdictOf(row),
    sentence: sentenceOfPath(row),
    alsoRefused:
      row.intent_status === 'REJECTED' ? allRefusals({ code: row.reason_code, reasons: row.reasons }) : [],
    qty: row.qty,
    price: row.price,
    average: row.average,
    direction: row.direction,
    orderType: row.order_type,
    limitPrice: row.limit_price,
    tradeId: row.trade_id,
    tradeStatus: row.trade_status,
    closed: row.trade_status === 'CLOSED',
    pnl: row.trade_status === 'CLOSED' ? row.pnl : null,
    deliveredMs: since(row.delivered_at),
    decidedMs: since(row.decided_at),
    placedMs: since(row.placed_at),
    filledMs: since(row.first_fill_at),
    fills: row.fills,
  }));
}

function verdictOf(row: PathRow): Verdict {
  if (row.intent_status === 'APPROVED' || row.intent_status === 'EXECUTED') return 'APPROVED';
  if (row.intent_status !== null && row.intent_status !== 'PENDING') return 'REFUSED';
  return row.delivery_status === 'EXPIRED' ? 'EXPIRED' : 'WAITING';
}

/** What happened after the decision, or why there was none. */
function sentenceOfPath(row: PathRow): string {
  const refusal = refusalOf({ code: row.reason_code, reasons: row.reasons });
  switch (verdictOf(row)) {
    case 'REFUSED':
      return row.intent_status !== 'REJECTED'
        ? `Approved, then not filled: ${sentenceForCode(row.reason_code ?? '')}`
        : (refusal?.sentence ?? 'Refused');
    case 'EXPIRED':
      return `Expired: ${sentenceForCode(row.delivery_reason ?? 'SIGNAL_EXPIRED')}`;
    case 'WAITING':
      return row.waits_for_trade_id ? 'Waits for the opposite trade to close' : 'Being decided';
    case 'APPROVED':
      return stateOfTrade(row);
  }
}

function stateOfTrade(row: PathRow): string {
  if (row.trade_status === 'CLOSED') return `Closed: ${exitReasonText(row.exit_reason ?? '').toLowerCase()}`;
  if (row.trade_status === 'OPEN') return 'Open';
  if (row.trade_status === 'EXITING') return 'Closing';
  if (row.order_status === 'UNKNOWN') return 'The broker’s answer was lost; it is being asked';
  return row.placed_at ? 'Order placed, not filled yet' : 'Order on its way';
}
