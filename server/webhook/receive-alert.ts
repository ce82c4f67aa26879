/**
 * One request with a token becomes one answer: the gates up to parsing here, the rest in the database.
 * Entry point: Receiver.receive. Order: size (before this) → token and its ceiling → address → certificate →
 * signature, secret → parse → fn.signals_accept. Invariants: lookups and acceptances are coalesced, at most two
 * batches of each at work; nothing is answered before its batch is committed; what was read with settings that have changed since
 * is read again.
 */

import { sha256 } from '#server/crypto.ts';
import type { Pool } from '#server/db.ts';
import type { Logger } from '#server/log.ts';
import type { Arrival } from '#server/pipeline/1-signal/accept-signal.ts';
import { acceptSignals, toItem, toRefusedItem } from '#server/pipeline/1-signal/accept-signal.ts';
import type { Refusal } from '#server/pipeline/1-signal/alert.ts';
import { Coalescer } from '#server/pipeline/1-signal/coalescer.ts';
import type { Body } from '#server/pipeline/1-signal/parse-alert.ts';
import { parseAlert, parseBody } from '#server/pipeline/1-signal/parse-alert.ts';
import type { AcceptItem, Answer, Source } from '#server/pipeline/1-signal/store.ts';
import { countFailure } from '#server/pipeline/1-signal/store.ts';
import type { Queue } from '#server/queue.ts';
import { countedAddress } from './address.ts';
import { shownBody, textOf } from './body.ts';
import { Ceiling } from './ceiling.ts';
import type { Reply } from './reply.ts';
import { refused, replyOf } from './reply.ts';
import { refuseSender } from './sender.ts';
import { Sources } from './sources.ts';

export interface ReceiverDeps {
  /** Log-in lockstep_web; its own, so that pages and alerts never starve each other. */
  pool: Pool;
  queue: Queue;
  log: Logger;
  /** Milliseconds of a steady clock, for durations and the ceiling only. */
  now: () => number;
}

export interface Delivery {
  token: string;
  requestId: string;
  address: string;
  clientSubject: string | null;
  signature: string | undefined;
  rawBody: Buffer;
  /** On the clock of `now`. */
  arrivedAt: number;
}

/** Batches at work at once, items of one batch, items that may wait: past that the answer is 503. */
export const LANES = 2;
export const BATCH = 256;
export const WAITING = 20_000;
/** A batch costs as much as forty alerts in it, so in a crowd it waits for more of them (ms). */
const GATHER_MS = 2;
/** Failures per address and minute that are counted one by one. */
export const FAILURES_PER_MINUTE = 30;
const SEEN = 40;
const TOKEN = /^[\w-]{16,128}$/;

/** The beginning of a field that was never checked, fit for a text column. */
function plainStart(value: unknown): string | undefined {
  return typeof value === 'string'
    ? value
        .slice(0, SEEN)
        .toWellFormed()
        .replace(/\p{Cc}/gu, ' ')
    : undefined;
}

/** Looks at a source that changes under every look, at most. */
const LOOKS = 3;

/** Whether an answer says that the source has changed, or that its token opens nothing any more. */
const isOutdated = (answer: Answer): boolean =>
  answer.outcome === 'OUTDATED' || answer.code === 'UNKNOWN_TOKEN';

export class Receiver {
  readonly #deps: ReceiverDeps;
  readonly #ceiling = new Ceiling();
  readonly #sources: Sources;
  readonly #accepts: Coalescer<AcceptItem, Answer>;

  constructor(deps: ReceiverDeps) {
    this.#deps = deps;
    const limits = { lanes: LANES, batch: BATCH, waiting: WAITING };
    this.#sources = new Sources(deps.pool, limits);
    this.#accepts = new Coalescer({
      ...limits,
      gatherMs: GATHER_MS,
      run: (items) => acceptSignals(deps, items),
    });
  }

  /** Rejects with Overloaded or the database's error; every refusal is a reply. */
  async receive(delivery: Delivery): Promise<Reply> {
    const tokenHash = sha256(delivery.token).toString('hex');
    let source = TOKEN.test(delivery.token) ? await this.#sources.get(tokenHash) : null;
    for (let look = 1; source !== null; look += 1) {
      const wait = this.#ceiling.wait(source.sourceId, source.entriesPerMinute, delivery.arrivedAt);
      if (wait > 0) return this.#overCeiling(delivery.address, wait);
      const reply = await this.#judge(delivery, source, tokenHash);
      if (reply !== 'outdated') return reply;
      if (look === LOOKS) return refused(503, 'OUTDATED', 'The source was just changed; send it again.');
      source = await this.#sources.renew(tokenHash);
    }
    await this.#failed(delivery.address, 'UNKNOWN_TOKEN');
    return refused(401, 'UNKNOWN_TOKEN', 'This address is not known.');
  }

  async #overCeiling(address: string, wait: number): Promise<Reply> {
    await this.#failed(address, 'CEILING');
    const text = 'Far too many requests for this address; send it again later.';
    return { ...refused(503, 'RATE_LIMIT', text), retryAfter: wait };
  }

  /** A request that ended before its token could be read. */
  async failedEarly(address: string, reason: string): Promise<void> {
    await this.#failed(address, reason).catch((error: unknown) =>
      this.#deps.log.warn({ err: error }, 'failure not counted'),
    );
  }

  /** The reply, or `outdated` when the source is no longer what it was or is gone. */
  async #judge(delivery: Delivery, source: Source, tokenHash: string): Promise<Reply | 'outdated'> {
    const text = textOf(delivery.rawBody);
    const json =
      text === null
        ? {
            ok: false as const,
            refusal: { code: 'BAD_ENCODING', field: null, message: 'The body is not UTF-8 text.' },
          }
        : parseBody(text);
    const body = json.ok ? json.body : null;
    const arrival = (): Arrival => ({
      tokenHash,
      sourceVersion: source.version,
      requestId: delivery.requestId,
      address: delivery.address || null,
      rawBody: delivery.rawBody,
      shownBody: body === null ? null : shownBody(body),
      elapsedUs: (this.#deps.now() - delivery.arrivedAt) * 1000,
    });
    const turnedAway = refuseSender(source, { ...delivery, body });
    if (turnedAway !== null) return this.#refuse(arrival(), turnedAway, body);
    const parsed = json.ok ? parseAlert(json.body, source.sides) : json;
    if (!parsed.ok) return this.#refuse(arrival(), { ...parsed.refusal, http: 400 }, body);
    const answer = await this.#accepts.submit(toItem(arrival(), parsed.alert));
    return isOutdated(answer) ? 'outdated' : replyOf(answer, parsed.alert.ignored);
  }

  /** Refused here, and recorded with the next batch before it is answered. */
  async #refuse(
    arrival: Arrival,
    refusal: Refusal & { http: number },
    body: Body | null,
  ): Promise<Reply | 'outdated'> {
    const seen = (name: string) => plainStart(body?.[name]);
    const symbol = seen('symbol') ?? seen('ticker') ?? seen('tv_instrument');
    const answer = await this.#accepts.submit(
      toRefusedItem(arrival, refusal, { symbol, action: seen('action') }),
    );
    if (isOutdated(answer)) return 'outdated';
    return refused(refusal.http, refusal.code, refusal.message, refusal.field);
  }

  async #failed(address: string, reason: string): Promise<void> {
    const count = await countFailure(this.#deps.pool, countedAddress(address), reason, FAILURES_PER_MINUTE);
    if (count === FAILURES_PER_MINUTE)
      this.#deps.log.warn({ address, reason }, 'many failed webhook requests from one address');
  }
}
