/**
 * The transport of the API for machines: token, scope, rate, shape, then the operation; one JSON object out.
 * Entry point: answerRest. Invariants: no cookie counts here; internal texts never leave; a token reaches nothing but its
 * owner's own rows, whatever his role.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readTokenHolder } from '#server/api-token.ts';
import { toAppError } from '#server/errors.ts';
import type { Queue } from '#server/queue.ts';
import { openApiDocument } from '#server/rest/openapi.ts';
import { Answered, type Operation } from '#server/rest/operation.ts';
import { OPERATIONS, REST_PREFIX } from '#server/rest/operations.ts';
import { drawToken, failures } from '#server/rest/rates.ts';
import { webPool } from '#server/web-db.ts';

const BODY_LIMIT = 64 * 1024;

class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  readonly field: string | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { headers?: Record<string, string>; field?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = more.headers ?? {};
    this.field = more.field;
  }
}

const tooMany = (seconds: number, text: string): Refused =>
  new Refused(429, 'TOO_MANY_REQUESTS', text, { headers: { 'retry-after': String(seconds) } });

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };

function reply(
  status: number,
  body: unknown,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...HEADERS, 'x-request-id': requestId, ...headers },
  });
}

/** Who asks, and whether he may ask for this now. */
async function admit(request: Request, operation: Operation, address: string) {
  const wait = await failures.wait(address);
  if (wait > 0) throw tooMany(wait, 'Too many requests without a valid token.');
  const holder = await readTokenHolder(webPool(), request.headers.get('authorization'));
  if (!holder) {
    await failures.count(address);
    const headers = { 'www-authenticate': 'Bearer' };
    throw new Refused(401, 'UNAUTHENTICATED', 'Send a valid API token: Authorization: Bearer lst_…', {
      headers,
    });
  }
  const rest = await drawToken(holder.tokenId);
  if (rest > 0) throw tooMany(rest, 'Too many requests with this token.');
  if (holder.role === 'researcher')
    throw new Refused(403, 'FORBIDDEN', 'A researcher has no accounts of his own.');
  if (!holder.scopes.includes(operation.scope)) {
    throw new Refused(403, 'SCOPE_MISSING', `This token lacks the scope ${operation.scope}.`);
  }
  return holder;
}

async function readInput(request: Request, { method, input }: Operation) {
  if (method === 'GET') {
    const given = Object.fromEntries(new URL(request.url).searchParams);
    return { rawBody: new Uint8Array(), input: parse(input, given) };
  }
  if (!/^application\/json(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new Refused(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send application/json.');
  }
  const rawBody = await bodyOf(request);
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch {
    throw new Refused(400, 'BAD_JSON', 'The body is not JSON.');
  }
  return { rawBody, input: parse(input, body) };
}

/** Reads no further than the limit, whatever a header says. */
async function bodyOf(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > BODY_LIMIT)
      throw new Refused(413, 'TOO_LARGE', `The body is larger than ${BODY_LIMIT / 1024} KiB.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(schema: z.ZodType, given: unknown): unknown {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  const text = field ? `Field "${field}": ${issue?.message}` : (issue?.message ?? 'It does not fit.');
  throw new Refused(400, 'BAD_INPUT', text, field ? { field } : {});
}

function keyOf(request: Request): string | null {
  const key = request.headers.get('idempotency-key');
  if (key === null || z.uuid().safeParse(key).success) return key;
  throw new Refused(400, 'BAD_INPUT', 'Idempotency-Key takes a uuid.');
}

async function work(request: Request, requestId: string, queue: () => Promise<Queue>): Promise<Response> {
  const path = new URL(request.url).pathname.slice(REST_PREFIX.length);
  if (path === '/openapi.json' && request.method === 'GET') {
    return reply(200, openApiDocument(OPERATIONS, REST_PREFIX), requestId, {
      'cache-control': 'public, max-age=300',
    });
  }
  const here = OPERATIONS.filter((one) => one.path === path);
  if (here.length === 0) throw new Refused(404, 'NOT_FOUND', 'There is nothing here under that name.');
  const operation = here.find((one) => one.method === request.method);
  if (!operation) {
    const allow = here.map((one) => one.method).join(', ');
    throw new Refused(405, 'METHOD_NOT_ALLOWED', `Here only ${allow} is possible.`, { headers: { allow } });
  }
  const address = request.headers.get('x-forwarded-for') ?? '';
  const holder = await admit(request, operation, address);
  const { input, rawBody } = await readInput(request, operation);
  const ctx = { holder, requestId, address, rawBody, key: keyOf(request), queue };
  const said = await operation.run(ctx, input);
  if (!(said instanceof Answered)) return reply(200, operation.output.parse(said), requestId);
  const headers: Record<string, string> = said.retryAfter ? { 'retry-after': String(said.retryAfter) } : {};
  return reply(said.status, said.body, requestId, headers);
}

/** One request, one answer. Never rejects. `queue` is where the acts' jobs go. */
export async function answerRest(request: Request, queue: () => Promise<Queue>): Promise<Response> {
  const requestId = randomUUID();
  try {
    return await work(request, requestId, queue);
  } catch (error) {
    if (error instanceof Refused) {
      const { status, code, message, field, headers } = error;
      return reply(
        status,
        { code, message, ...(field ? { field } : {}), request_id: requestId },
        requestId,
        headers,
      );
    }
    const { status, code, userText } = toAppError(error);
    if (status === 500 || status === 403)
      process.stderr.write(`${requestId} failed: ${(error as Error).stack}\n`);
    const headers: Record<string, string> = status === 503 ? { 'retry-after': '2' } : {};
    return reply(status, { code, message: userText, request_id: requestId }, requestId, headers);
  }
}
