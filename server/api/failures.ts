/**
 * From what failed inside to what a person is told: the map is server/errors.ts, this is its tRPC side.
 * Invariant: a text that was not written for people never leaves; it goes to the log instead.
 */
import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { inputSentence } from '#server/api/input-words.ts';
import { toAppError } from '#server/errors.ts';

const CODES: Record<string, TRPCError['code']> = {
  NOT_FOUND: 'NOT_FOUND',
  FORBIDDEN: 'FORBIDDEN',
  UNAUTHENTICATED: 'UNAUTHORIZED',
  BAD_INPUT: 'BAD_REQUEST',
  CONFLICT: 'CONFLICT',
  ILLEGAL_TRANSITION: 'CONFLICT',
  BUSY: 'SERVICE_UNAVAILABLE',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
};

/** The error that leaves the process. */
export function toApiError(error: TRPCError, path: string): TRPCError {
  if (error.code === 'BAD_REQUEST' && error.cause !== undefined) {
    const issues = error.cause instanceof ZodError ? error.cause.issues : [];
    return new TRPCError({ code: 'BAD_REQUEST', message: inputSentence(issues) });
  }
  if (error.code !== 'INTERNAL_SERVER_ERROR')
    return new TRPCError({ code: error.code, message: error.message });
  const cause = error.cause ?? error;
  const known = toAppError(cause);
  const code = CODES[known.code];
  if (!code || code === 'FORBIDDEN') process.stderr.write(`${path} failed: ${stackOf(cause)}\n`);
  return new TRPCError({ code: code ?? 'INTERNAL_SERVER_ERROR', message: sentence(known.userText) });
}

/** "ALREADY_CLOSING: an exit is on its way." → "An exit is on its way." A name like entries_disabled stays as it is. */
function sentence(text: string): string {
  const words = text.replace(/^[A-Z_]+: /, '');
  if (/^\w*_/.test(words)) return words;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const stackOf = (cause: unknown): string =>
  cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
