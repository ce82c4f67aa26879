// Keeps each account's trading day up to date while it has live trades: P&L, and the loss limit that latches once.
// Entry point: markAccountDays (sweep account.days, every 5 s). Invariant: batches in account order, one transaction each.
import { withTx } from '#server/db.ts';
import type { PipelineContext } from '../context.ts';
import { accountsToMark, markDays } from './store.ts';

/** Accounts per transaction at most: their day rows stay locked meanwhile. */
const BATCH = 100;

/** Marks every account with live trades. Returns how many. */
export async function markAccountDays(ctx: PipelineContext): Promise<number> {
  const accounts = await withTx(ctx.pool, accountsToMark);
  for (let from = 0; from < accounts.length; from += BATCH) {
    await withTx(ctx.pool, (client) => markDays(client, accounts.slice(from, from + BATCH)));
  }
  return accounts.length;
}
