/** Answers of the webhook as HTTP: one small JSON object each, with a code and a sentence. */
import type { ServerResponse } from 'node:http';
import type { Answer } from '#server/pipeline/1-signal/store.ts';

export interface Reply {
  http: number;
  status: 'accepted' | 'duplicate' | 'rearm' | 'refused' | 'test';
  code?: string | null;
  field?: string | null;
  message?: string | null;
  signalId?: string | null;
  retryAfter?: number | null;
  ignored?: string[];
}

const DEFAULT_RETRY_SECONDS = 2;

export function refused(http: number, code: string, message: string, field: string | null = null): Reply {
  return { http, status: 'refused', code, field, message };
}

export function replyOf(answer: Answer, ignored: string[]): Reply {
  const status = answer.outcome.toLowerCase() as Reply['status'];
  const { http, code, message, signalId, retryAfter } = answer;
  return { http, status, code, message, signalId, retryAfter, ignored, field: fieldOf(message) };
}

/** The field that a sentence begins with, as the database words its refusals. */
function fieldOf(message: string | null): string | null {
  return /^Field "([^"]+)"/.exec(message ?? '')?.[1] ?? null;
}

/** Sends it; a request whose connection is gone is left alone. */
export function send(response: ServerResponse, requestId: string, reply: Reply): void {
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify({
    ok: reply.http < 300,
    status: reply.status,
    ...(reply.code ? { code: reply.code } : {}),
    ...(reply.field ? { field: reply.field } : {}),
    ...(reply.message ? { message: reply.message } : {}),
    ...(reply.signalId ? { signal_id: reply.signalId } : {}),
    ...(reply.ignored?.length ? { ignored: reply.ignored } : {}),
    request_id: requestId,
  });
  response.writeHead(reply.http, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...(reply.http === 503 ? { 'retry-after': String(reply.retryAfter ?? DEFAULT_RETRY_SECONDS) } : {}),
    ...(reply.http === 405 ? { allow: 'POST' } : {}),
    ...(reply.http === 413 ? { connection: 'close' } : {}),
  });
  response.end(body);
}
