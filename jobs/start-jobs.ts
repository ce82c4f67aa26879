/** Sets the queues to work: batches into use cases, and what failed for good into quarantine. Entry point: startJobs. */
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { DEAD_LETTER } from '#server/queues.ts';
import { JOBS, type WorkerRole } from './jobs.ts';
import { runBatch } from './run-batch.ts';

/** Between two looks at a queue, when no notification came (s): the net below LISTEN. */
const BACKSTOP_S = 2;

/** Registers every job of these roles. */
export async function startJobs(
  boss: PgBoss,
  ctx: PipelineContext,
  roles: readonly WorkerRole[],
): Promise<void> {
  for (const job of JOBS.filter(({ role }) => roles.includes(role))) {
    await boss.work<{ id: string }>(
      job.name,
      {
        batchSize: job.batch,
        localConcurrency: job.concurrency,
        perJobResults: true,
        pollingIntervalSeconds: BACKSTOP_S,
        notifyPollingIntervalSeconds: BACKSTOP_S,
        burstWhenBatchFull: true,
      },
      (jobs) => runBatch(jobs, (ids) => job.run(ctx, ids), ctx.log.child({ queue: job.name })),
    );
  }
  if (!roles.includes('operations')) return;
  const options = {
    includeMetadata: true,
    pollingIntervalSeconds: BACKSTOP_S,
    notifyPollingIntervalSeconds: BACKSTOP_S,
  } as const;
  await boss.work<{ id: string }, void, typeof options>(DEAD_LETTER, options, (jobs) =>
    quarantine(ctx, jobs),
  );
}

async function quarantine(ctx: PipelineContext, jobs: JobWithMetadata<{ id: string }>[]): Promise<void> {
  for (const job of jobs) {
    const queue = job.sourceName ?? 'unknown';
    const error = JSON.stringify(job.sourceOutput ?? job.output ?? {});
    ctx.log.error({ queue, id: job.data.id, error }, 'a job failed for good');
    await ctx.pool.query('select fn.quarantine_put(null, $1, $2, $3, $4, $5)', [
      entityOf(queue),
      job.data.id,
      'JOB_FAILED',
      `${queue} failed for good`,
      JSON.stringify([{ queue, error }]),
    ]);
  }
}

/** What the id of a queue's payload names. */
function entityOf(queue: string): string {
  const entity: Record<string, string> = {
    'signal.fanout': 'signal',
    'signal.apply': 'signal',
    'delivery.decide': 'delivery',
    'exit.qualify': 'exit_intent',
  };
  return entity[queue] ?? 'order';
}
