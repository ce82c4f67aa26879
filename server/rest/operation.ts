/**
 * What one operation of the API for machines is: its place, its scope, its schemas and its work. The transport
 * (answer.ts) and the OpenAPI document (openapi.ts) are made of the same object.
 * Entry points: operation, and the field types that operations share. Names are snake_case as in the webhook; decimals
 * travel as strings, times as ISO 8601 in UTC.
 */
import { z } from 'zod';
import type { ApiScope, TokenHolder } from '#server/api-token.ts';
import { Decimal } from '#server/money.ts';
import type { Queue } from '#server/queue.ts';

export interface RestContext {
  holder: TokenHolder;
  requestId: string;
  /** The sender's address; '' where it is not known. */
  address: string;
  /** The body as it came; empty for GET. */
  rawBody: Uint8Array;
  /** Idempotency-Key of the request, or null. */
  key: string | null;
  queue: () => Promise<Queue>;
}

/** An answer that is not plainly 200. */
export class Answered {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: number | null;

  constructor(status: number, body: unknown, retryAfter: number | null = null) {
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

export interface Operation {
  id: string;
  method: 'GET' | 'POST';
  path: `/${string}`;
  scope: ApiScope;
  summary: string;
  description: string;
  /** Query of a GET (values are text), body of a POST. */
  input: z.ZodType;
  /** What comes out; the work's result is parsed with it. */
  output: z.ZodType;
  run: (ctx: RestContext, input: unknown) => Promise<unknown>;
}

/** An operation whose work takes what its input schema gives. */
export function operation<I extends z.ZodType, O extends z.ZodType>(
  given: Omit<Operation, 'input' | 'output' | 'run'> & {
    input: I;
    output: O;
    run: (ctx: RestContext, input: z.output<I>) => Promise<unknown>;
  },
): Operation {
  // the transport parses with this very schema before it calls
  return { ...given, run: (ctx, input) => given.run(ctx, input as z.output<I>) };
}

export const decimal = z
  .string()
  .transform((value) => new Decimal(value).toFixed())
  .pipe(z.string().meta({ format: 'decimal', examples: ['101.25'] }));

export const moment = z
  .date()
  .transform((value) => value.toISOString())
  .pipe(z.iso.datetime());

export const id = z.uuid();
export const word = z.string();

const MOST = 200;
export const limit = z.coerce.number().int().min(1).max(MOST).default(50).describe('Rows at most.');
export const symbol = z.string().trim().toUpperCase().min(1).max(40).optional();
export const account = z.uuid().optional().describe('Id of an account; all accounts without it.');

const CURSOR = /^([\d\- :.+]{10,40})\|([0-9a-f-]{36})$/;

/** Where the next page begins: an opaque word for the caller, a moment and an id for us. */
export const cursorText = (at: string, last: string): string =>
  Buffer.from(`${at}|${last}`).toString('base64url');

export const cursor = z
  .string()
  .max(200)
  .optional()
  .transform((given, issues) => {
    if (given === undefined) return null;
    const [, at, last] = CURSOR.exec(Buffer.from(given, 'base64url').toString()) ?? [];
    if (at && last && z.uuid().safeParse(last).success) return { at, id: last };
    issues.addIssue('must be a next_cursor of an earlier answer');
    return z.NEVER;
  })
  .describe('next_cursor of the page before.');

/** A page of rows that carry `cursor_at`. */
export function pageOf<R extends { id: unknown; cursor_at: unknown }>(rows: readonly R[], size: number) {
  const items = rows.slice(0, size);
  const last = items.at(-1);
  const more = rows.length > size && last;
  return { items, next_cursor: more ? cursorText(String(last.cursor_at), String(last.id)) : null };
}
