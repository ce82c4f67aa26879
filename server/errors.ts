/**
 * The one error class, and the one map from PostgreSQL's answers to a code, a text for people and "try again".
 *
 * Entry points: AppError, toAppError. Expected refusals are rows with a code and never come through here; what
 * does is a caller's mistake (LK…), a lost race, or trouble of the ground (connection, disk, time-out).
 * `message` is for the log, `userText` for a person; the two are never mixed.
 */

export interface ErrorFacts {
  /** What a person may read; without it, the general sentence of the code. */
  userText?: string;
  /** True when the same call may succeed later, unchanged. */
  retry?: boolean;
  /** HTTP status of a transport's answer. */
  status?: number;
  cause?: unknown;
}

export class AppError extends Error {
  readonly code: string;
  readonly userText: string;
  readonly retry: boolean;
  readonly status: number;

  constructor(code: string, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'AppError';
    this.code = code;
    this.userText = facts.userText ?? USER_TEXT[code] ?? 'Something went wrong. It has been logged.';
    this.retry = facts.retry ?? false;
    this.status = facts.status ?? STATUS[code] ?? 500;
  }
}

const USER_TEXT: Readonly<Record<string, string>> = {
  NOT_FOUND: 'There is nothing here under that name.',
  FORBIDDEN: 'You may not do this.',
  UNAUTHENTICATED: 'Log in first.',
  BAD_INPUT: 'Something in what you entered does not fit.',
  CONFLICT: 'Somebody else changed this in the meantime. Load it again.',
  ILLEGAL_TRANSITION: 'This can no longer be done in its present state.',
  BUSY: 'Too much is going on at once. Try again in a moment.',
  UNAVAILABLE: 'The database cannot be reached at the moment. Try again in a moment.',
};

const STATUS: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  FORBIDDEN: 403,
  UNAUTHENTICATED: 401,
  BAD_INPUT: 400,
  CONFLICT: 409,
  ILLEGAL_TRANSITION: 409,
  BUSY: 503,
  UNAVAILABLE: 503,
};

interface Rule {
  code: string;
  retry?: boolean;
  /** The database function's own text may be shown: it was written for people. */
  textIsForPeople?: boolean;
}

/** By SQLSTATE; a class of two characters stands for all of its states that are not named. */
const BY_STATE: Readonly<Record<string, Rule>> = {
  LK400: { code: 'BAD_INPUT', textIsForPeople: true },
  LK403: { code: 'FORBIDDEN' },
  LK404: { code: 'NOT_FOUND' },
  LK409: { code: 'CONFLICT', textIsForPeople: true },
  LKTRN: { code: 'ILLEGAL_TRANSITION' },
  '22P02': { code: 'BAD_INPUT' },
  // a zero byte, which no text of PostgreSQL can hold: by itself, and within json
  '22021': { code: 'BAD_INPUT' },
  '22P05': { code: 'BAD_INPUT' },
  '22003': { code: 'BAD_INPUT' },
  '23505': { code: 'CONFLICT' },
  '23503': { code: 'NOT_FOUND' },
  '23514': { code: 'BAD_INPUT' },
  '25P04': { code: 'BUSY', retry: true },
  '40001': { code: 'BUSY', retry: true },
  '40P01': { code: 'BUSY', retry: true },
  '42501': { code: 'FORBIDDEN' },
  '53100': { code: 'DISK_FULL', retry: true },
  '53300': { code: 'BUSY', retry: true },
  '55P03': { code: 'BUSY', retry: true },
  '57014': { code: 'BUSY', retry: true },
  '08': { code: 'UNAVAILABLE', retry: true },
  '57': { code: 'UNAVAILABLE', retry: true },
};

/** By the name of a constraint: it states the rule, so it may have words of its own. */
const BY_CONSTRAINT: Readonly<Record<string, { code: string; userText: string }>> = {
  one_user_per_email: { code: 'CONFLICT', userText: 'There already is a user with this e-mail address.' },
  one_strategy_per_name: { code: 'CONFLICT', userText: 'You already have a strategy of this name.' },
  one_account_per_name: { code: 'CONFLICT', userText: 'You already have an account of this name.' },
  one_subscription_per_account: { code: 'CONFLICT', userText: 'This account already follows the strategy.' },
  one_pending_exit_per_trade: { code: 'CONFLICT', userText: 'An exit of this trade is already under way.' },
  one_live_exit_order_per_trade: { code: 'CONFLICT', userText: 'An exit order of this trade is still live.' },
};

/** Errors of the network on the way to the database. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
]);
/** What the driver says when a connection ends under a query; it gives these no code. */
const LOST =
  /^Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect/;

/** Any error as an AppError; one that already is comes back as it is. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { message = String(error), code = '', constraint } = (error ?? {}) as Partial<DatabaseFailure>;
  const named = constraint ? BY_CONSTRAINT[constraint] : undefined;
  if (named)
    return new AppError(named.code, `${constraint}: ${message}`, { userText: named.userText, cause: error });
  if (UNREACHABLE.has(code) || LOST.test(message)) {
    return new AppError('UNAVAILABLE', message, { retry: true, cause: error });
  }
  if (code === 'ENOSPC') return new AppError('DISK_FULL', message, { retry: true, cause: error });
  const rule = BY_STATE[code] ?? BY_STATE[code.slice(0, 2)];
  if (!rule) return new AppError('INTERNAL', message, { cause: error });
  return new AppError(rule.code, message, {
    retry: rule.retry ?? false,
    cause: error,
    ...(rule.textIsForPeople ? { userText: message } : {}),
  });
}

interface DatabaseFailure {
  message: string;
  code: string;
  constraint: string;
}
