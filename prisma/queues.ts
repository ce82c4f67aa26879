/**
 * The queue's own schema (`pgboss`), its queues, and the rights of the processes in it.
 *
 * Entry point: applyQueues, the last step of an apply. The log-ins run with `migrate: false`: only the owner
 * creates or changes anything here. Invariant: a job is a row that worker and web may both add, in the
 * transaction of the row that it speaks of.
 */
import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import { DEAD_LETTER, QUEUE_SETTINGS, QUEUES } from '#server/queues.ts';

/** Creates schema and queues, brings their settings up to date, then lets web and worker use them. */
export async function applyQueues(ownerUrl: string, owner: pg.ClientBase): Promise<void> {
  const boss = new PgBoss({
    connectionString: ownerUrl,
    max: 1,
    schedule: false,
    supervise: false,
    application_name: 'lockstep-apply',
  });
  boss.on('error', () => undefined);
  await boss.start();
  try {
    const known = new Set((await boss.getQueues()).map((queue) => queue.name));
    if (!known.has(DEAD_LETTER)) await boss.createQueue(DEAD_LETTER, { notify: true });
    for (const name of QUEUES) {
      if (known.has(name)) await boss.updateQueue(name, QUEUE_SETTINGS);
      else await boss.createQueue(name, QUEUE_SETTINGS);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
  await owner.query(`
    grant usage on schema pgboss to lockstep_web, lockstep_web_admin, lockstep_worker;
    grant select, insert, update, delete on all tables in schema pgboss to lockstep_web, lockstep_web_admin, lockstep_worker;
    grant usage on all sequences in schema pgboss to lockstep_web, lockstep_web_admin, lockstep_worker;
    grant execute on all functions in schema pgboss to lockstep_web, lockstep_web_admin, lockstep_worker`);
}
