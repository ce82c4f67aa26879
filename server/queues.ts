/**
 * Every queue: its name and how it retries. Payloads are `{id}`; the rows decide, so a job that runs twice does nothing
 * the second time.
 */

/** Fails for good after this many attempts, then goes to {@link DEAD_LETTER}. */
const RETRIES = 5;

/** What failed for good waits here until a worker has put it into quarantine. */
export const DEAD_LETTER = 'dead';

export const QUEUES = [
  'signal.fanout',
  'signal.apply',
  'delivery.decide',
  'order.place',
  'order.cancel',
  'order.refresh',
  'exit.qualify',
] as const;
export type QueueName = (typeof QUEUES)[number];

/** Settings of every queue but the dead letters. A batch runs at most `expireInSeconds`; heartbeats find killed workers sooner. */
export const QUEUE_SETTINGS = {
  retryLimit: RETRIES,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 30,
  expireInSeconds: 30,
  heartbeatSeconds: 10,
  retentionSeconds: 14 * 86_400,
  deleteAfterSeconds: 600,
  deadLetter: DEAD_LETTER,
  notify: true,
} as const;
