/**
 * The queue as the pipeline sees it: SQL functions return the jobs that follow from a change, and the store hands them
 * over in the same transaction, so that no job exists before its row and none is lost with it.
 */
import type { Client } from '#server/db.ts';

/** Work that follows from a committed row: the queue's name and the row's id, nothing else. */
export interface Job {
  name: string;
  id: string;
  /** Not before this many milliseconds from now. */
  after_ms?: number;
  /** At most one waiting job of this name and key. */
  key?: string;
}

export interface Queue {
  /** Enqueues in the client's transaction. One notification per call and queue. */
  enqueue(client: Client, jobs: readonly Job[]): Promise<void>;
}

/** Reads the job list that a SQL function returned. Throws on another shape: that is a broken function. */
export function jobsOf(value: unknown): Job[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new TypeError('a job list must be an array');
  return value.map((job: Partial<Job>) => {
    if (typeof job.name !== 'string' || typeof job.id !== 'string')
      throw new TypeError('a job needs name and id');
    return job as Job;
  });
}
