// Stage 8 as SQL. Entry points: readBook, recordRun, accountsToReconcile, sweepStuck.
import { type Client, one, type Queryable } from '#server/db.ts';
import { type Job, jobsOf } from '#server/queue.ts';
import type { Difference, OwnPosition } from './compare.ts';

export interface Book {
  user_broker_id: string;
  broker: string;
  /** Null before the first reconciliation: no entry goes until then. */
  reconciled_at: string | null;
  /** ISO time from which the broker's fills may be unknown to us. */
  fills_since: string;
  positions: OwnPosition[];
}

/** What we believe an account holds; null for an unknown account. */
export async function readBook(db: Queryable, userBrokerId: string): Promise<Book | null> {
  return (await one<{ book: Book | null }>(db, 'select fn.account_book($1) as book', [userBrokerId])).book;
}

export interface Run {
  userBrokerId: string;
  startedAt: Date;
  outcome: 'AGREED' | 'DIFFERED' | 'FAILED';
  differences: readonly Difference[];
  detail: Record<string, unknown>;
}

/** Records a run; AGREED and DIFFERED stamp the account as reconciled. */
export async function recordRun(db: Queryable, run: Run): Promise<void> {
  await db.query('select fn.reconcile_record($1, $2, $3, $4::jsonb, $5::jsonb)', [
    run.userBrokerId,
    run.startedAt,
    run.outcome,
    JSON.stringify(run.differences),
    JSON.stringify(run.detail),
  ]);
}

/** Accounts not reconciled for so many seconds, those never reconciled first. */
export async function accountsToReconcile(
  db: Queryable,
  olderThanS: number,
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    'select fn.accounts_to_reconcile(make_interval(secs => $1), $2) as id',
    [olderThanS, limit],
  );
  return rows.map((row) => row.id);
}

/** The database's time. */
export async function clockNow(db: Queryable): Promise<Date> {
  return (await one<{ now: Date }>(db, 'select fn.clock() as now')).now;
}

/** Finds rows past their allowed age; returns the work to do again. */
export async function sweepStuck(
  client: Client,
  limit: number,
): Promise<{ found: number; quarantined: number; jobs: Job[] }> {
  const { out } = await one<{ out: { found: number; quarantined: number; jobs: unknown } }>(
    client,
    'select fn.stuck_sweep($1) as out',
    [limit],
  );
  return { ...out, jobs: jobsOf(out.jobs) };
}
