/**
 * The worker's sign of life: a row that says it is there, every few seconds. Orders that a silent worker had claimed are
 * asked about once its row is old. Entry point: startHeartbeat.
 */
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Pool } from '#server/db.ts';
import { pause } from './sweeper.ts';

/** A third of the age at which a worker counts as gone (15 s). */
const BEAT_MS = 4_000;

/** Beats until stopped; the first beat is awaited, so that a worker never works unseen. */
export async function startHeartbeat(
  pool: Pool,
  worker: string,
  roles: readonly string[],
  log: Logger,
): Promise<() => Promise<void>> {
  const beat = () =>
    pool.query('select fn.worker_beat($1, $2, $3, $4, $5)', [
      worker,
      roles,
      process.pid,
      hostname(),
      { rss: process.memoryUsage.rss() },
    ]);
  await beat();
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      await pause(BEAT_MS, stop.signal);
      if (!stop.signal.aborted)
        await beat().catch((error: unknown) => log.error({ err: error }, 'heartbeat failed'));
    }
  })();
  return async () => {
    stop.abort();
    await running;
    await pool.query('select fn.worker_stop($1)', [worker]);
  };
}
