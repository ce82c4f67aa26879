/**
 * The queue on pg-boss: what the web process and the workers open. Queues are created at deploy (prisma/queues.ts); the
 * log-ins only send and work, so a start never changes the schema.
 */
import { type Db as BossDb, PgBoss } from 'pg-boss';
import type { Client } from '#server/db.ts';
import type { Job, Queue } from '#server/queue.ts';

/** Seconds without a heartbeat after which a killed worker's jobs return. */
const SUPERVISE_SECONDS = 10;

export interface BossOptions {
  url: string;
  /** A worker listens, supervises and retries; a sender only inserts. */
  use: 'worker' | 'sender';
  /** Connections at most. */
  max: number;
  onError: (error: Error) => void;
}

/** Opens pg-boss without touching its schema. Throws when the schema is missing or of another version. */
export async function openBoss(options: BossOptions): Promise<PgBoss> {
  const works = options.use === 'worker';
  const boss = new PgBoss({
    connectionString: options.url,
    application_name: `lockstep-queue-${options.use}`,
    max: options.max,
    migrate: false,
    createSchema: false,
    schedule: false,
    supervise: works,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    reindex: false,
    monitorVacuum: false,
    useListenNotify: works,
  });
  boss.on('error', options.onError);
  boss.on('warning', (warning) => options.onError(new Error(`queue: ${warning.message}`)));
  await boss.start();
  return boss;
}

/** pg-boss writes few different statements, each of a hundred lines: prepared once per connection, not planned at every job. */
const prepared = new Map<string, string>();

function nameOf(text: string): string {
  const known = prepared.get(text);
  if (known !== undefined) return known;
  const name = `boss-${prepared.size}`;
  prepared.set(text, name);
  return name;
}

/** pg-boss statements inside a transaction of ours. */
function through(client: Client): BossDb {
  return {
    executeSql: (text, values) => client.query({ name: nameOf(text), text, ...(values ? { values } : {}) }),
  };
}

/** The pipeline's queue over an open pg-boss. */
export function bossQueue(boss: PgBoss): Queue {
  return {
    async enqueue(client: Client, jobs: readonly Job[]) {
      for (const [name, batch] of Map.groupBy(jobs, (job) => job.name)) {
        await boss.insert(
          name,
          batch.map((job) => ({
            data: { id: job.id },
            ...(job.after_ms === undefined ? {} : { startAfter: startAfter(job.after_ms) }),
            ...(job.key === undefined ? {} : { singletonKey: job.key }),
          })),
          { db: through(client), returnId: false },
        );
      }
    },
  };
}

/** As an interval that PostgreSQL adds to its own time: a worker's clock may be wrong by minutes. */
function startAfter(afterMs: number): string {
  return `${afterMs} milliseconds`;
}
