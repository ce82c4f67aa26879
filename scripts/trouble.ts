/**
 * Trouble at the start, in one line that says what to do.
 *
 * Entry points: Trouble (already worded), lineOf (words for any error).
 */

/** An error whose message is meant for the person at the terminal. */
export class Trouble extends Error {}

/** One line for any error of the start; `what` says what was being done. */
export function lineOf(error: unknown, what = 'Starting'): string {
  const { message = String(error), code = '' } = (error ?? {}) as { message?: string; code?: string };
  const first = message.split('\n')[0] ?? message;
  if (error instanceof Trouble || code === 'BAD_ENVIRONMENT') return first;
  if (code === 'ENOSPC' || code === '53100' || /no space left/i.test(message)) {
    return `The disk is full: ${first}. Make room and start again.`;
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return `No permission: ${first}.`;
  if (code === 'EADDRINUSE') return `A port is in use: ${first}.`;
  return `${what} failed: ${first}`;
}

/** Why a database cannot be used, without repeating a password. */
export function databaseTrouble(variable: string, url: string, error: unknown): Trouble {
  const { host, pathname } = new URL(url);
  const { message = '', code = '' } = error as { message?: string; code?: string };
  const nested = error instanceof AggregateError ? (error.errors[0] as Error).message : message;
  const reason = nested || code || 'no reason given';
  return new Trouble(
    `${variable}: the database at ${host}${pathname} cannot be used: ${reason.split('\n')[0]}`,
  );
}
