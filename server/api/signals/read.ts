/**
 * Reading signals with what became of them. One query for the list and the page: the facts of the signal through
 * fn.signals_visible (own and shared strategies), everything else through row-level security (own accounts).
 */
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import type { SignalFacts } from '#server/api/signals/outcome.ts';
import { refusalOf } from '#server/api/signals/refusal.ts';
import type { Client } from '#server/db.ts';

const date = z.date();
const text = z.string();
const count = z.coerce.number();

const signalRow = z.object({
  id: z.uuid(),
  strategy_id: z.uuid(),
  strategy: text,
  owned: z.boolean(),
  symbol: text,
  tick_size: text,
  currency: text,
  action: text,
  direction: text.nullable(),
  status: text,
  reject_code: text.nullable(),
  timeframe: text.nullable(),
  price: text.nullable(),
  stop_price: text.nullable(),
  target_price: text.nullable(),
  source: text.nullable(),
  indicator: text.nullable(),
  occurred_at: date,
  recorded_at: date,
  /** When it was recorded, to the microsecond. */
  cursor_at: text,
  published_at: date.nullable(),
  expires_at: date.nullable(),
  fanned_out_at: date.nullable(),
  applied_at: date.nullable(),
  left_out: z.array(z.record(text, z.unknown())),
  accounts: count,
  waiting: count,
  expired: count,
  expiry: text.nullable(),
  refused: count,
  approved: count,
  failed: count,
  failure: text.nullable(),
  ordered: count,
  unknown: count,
  filled: count,
  open: count,
  exiting: count,
  closed: count,
  first_refusal: z.unknown(),
  last_fill_at: date.nullable(),
  asked_to_close: count,
  closed_by_it: count,
  withdrawn: count,
  pnl: z.record(text, text).nullable(),
});
export type SignalRow = z.output<typeof signalRow>;

/** Deliveries, decisions, orders and trades of the reader's accounts, counted per signal. */
const QUERY = `
  select s.*, s.recorded_at::text as cursor_at, d.*, p.*, x.*
  from fn.signals_visible($1, $2, $3, $4, $5, $6) s
  cross join lateral (
    select count(*) as accounts,
      count(*) filter (where d.status = 'PENDING') as waiting,
      count(*) filter (where d.status = 'EXPIRED' and i.id is null) as expired,
      min(d.reason) filter (where d.status = 'EXPIRED') as expiry,
      count(*) filter (where i.status = 'REJECTED') as refused,
      count(*) filter (where i.status in ('APPROVED', 'EXECUTED')) as approved,
      count(*) filter (where i.status in ('FAILED', 'EXPIRED')) as failed,
      min(i.reason_code) filter (where i.status in ('FAILED', 'EXPIRED')) as failure,
      count(*) filter (where o.id is not null) as ordered,
      count(*) filter (where o.status = 'UNKNOWN') as unknown,
      count(*) filter (where t.entry_qty > 0) as filled,
      count(*) filter (where t.status = 'OPEN' or t.status = 'ENTERING' and t.entry_qty > 0) as open,
      count(*) filter (where t.status = 'EXITING') as exiting,
      count(*) filter (where t.status = 'CLOSED') as closed,
      (array_agg(jsonb_build_object('code', i.reason_code, 'reasons', i.reasons) order by i.id)
        filter (where i.status = 'REJECTED'))[1] as first_refusal,
      max(t.opened_at) as last_fill_at
    from public.signal_deliveries d
    left join public.trade_intents i on i.signal_delivery_id = d.id
    left join public.trades t on t.trade_intent_id = i.id
    left join lateral (select o.id, o.status from public.orders o
      where o.trade_intent_id = i.id and o.kind = 'ENTRY' order by o.created_at desc limit 1) o on true
    where d.signal_id = s.id and d.user_id = fn.actor()) d
  cross join lateral (
    select jsonb_object_agg(c.currency, c.pnl::text) as pnl from (
      select t.currency, sum(t.realized_pnl) as pnl
      from public.trade_intents i join public.trades t on t.trade_intent_id = i.id
      where i.signal_id = s.id and i.user_id = fn.actor() and t.status = 'CLOSED' group by t.currency) c) p
  cross join lateral (
    select count(*) as asked_to_close,
      count(*) filter (where t.status = 'CLOSED' or t.exit_wish_detail ->> 'signal_id' is distinct from s.id::text) as closed_by_it,
      (select count(*) from public.orders o where o.user_id = fn.actor() and o.kind = 'ENTRY'
        and o.cancel_cause ? 'signal_id' and o.cancel_cause ->> 'signal_id' = s.id::text) as withdrawn
    from public.trades t
    where s.action in ('EXIT', 'CANCEL') and t.user_id = fn.actor() and t.entry_qty > 0 and t.id in (
      select e.trade_id from public.exit_signals e
      where e.detail ? 'signal_id' and e.detail ->> 'signal_id' = s.id::text
      union
      select w.id from public.trades w
      where w.exit_wish_detail ? 'signal_id' and w.exit_wish_detail ->> 'signal_id' = s.id::text)) x
  order by s.recorded_at desc, s.id desc`;

export interface SignalFilter {
  id: string | null;
  symbol: string | null;
  action: string | null;
  before: { at: string; id: string } | null;
  limit: number;
}

/** Signals of the actor, newest first. */
export const readSignals = (client: Client, filter: SignalFilter): Promise<SignalRow[]> =>
  rowsOf(client, signalRow, QUERY, [
    filter.id,
    filter.symbol,
    filter.action,
    filter.before?.at ?? null,
    filter.before?.id ?? null,
    filter.limit,
  ]);

/** A row as the facts that steps and sentence are made of. */
export const factsOf = (row: SignalRow): SignalFacts => ({
  action: row.action,
  status: row.status,
  rejectCode: row.reject_code,
  published: row.published_at !== null,
  fannedOut: row.fanned_out_at !== null,
  applied: row.applied_at !== null,
  accounts: row.accounts,
  waiting: row.waiting,
  expired: row.expired,
  expiry: row.expiry,
  refused: row.refused,
  approved: row.approved,
  ordered: row.ordered,
  unknown: row.unknown,
  failed: row.failed,
  failure: row.failure,
  filled: row.filled,
  open: row.open,
  exiting: row.exiting,
  closed: row.closed,
  leftOut: row.left_out.length,
  askedToClose: row.asked_to_close,
  closedByIt: row.closed_by_it,
  withdrawn: row.withdrawn,
  refusal: refusalOf(row.first_refusal),
});
