// Stage 5 as SQL. Entry point: recordFills.
import { type Client, one } from '#server/db.ts';
import { type Job, jobsOf } from '#server/queue.ts';

/** A fill as fn.fills_apply takes it; decimals are strings. */
export interface FillRow {
  user_broker_id: string;
  order_id?: string;
  client_order_id?: string;
  broker_order_id?: string;
  broker_fill_id?: string;
  qty?: string;
  price?: string;
  cumulative_qty?: string;
  avg_price?: string;
  fee?: string;
  occurred_at: string;
  via: 'STREAM' | 'POLL' | 'IMPORT';
}

export interface AppliedFills {
  applied: number;
  duplicates: number;
  /** Fills of no order of ours, as given. */
  unmatched: FillRow[];
  jobs: Job[];
}

/** Records fills with all their effects; a repeat changes nothing. */
export async function recordFills(client: Client, fills: readonly FillRow[]): Promise<AppliedFills> {
  const { out } = await one<{ out: Omit<AppliedFills, 'jobs'> & { jobs: unknown } }>(
    client,
    'select fn.fills_apply($1::jsonb) as out',
    [JSON.stringify(fills)],
  );
  return { ...out, jobs: jobsOf(out.jobs) };
}
