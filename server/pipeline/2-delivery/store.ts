// Stage 2 as SQL: thin calls of its functions, jobs handed to the queue in the same transaction.
// Entry points: fanOutSignal, sweepDeliveries.
import { type Client, one } from '#server/db.ts';
import { type Job, jobsOf } from '#server/queue.ts';

/**
 * Fans one signal out to its next accounts, all of them without a limit; `done` says that nobody is left. A repeat
 * answers with 0 deliveries and no jobs. Locks the signal.
 */
export async function fanOutSignal(
  client: Client,
  signalId: string,
  limit: number | null = null,
): Promise<{ deliveries: number; done: boolean; jobs: Job[] }> {
  const { out } = await one<{ out: { deliveries: number; done: boolean; jobs: unknown } }>(
    client,
    'select fn.signal_fanout($1, $2) as out',
    [signalId, limit],
  );
  return { deliveries: out.deliveries, done: out.done, jobs: jobsOf(out.jobs) };
}

/** Expires, wakes and asks again for what is past its allowed age, at most `limit` rows of each kind. */
export async function sweepDeliveries(client: Client, limit: number) {
  const { out } = await one<{ out: { expired: number; woken: number; jobs: unknown } }>(
    client,
    'select fn.deliveries_sweep($1) as out',
    [limit],
  );
  return { expired: out.expired, woken: out.woken, jobs: jobsOf(out.jobs) };
}
