/**
 * The webhook as a node:http handler, answered before Next sees the request.
 * Entry point: webhookHandler. `POST /api/webhook/<token>` takes an alert, `GET /api/webhook/schema.json` gives the
 * JSON Schema of the payload. Never a stack trace, never a secret in the log or in an answer.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toAppError } from '#server/errors.ts';
import { Overloaded } from '#server/pipeline/1-signal/coalescer.ts';
import { payloadJsonSchema } from '#server/pipeline/1-signal/payload.ts';
import { addressList, plainAddress, senderAddress } from './address.ts';
import { BODY_LIMIT, isAlertType, readBody } from './body.ts';
import type { ReceiverDeps } from './receive-alert.ts';
import { Receiver } from './receive-alert.ts';
import type { Reply } from './reply.ts';
import { refused, send } from './reply.ts';

export const WEBHOOK_PREFIX = '/api/webhook/';
/** TradingView gives up after 3 s; an answer that takes longer than this is 503, and the resend finds a duplicate. */
const ANSWER_WITHIN_MS = 2_500;
/** Header in which a trusted proxy passes the subject of the client's certificate on. */
const SUBJECT_HEADER = 'x-client-cert-subject';

const SCHEMA_HEADERS = {
  'content-type': 'application/schema+json; charset=utf-8',
  'cache-control': 'public, max-age=300',
};

export interface WebhookOptions extends ReceiverDeps {
  /** Addresses and networks whose X-Forwarded-For and certificate header are believed. */
  trustedProxies: readonly string[];
}

export type WebhookHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Whether a request's path belongs to the webhook. */
export function isWebhook(url: string | undefined): boolean {
  return url?.startsWith(WEBHOOK_PREFIX) ?? false;
}

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

/** What an error means to the sender: data that the database refuses is 400, everything else may be sent again. */
function replyTo(error: unknown): Reply {
  if (error instanceof Overloaded)
    return refused(503, 'OVERLOADED', 'Too much is going on at once; send it again.');
  const state = toAppError(error).cause as { code?: string } | undefined;
  // Classes 22 and 23: the value itself does not fit, and would not fit the next time either.
  if (/^2[23]/.test(state?.code ?? ''))
    return refused(400, 'BAD_INPUT', 'The alert holds a value that cannot be stored.');
  return refused(503, 'UNAVAILABLE', 'The alert could not be stored; send it again.');
}

/** A reply that comes in time, or 503; what the work still does then is found as a duplicate by the resend. */
async function inTime(work: Promise<Reply | null>): Promise<Reply | null> {
  const late = Promise.withResolvers<Reply>();
  const timer = setTimeout(
    () => late.resolve(refused(503, 'TOO_SLOW', 'It took too long; send it again.')),
    ANSWER_WITHIN_MS,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Reads a request up to its body and hands it to the receiver. Null when the sender is gone. */
async function takeIn(
  request: IncomingMessage,
  ids: { requestId: string; token: string },
  {
    receiver,
    isTrusted,
    now,
  }: { receiver: Receiver; isTrusted: (address: string) => boolean; now: () => number },
): Promise<Reply | null> {
  const arrivedAt = now();
  if (request.method !== 'POST') {
    return refused(405, 'METHOD_NOT_ALLOWED', `Alerts are sent with POST, not with ${request.method}.`);
  }
  const peer = plainAddress(request.socket.remoteAddress);
  const address = senderAddress(peer, header(request, 'x-forwarded-for'), isTrusted);
  const encoding = header(request, 'content-encoding') ?? 'identity';
  if (!isAlertType(request.headers['content-type']) || encoding !== 'identity') {
    return refused(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send JSON, or text that is JSON, without compression.');
  }
  const read = await readBody(request);
  if (!read.ok && read.problem === 'ABORTED') return null;
  if (!read.ok) {
    await receiver.failedEarly(address, 'TOO_LARGE');
    return refused(413, 'TOO_LARGE', `The body is larger than ${BODY_LIMIT / 1024} KiB.`);
  }
  const clientSubject = isTrusted(peer) ? (header(request, SUBJECT_HEADER) ?? null) : null;
  const signature = header(request, 'x-signature');
  return receiver.receive({ ...ids, address, clientSubject, signature, rawBody: read.bytes, arrivedAt });
}

/** The handler of everything under {@link WEBHOOK_PREFIX}. Never rejects. */
export function webhookHandler(options: WebhookOptions): WebhookHandler {
  const { log, now } = options;
  const ground = { receiver: new Receiver(options), isTrusted: addressList(options.trustedProxies), now };
  const schema = JSON.stringify(payloadJsonSchema(), null, 2);

  return async (request, response) => {
    const path = (request.url ?? '').slice(WEBHOOK_PREFIX.length).split('?')[0] ?? '';
    if (path === 'schema.json' && (request.method === 'GET' || request.method === 'HEAD')) {
      response.writeHead(200, SCHEMA_HEADERS);
      response.end(request.method === 'HEAD' ? undefined : schema);
      return;
    }
    const requestId = randomUUID();
    const work = takeIn(request, { requestId, token: path }, ground).catch((error: unknown) => {
      const said = replyTo(error);
      log.warn({ err: error, requestId, code: said.code }, 'webhook failed');
      return said;
    });
    const answer = await inTime(work);
    if (answer === null) return;
    const { http, status, code, signalId } = answer;
    log.debug({ requestId, http, status, code, signalId }, 'webhook');
    send(response, requestId, answer);
  };
}
