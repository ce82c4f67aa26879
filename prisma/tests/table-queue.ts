/**
 * A queue in a table of the test's database: jobs become visible with the commit that enqueued them, as in the real one,
 * and its time is the settable clock.
 *
 * Entry points: openTableQueue, TableQueue.drain. Invariants: a job that fails comes back up to {@link ATTEMPTS} times
 * and its error is kept in `failures`; with `copies` every job exists that often, each copy in a lane of its own, so that
 * drains do the same work at the same time.
 */

import { JOBS } from '#jobs/jobs.ts';
import { runBatch } from '#jobs/run-batch.ts';
import type { TestDatabase } from '#prisma/tests/harness.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import type { Job, Queue } from '#server/queue.ts';

const ATTEMPTS = 5;

const SCHEMA = `
  create schema test_queue;
  create table test_queue.jobs (
    n bigint generated always as identity primary key, name text not null, row_id uuid not null,
    due_at timestamptz not null, attempt int not null default 1, lane int not null default 1
  );
  create index jobs_due on test_queue.jobs (name, due_at, n);
  grant usage on schema test_queue to lockstep_web, lockstep_worker;
  grant select, insert, update, delete on test_queue.jobs to lockstep_web, lockstep_worker;`;

const PUT = `
  insert into test_queue.jobs (name, row_id, due_at, lane)
  select j.name, j.id, fn.clock() + coalesce(j.after_ms, 0) * interval '1 millisecond', lane
  from jsonb_to_recordset($1) as j(name text, id uuid, after_ms int), generate_series(1, $2) lane`;

const TAKE = `
  with due as (
    select n from test_queue.jobs where name = $1 and due_at <= fn.clock() and ($3::int is null or lane = $3)
    order by n limit $2 for update skip locked
  )
  delete from test_queue.jobs j using due where j.n = due.n returning j.row_id as id, j.attempt, j.lane`;

const PUT_BACK = `insert into test_queue.jobs (name, row_id, due_at, attempt, lane) values ($1, $2, fn.clock(), $3, $4)`;

export interface TableQueue extends Queue {
  /** Errors of handlers, whether or not a later attempt went well. */
  failures: string[];
  /**
   * Runs due jobs until none is left, through as many drains at once as there are contexts, each with its own order of
   * the queues. `after` runs after every batch, while the others go on.
   */
  drain(workers: readonly PipelineContext[], after?: () => Promise<void>): Promise<void>;
}

export async function openTableQueue(db: TestDatabase, copies = 1): Promise<TableQueue> {
  await db.owner.query(SCHEMA);
  const failures: string[] = [];

  /** One batch of the first queue that has anything due; false when none has. */
  async function turn(ctx: PipelineContext, first: number, lane: number | null): Promise<boolean> {
    for (let k = 0; k < JOBS.length; k += 1) {
      const job = JOBS[(first + k) % JOBS.length];
      if (job === undefined) continue;
      const { rows } = await db.worker.query<{ id: string; attempt: number; lane: number }>(TAKE, [
        job.name,
        job.batch,
        lane,
      ]);
      if (rows.length === 0) continue;
      const jobs = rows.map(({ id }, n) => ({ id: String(n), data: { id } }));
      const results = await runBatch(jobs, (ids) => job.run(ctx, ids), ctx.log);
      for (const [n, result] of results.entries()) {
        const row = rows[n];
        if (result.status !== 'failed' || row === undefined) continue;
        failures.push(`${job.name}: ${JSON.stringify(result.output)}`);
        if (row.attempt < ATTEMPTS)
          await db.worker.query(PUT_BACK, [job.name, row.id, row.attempt + 1, row.lane]);
      }
      return true;
    }
    return false;
  }

  return {
    failures,
    async enqueue(client, jobs: readonly Job[]) {
      if (jobs.length > 0) await client.query(PUT, [JSON.stringify(jobs), copies]);
    },
    async drain(workers, after = async () => undefined) {
      let idle = 0;
      let wake = Promise.withResolvers<void>();
      const ring = () => {
        wake.resolve();
        wake = Promise.withResolvers<void>();
      };
      const lanes = copies > 1 && workers.length >= copies;
      const run = async (ctx: PipelineContext, n: number): Promise<void> => {
        for (let round = 0; ; round += 1) {
          if (await turn(ctx, n * 2 + round, lanes ? (n % copies) + 1 : null)) {
            await after();
            ring();
            continue;
          }
          idle += 1;
          if (idle === workers.length) return ring();
          await wake.promise;
          if (idle === workers.length) return;
          idle -= 1;
        }
      };
      await Promise.all(workers.map(run));
    },
  };
}
