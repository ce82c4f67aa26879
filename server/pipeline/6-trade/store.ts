// Stage 6 as SQL: what operations may ask for. Entry points: rebuildFifo, rebuildDailyPnl.
import { one, type Queryable } from '#server/db.ts';

/** Builds the tax lots of an account and instrument again from its fills; returns how many fills were taken. */
export async function rebuildFifo(
  db: Queryable,
  userBrokerId: string,
  instrumentId: string,
): Promise<number> {
  return (await one<{ n: number }>(db, 'select fn.fifo_rebuild($1, $2) as n', [userBrokerId, instrumentId]))
    .n;
}

/** Books an account's daily results again from its fills; returns the number of rows. */
export async function rebuildDailyPnl(db: Queryable, userBrokerId: string): Promise<number> {
  return (await one<{ n: number }>(db, 'select fn.daily_pnl_rebuild($1) as n', [userBrokerId])).n;
}
