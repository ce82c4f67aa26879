/**
 * Runs a batch of jobs: together when all goes well, one by one when one of them fails, so that a bad row never holds
 * back the good ones beside it. Entry point: runBatch.
 */
import type { JobResult } from 'pg-boss';
import type { Logger } from 'pino';

interface IdJob {
  id: string;
  data: { id: string };
}

/** Runs `work` over the rows that the jobs name; answers the outcome per job. Never throws. */
export async function runBatch(
  jobs: readonly IdJob[],
  work: (ids: string[]) => Promise<unknown>,
  log: Logger,
): Promise<JobResult[]> {
  const ids = [...new Set(jobs.map((job) => job.data.id))];
  const failures = await attempt(ids, work, log);
  return jobs.map((job) => {
    const failure = failures.get(job.data.id);
    return failure === undefined
      ? { id: job.id, status: 'completed' }
      : { id: job.id, status: 'failed', output: { message: failure.message, stack: failure.stack } };
  });
}

async function attempt(
  ids: string[],
  work: (ids: string[]) => Promise<unknown>,
  log: Logger,
): Promise<Map<string, Error>> {
  const failures = new Map<string, Error>();
  try {
    await work(ids);
    return failures;
  } catch (error) {
    log.warn({ err: error, jobs: ids.length }, 'a batch failed');
    if (ids.length === 1) return failures.set(ids[0] ?? '', asError(error));
  }
  for (const id of ids) {
    try {
      await work([id]);
    } catch (error) {
      failures.set(id, asError(error));
    }
  }
  return failures;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
