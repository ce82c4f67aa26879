/** Stage 1's SQL, called: sources of tokens, failures of strangers, acceptance of a batch, applying a signal. */
import type { Client, Queryable } from '#server/db.ts';
import { one } from '#server/db.ts';
import type { Job } from '#server/queue.ts';
import { jobsOf } from '#server/queue.ts';
import type { Sides } from './alert.ts';

/** What a token opens. Digests are hex; the HMAC key is the source's own. */
export interface Source {
  /** Changes with anything of the source, its token or its strategy. */
  version: string;
  sourceId: string;
  strategyId: string;
  userId: string;
  sides: Sides;
  bodySecretHash: string | null;
  hmacKey: Buffer | null;
  allowedAddresses: string[];
  clientSubject: string | null;
  entriesPerMinute: number;
}

/**
 * One alert on its way into fn.signals_accept; the keys are those of its header. Decimals are strings; null and false mean
 * the same as an absent key.
 */
export type AcceptItem = Record<string, unknown> & { token_hash: string; request_id: string };

/** OUTDATED: the source changed since its settings were read (source_version); nothing was decided or stored. */
export type Outcome = 'ACCEPTED' | 'DUPLICATE' | 'REARM' | 'REFUSED' | 'TEST' | 'OUTDATED';

export interface Answer {
  outcome: Outcome;
  http: number;
  code: string | null;
  message: string | null;
  signalId: string | null;
  /** Seconds; set where http is 503. */
  retryAfter: number | null;
  jobs: Job[];
}

interface SourceRow {
  token_hash: string;
  version: string;
  source_id: string;
  strategy_id: string;
  user_id: string;
  sides: Sides;
  body_secret_hash: string | null;
  hmac_key: Buffer | null;
  allowed_addresses: string[];
  client_subject: string | null;
  entries_per_minute: number;
}

/** The sources of these token digests (hex), by digest; what is unknown or disabled is not in the map. */
export async function findSources(db: Queryable, hashes: readonly string[]): Promise<Map<string, Source>> {
  const { rows } = await db.query<SourceRow>('select * from fn.webhook_source_get($1::bytea[])', [
    hashes.map((hash) => Buffer.from(hash, 'hex')),
  ]);
  return new Map(
    rows.map((row) => [
      row.token_hash,
      {
        version: row.version,
        sourceId: row.source_id,
        strategyId: row.strategy_id,
        userId: row.user_id,
        sides: row.sides,
        bodySecretHash: row.body_secret_hash,
        hmacKey: row.hmac_key,
        allowedAddresses: row.allowed_addresses,
        clientSubject: row.client_subject,
        entriesPerMinute: row.entries_per_minute,
      },
    ]),
  );
}

/** Counts a request that named no source; answers how many this address has had in this minute. */
export async function countFailure(
  db: Queryable,
  address: string,
  reason: string,
  limit: number,
): Promise<number> {
  const row = await one<{ count: number }>(db, 'select fn.webhook_failure_count($1::inet, $2, $3) as count', [
    address,
    reason,
    limit,
  ]);
  return row.count;
}

interface AnswerRow {
  ord: number;
  outcome: Outcome;
  http: number;
  code: string | null;
  message: string | null;
  signal_id: string | null;
  retry_after: number | null;
  job: string | null;
}

/** What is null or false is left out: half of a plain alert's bytes. */
const slim = (_key: string, value: unknown): unknown =>
  value === null || value === false ? undefined : value;

/** Accepts a batch in the client's transaction: one answer per item, in the order given. */
export async function acceptItems(client: Client, items: readonly AcceptItem[]): Promise<Answer[]> {
  const { rows } = await client.query<AnswerRow>('select * from fn.signals_accept($1::json)', [
    JSON.stringify(
      items.map((item, ord) => ({ ...item, ord })),
      slim,
    ),
  ]);
  const answers = new Map(rows.map((row) => [row.ord, row]));
  return items.map((_item, ord) => {
    const row = answers.get(ord);
    if (row === undefined) throw new Error(`fn.signals_accept gave no answer to item ${ord}`);
    const { outcome, http, code, message } = row;
    return {
      outcome,
      http,
      code,
      message,
      signalId: row.signal_id,
      retryAfter: row.retry_after,
      jobs: row.job !== null && row.signal_id !== null ? [{ name: row.job, id: row.signal_id }] : [],
    };
  });
}

export interface Applied {
  done: boolean;
  /** An older signal of the same strategy and instrument that must be applied first. */
  before: string | null;
  jobs: Job[];
}

/** Applies a signal to the next `limit` accounts after its own cursor. */
export async function applyChunk(client: Client, signalId: string, limit: number): Promise<Applied> {
  const { result } = await one<{ result: { done: boolean; before?: string; jobs: unknown } }>(
    client,
    'select fn.signal_apply($1, null, $2) as result',
    [signalId, limit],
  );
  return { done: result.done, before: result.before ?? null, jobs: jobsOf(result.jobs) };
}
