// Stage 4 as SQL: thin calls of its functions, jobs handed to the queue in the same transaction.
// Entry points: claimOrders, recordReports, viewOrders, lostOrders, dueOrders, repriceEntries.

import type { AssetClass, OrderType, Side, TimeInForce } from '#server/broker/port.ts';
import { type Client, one, type Queryable, withTx } from '#server/db.ts';
import { Decimal } from '#server/money.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { type Job, jobsOf } from '#server/queue.ts';

/** An order just claimed for sending; numbers are decimal strings. */
export interface ClaimedOrder {
  id: string;
  user_broker_id: string;
  broker: string;
  kind: string;
  attempt: number;
  client_order_id: string;
  seed_key: string;
  instrument_id: string;
  symbol: string;
  asset_class: AssetClass;
  side: Side;
  order_type: OrderType;
  time_in_force: TimeInForce;
  qty: string;
  limit_price: string | null;
  stop_price: string | null;
}

/** An order as we believe it is, for asking and cancelling. */
export interface OrderView {
  id: string;
  user_broker_id: string;
  broker: string;
  kind: string;
  status: string;
  client_order_id: string;
  broker_order_id: string | null;
  symbol: string;
  side: Side;
  qty: Decimal;
  filledQty: Decimal;
  /** When it was last sent, else created. */
  sentAt: Date;
}

/** What a broker said of an order, as fn.orders_record takes it. */
export interface Report {
  order_id?: string;
  client_order_id?: string;
  user_broker_id?: string;
  broker_order_id?: string;
  outcome:
    | 'ACCEPTED'
    | 'OPEN'
    | 'REJECTED'
    | 'CANCELLED'
    | 'EXPIRED'
    | 'CANCEL_REFUSED'
    | 'LOST'
    | 'NOT_FOUND'
    | 'ASK_FAILED';
  code?: string;
  text?: string;
  via?: 'STREAM' | 'POLL';
  attempt?: number;
  is_proof?: boolean;
  resendable?: boolean;
}

/** Claims orders for sending, exits first; what may not go is refused in the same transaction. Locks the accounts' gate. */
export async function claimOrders(
  client: Client,
  ids: readonly string[],
  worker: string,
): Promise<{ orders: ClaimedOrder[]; refused: string[]; jobs: Job[] }> {
  const { out } = await one<{ out: { orders: ClaimedOrder[]; refused: string[]; jobs: unknown } }>(
    client,
    'select fn.orders_claim($1::uuid[], $2) as out',
    [ids, worker],
  );
  return { ...out, jobs: jobsOf(out.jobs) };
}

/**
 * Records reports in one transaction with the jobs that follow; when that fails, one by one, so that one bad report
 * never holds back the others. Returns how many were of no order of ours. Throws the last failure.
 */
export async function recordReports(ctx: PipelineContext, reports: readonly Report[]): Promise<number> {
  if (reports.length === 0) return 0;
  const record = (batch: readonly Report[]) =>
    withTx(ctx.pool, async (client) => {
      const { out } = await one<{ out: { unmatched: unknown[]; jobs: unknown } }>(
        client,
        'select fn.orders_record($1::jsonb) as out',
        [JSON.stringify(batch)],
      );
      await ctx.queue.enqueue(client, jobsOf(out.jobs));
      return out.unmatched.length;
    });
  return together(reports, record);
}

/** Runs `work` over all items, or over each alone when that throws; throws the last failure after all had their turn. */
export async function together<T>(
  items: readonly T[],
  work: (batch: readonly T[]) => Promise<number>,
): Promise<number> {
  try {
    return await work(items);
  } catch (error) {
    if (items.length === 1) throw error;
  }
  let sum = 0;
  let failure: unknown;
  for (const item of items) {
    try {
      sum += await work([item]);
    } catch (error) {
      failure = error;
    }
  }
  if (failure !== undefined) throw failure;
  return sum;
}

/** Our view of orders, exits first. */
export async function viewOrders(db: Queryable, ids: readonly string[]): Promise<OrderView[]> {
  type Row = Omit<OrderView, 'qty' | 'filledQty' | 'sentAt'> &
    Record<'qty' | 'filled_qty' | 'created_at', string> & { claimed_at: string | null };
  const { out } = await one<{ out: Row[] }>(db, 'select fn.orders_view($1::uuid[]) as out', [ids]);
  return out.map((row) => ({
    ...row,
    qty: new Decimal(row.qty),
    filledQty: new Decimal(row.filled_qty),
    sentAt: new Date(row.claimed_at ?? row.created_at),
  }));
}

/** Orders whose sender is gone become UNKNOWN; returns the jobs that ask about them. */
export async function lostOrders(client: Client, limit: number): Promise<Job[]> {
  const { out } = await one<{ out: unknown }>(client, 'select fn.orders_lost($1) as out', [limit]);
  return jobsOf(out);
}

/** Resting entry limits whose time has come are asked to be cancelled; returns those jobs. */
export async function repriceEntries(client: Client, limit: number): Promise<Job[]> {
  const { out } = await one<{ out: unknown }>(client, 'select fn.entries_reprice($1) as out', [limit]);
  return jobsOf(out);
}

/** Takes live orders that are due to be asked about; each is handed out once per waiting time. */
export async function dueOrders(db: Queryable, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>('select fn.orders_due($1) as id', [limit]);
  return rows.map((row) => row.id);
}

/** Makes all live orders of an account due at once. */
export async function dueNow(db: Queryable, userBrokerId: string): Promise<void> {
  await db.query('select fn.orders_due_now($1)', [userBrokerId]);
}
