// Stage 2 as SQL: thin calls of its functions, jobs handed to the queue in the same transaction.
// Entry points: fanOutSignal, sweepDeliveries.
import { type Client, one } from '#server/db.ts';
import { type Job, jobsOf } from '#server/queue.ts';

/** Fans one signal out; a repeat answers with 0 deliveries and no jobs. Locks the signal. */
export async function fanOutSignal(
  client: Client,
  signalId: string,
): Promise<{ deliveries: number; jobs: Job[] }> {
  const { out } = await one<{ out: { deliveries: number; jobs: unknown } }>(
    client,
    'select fn.signal_fanout($1) as out',
    [signalId],
  );
  return { deliveries: out.deliveries, jobs: jobsOf(out.jobs) };
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
