/** Is this process alive, and is the whole ready to work: database, schema, a worker, prices. */
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import { schemaHash } from '#server/schema-hash.ts';
import { webPool } from '#server/web-db.ts';

/** A worker beats every few seconds; one that is silent for longer is not counted. */
const WORKER_SILENT_MS = 15_000;

const row = z.object({
  schema: z.string().nullable(),
  worker_age_ms: z.coerce.number().nullable(),
  feed_age_ms: z.coerce.number().nullable(),
});

const QUERY = `
  select (select hash from public.schema_state) as schema,
    (select extract(epoch from clock_timestamp() - max(beat_at)) * 1000 from public.worker_heartbeats
     where stopped_at is null) as worker_age_ms,
    (select extract(epoch from clock_timestamp() - max(recorded_at)) * 1000 from public.quotes) as feed_age_ms`;

export interface Readiness {
  ready: boolean;
  database: boolean;
  schema: boolean;
  worker: boolean;
  /** Milliseconds since the newest quote of any instrument; null before the first. */
  feedAgeMs: number | null;
}

let wanted: Promise<string> | undefined;

/** Never throws: an unreachable database is an answer. Feed age is told, and decides nothing: markets close. */
export async function readiness(): Promise<Readiness> {
  wanted ??= schemaHash();
  try {
    const [found] = await rowsOf(webPool(), row, QUERY);
    const schema = found?.schema === (await wanted);
    const age = found?.worker_age_ms ?? null;
    const worker = age !== null && age < WORKER_SILENT_MS;
    const feed = found?.feed_age_ms ?? null;
    return {
      ready: schema && worker,
      database: true,
      schema,
      worker,
      feedAgeMs: feed === null ? null : Math.round(feed),
    };
  } catch {
    return { ready: false, database: false, schema: false, worker: false, feedAgeMs: null };
  }
}
