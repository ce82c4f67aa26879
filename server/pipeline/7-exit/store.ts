// Stage 7 as SQL: thin calls of its functions; jobs go to the queue in the same transaction, by the caller.
// Entry points: raise, qualify, sweep, sweepRested, sweepHaltedEntries, refreshUnprotected, readTriggers.
import { type Client, one, type Queryable } from '#server/db.ts';
import { type Job, jobsOf } from '#server/queue.ts';
import type { TriggerRow } from './book-trade.ts';
import type { Proposal } from './trigger-book.ts';

export interface Raised {
  trade_id: string;
  reason: string;
}

interface JsonAnswer {
  out: { raised?: Raised[]; jobs: unknown; next?: string | null };
}

/** Has proposals evaluated on the trades' own rows, under their locks, and raises what holds. */
export async function raise(
  client: Client,
  proposals: readonly Proposal[],
): Promise<{ raised: Raised[]; jobs: Job[] }> {
  const rows = proposals.map((p) => ({
    trade_id: p.tradeId,
    version: p.version,
    low: String(p.low),
    high: String(p.high),
    last: String(p.last),
    at: new Date(p.at).toISOString(),
    since: new Date(p.since).toISOString(),
    by: 'BOOK',
  }));
  const { out } = await one<JsonAnswer>(client, 'select fn.exits_raise($1::jsonb) as out', [
    JSON.stringify(rows),
  ]);
  return { raised: out.raised ?? [], jobs: jobsOf(out.jobs) };
}

/** Decides pending exit intents: approved with an order, waiting, refused or cancelled. */
export async function qualify(client: Client, intentIds: readonly string[]): Promise<Job[]> {
  const { out } = await one<JsonAnswer>(client, 'select fn.exit_qualify($1::uuid[]) as out', [intentIds]);
  return jobsOf(out.jobs);
}

/** One pass of the sweep over at most `limit` trades after `after`; `next` is where another one goes on, null at the end. */
export async function sweep(
  client: Client,
  limit: number,
  after: string | null,
): Promise<{ raised: Raised[]; jobs: Job[]; next: string | null }> {
  const { out } = await one<JsonAnswer>(client, 'select fn.exit_sweep($1, $2) as out', [limit, after]);
  return { raised: out.raised ?? [], jobs: jobsOf(out.jobs), next: out.next ?? null };
}

/** Exit limits that rested for their time: cancelled, to be sold at market or withdrawn. */
export async function sweepRested(client: Client, limit: number): Promise<Job[]> {
  const { out } = await one<JsonAnswer>(client, 'select fn.exit_rest_sweep($1) as out', [limit]);
  return jobsOf(out.jobs);
}

/** Entries that still rest under a HALT or FLATTEN: withdrawn. */
export async function sweepHaltedEntries(client: Client, limit: number): Promise<Job[]> {
  const { out } = await one<JsonAnswer>(client, 'select fn.entries_halted_withdraw($1) as out', [limit]);
  return jobsOf(out.jobs);
}

/** Brings the list of unprotected positions up to date; returns how many trades changed. */
export async function refreshUnprotected(client: Client, limit: number): Promise<number> {
  const { n } = await one<{ n: number }>(client, 'select fn.unprotected_refresh($1) as n', [limit]);
  return n;
}

/** The triggers of these instruments: everything open, or what changed since a cursor of an earlier answer. */
export async function readTriggers(
  db: Queryable,
  instrumentIds: readonly string[],
  since: string | null,
): Promise<{ cursor: string; trades: TriggerRow[] }> {
  const { out } = await one<{ out: { cursor: string; trades: TriggerRow[] } }>(
    db,
    'select fn.triggers_read($1::uuid[], $2::text::xid8) as out',
    [instrumentIds, since],
  );
  return out;
}
