/** Reads a request's body up to a limit. Entry point: readBody. */
import type { IncomingMessage } from 'node:http';

/** Bytes of an alert at most. */
export const BODY_LIMIT = 64 * 1024;
/** What is past the limit is read and thrown away up to here, so that the sender hears the answer. */
const DRAIN_LIMIT = 4 * 1024 * 1024;

export type ReadBody = { ok: true; bytes: Buffer } | { ok: false; problem: 'TOO_LARGE' | 'ABORTED' };

/** The whole body, or why there is none. Never rejects. */
export async function readBody(request: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= BODY_LIMIT) chunks.push(chunk);
      else chunks.length = 0;
      if (size > DRAIN_LIMIT) break;
    }
  } catch {
    return { ok: false, problem: 'ABORTED' };
  }
  return size > BODY_LIMIT ? { ok: false, problem: 'TOO_LARGE' } : { ok: true, bytes: Buffer.concat(chunks) };
}

const TEXT_TYPES = /^(application\/([\w.-]+\+)?json|text\/[\w.-]+|application\/x-www-form-urlencoded)$/;

/** Whether a content type may hold an alert: JSON, text, or what curl calls every body by default. */
export function isAlertType(contentType: string | undefined): boolean {
  const kind = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return kind === '' || TEXT_TYPES.test(kind);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The bytes as text. Null when they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

const SECRET_KEYS = /secret|apikey|api_key|password|passphrase|token/i;
const SHOWN = 2_000;

/** The body for the record of a refused alert: top-level secrets taken out, shortened. */
export function shownBody(body: Record<string, unknown>): string {
  const shown = Object.entries(body).map(([key, value]) => [
    key,
    SECRET_KEYS.test(key) ? '[redacted]' : value,
  ]);
  return JSON.stringify(Object.fromEntries(shown)).slice(0, SHOWN).toWellFormed();
}
