/**
 * Accepts alerts: one statement and one commit for a batch, jobs enqueued in it. Entry points: toItem, acceptSignals.
 * Invariants: an answer exists only once the batch is committed; a row that breaks its batch fails alone.
 */
import { createHash } from 'node:crypto';
import { type Pool, withTx } from '#server/db.ts';
import { toAppError } from '#server/errors.ts';
import type { Queue } from '#server/queue.ts';
import type { Alert, Refusal } from './alert.ts';
import type { AcceptItem, Answer } from './store.ts';
import { acceptItems } from './store.ts';

export interface AcceptContext {
  pool: Pool;
  queue: Queue;
}

/** Where an alert came from: what every item carries, read or refused. */
export interface Arrival {
  /** SHA-256 of the token, hex: the credential. */
  tokenHash: string;
  /** Of the source's settings that this alert was read with; without it whatever stands now is taken. */
  sourceVersion?: string;
  requestId: string;
  /** The sender's address; null where there is none. */
  address: string | null;
  rawBody: Uint8Array;
  /** The body without its secrets, shortened: kept with a refused alert. */
  shownBody: string | null;
  /** Microseconds since the request arrived. */
  elapsedUs: number;
}

function arrivalOf(arrival: Arrival): AcceptItem {
  return {
    token_hash: arrival.tokenHash,
    source_version: arrival.sourceVersion ?? null,
    request_id: arrival.requestId,
    address: arrival.address,
    elapsed_us: Math.round(arrival.elapsedUs),
    body: arrival.shownBody,
  };
}

/** An alert that was read, as fn.signals_accept takes it. */
export function toItem(arrival: Arrival, alert: Alert): AcceptItem {
  return {
    ...arrivalOf(arrival),
    body_hash: createHash('sha256').update(arrival.rawBody).digest('hex'),
    test: alert.test,
    shape: alert.shape,
    symbol: alert.symbol,
    exchange: alert.exchange,
    delayed: alert.delayed,
    action: alert.action,
    direction: alert.direction,
    reduce_quantity: alert.reduce?.quantity ?? null,
    position_after: alert.reduce?.positionAfter ?? null,
    timeframe: alert.timeframe,
    signal_time: alert.signalTime,
    time_field: alert.timeField,
    price: alert.price,
    stop: alert.stop,
    target: alert.target,
    limit_price: alert.limitPrice,
    quantity: alert.quantity,
    quantity_type: alert.quantityType,
    key: alert.key,
    source: alert.source,
    indicator: alert.indicator,
    max_lag_ms: alert.maxLagMs,
    ignored: alert.ignored.length > 0 ? alert.ignored : null,
  };
}

/** An alert that was refused before its batch: it leaves its row of webhook_events all the same. */
export function toRefusedItem(
  arrival: Arrival,
  refusal: Refusal & { http: number },
  seen: { symbol?: string; action?: string },
): AcceptItem {
  return {
    ...arrivalOf(arrival),
    refusal: { http: refusal.http, code: refusal.code, message: refusal.message },
    ...seen,
  };
}

async function acceptBatch(ctx: AcceptContext, items: readonly AcceptItem[]): Promise<Answer[]> {
  return withTx(ctx.pool, async (client) => {
    const answers = await acceptItems(client, items);
    await ctx.queue.enqueue(
      client,
      answers.flatMap((answer) => answer.jobs),
    );
    return answers;
  });
}

const answered = (answers: Answer[]): PromiseSettledResult<Answer>[] =>
  answers.map((value) => ({ status: 'fulfilled', value }));

/**
 * One settled answer per item, in the order given. A batch that the ground let down (a lost connection, a deadlock) is
 * tried once more as it is; one that a row broke is retried row by row, so that only the bad one is rejected.
 */
export async function acceptSignals(
  ctx: AcceptContext,
  items: readonly AcceptItem[],
): Promise<PromiseSettledResult<Answer>[]> {
  let failure: unknown;
  try {
    return answered(await acceptBatch(ctx, items));
  } catch (error) {
    failure = error;
  }
  if (toAppError(failure).retry) {
    const [again] = await Promise.allSettled([acceptBatch(ctx, items)]);
    return again.status === 'fulfilled' ? answered(again.value) : items.map(() => again);
  }
  if (items.length === 1) return [{ status: 'rejected', reason: failure }];
  const settled: PromiseSettledResult<Answer>[] = [];
  for (const item of items) settled.push(...(await acceptSignals(ctx, [item])));
  return settled;
}
