/**
 * The pages' end of the queue: acts of a person enqueue their jobs in the transaction of the act.
 * Shared through globalThis, as the pages' bundle and the process's own modules are two instances.
 */
import { bossQueue, openBoss } from '#server/boss.ts';
import type { Queue } from '#server/queue.ts';

const shared = globalThis as typeof globalThis & { lockstepWebQueue?: Promise<Queue> };

/** The queue of log-in lockstep_web, opened on first use; a failed opening is tried again by the next act. */
export function webQueue(): Promise<Queue> {
  shared.lockstepWebQueue ??= open().catch((error: unknown) => {
    shared.lockstepWebQueue = undefined;
    throw error;
  });
  return shared.lockstepWebQueue;
}

async function open(): Promise<Queue> {
  const url = process.env.DATABASE_URL_WEB;
  if (!url) throw new Error('DATABASE_URL_WEB is not set: the pages need the log-in lockstep_web');
  const boss = await openBoss({
    url,
    use: 'sender',
    max: 2,
    onError: (error) => process.stderr.write(`queue of the pages: ${error.message}\n`),
  });
  return bossQueue(boss);
}
