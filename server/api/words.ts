/**
 * Codes in words. The reasons of a refused entry have their own table with figures (3-intent/reasons.ts), exits theirs
 * (7-exit/exit-reasons.ts); here is what the pages need besides. Pure.
 */
import { isReasonCode, phraseOf, sentenceOf } from '#server/pipeline/3-intent/reasons.ts';
import { EXIT_REASONS } from '#server/pipeline/7-exit/exit-reasons.ts';

/** Codes of deliveries, signals, orders and exits that stand without figures. */
const PLAIN: Record<string, string> = {
  SUPERSEDED: 'a newer alert took its place',
  SIGNAL_EXPIRED: 'it was too old to act on',
  TTL: 'it was too old to act on',
  EXIT_SIGNAL: 'an exit alert came in first',
  CANCEL_SIGNAL: 'a cancel alert came in first',
  WITHDRAWN: 'it was withdrawn',
  ENTRY_WITHDRAWN: 'the entry was withdrawn',
  BROKER_REJECTED: 'the broker refused it',
  REJECTED: 'the broker refused it',
  EXPIRED: 'its time ran out',
  CANCELLED: 'it was cancelled',
  BROKER_DISCONNECTED: 'the account is not connected to its broker',
  BROKER_SESSION_EXPIRED: 'the session at the broker has expired',
  MARKET_CLOSED: 'the market is closed',
  INSTRUMENT_FROZEN: 'the instrument is frozen by a corporate action',
  TRADE_NOT_OPEN: 'the trade is not open',
  DIRECTION_MISMATCH: 'the position at the broker has another direction',
  PENDING_EXIT: 'another exit is under way',
  NOTHING_TO_EXIT: 'nothing is open',
  QTY_NOT_AVAILABLE: 'the quantity is held by other orders',
  NO_SELL_SYMBOL: 'the symbol is on the account’s hold list',
  OUTSIDE_EXIT_WINDOW: 'targets are not taken in the last minutes of a session',
  OUTRANKED: 'a more urgent exit took its place',
  CONDITION_GONE: 'its condition no longer held',
};

/** A code that no table knows, made readable: "SOME_CODE" → "some code". */
const readable = (code: string): string => code.toLowerCase().replaceAll('_', ' ');

/** Words for a code without figures. */
export function sentenceForCode(code: string): string {
  return PLAIN[code] ?? readable(code);
}

/** What stands in `trade_intents.reasons`: a code with its figures in words. */
export interface Reason {
  code: string;
  figures: Record<string, string>;
}

/** "Refused: daily loss limit of $1,000 (admin) reached at 14:32." */
export function refusalSentence({ code, figures }: Reason): string {
  if (isReasonCode(code)) return sentenceOf(code, figures);
  return `Refused: ${sentenceForCode(code)}`;
}

/** A cap that bound the quantity, without "Refused". */
export function boundPhrase({ code, figures }: Reason): string {
  return isReasonCode(code) ? phraseOf(code, figures) : sentenceForCode(code);
}

const EXTRA_EXITS: Record<string, string> = {
  HARD_FAIL: 'Expired or delisted',
  MIN_DTE: 'Close to expiration',
  DEGRADATION: 'Greeks degraded',
  EXTERNAL: 'Closed at the broker',
  NATIVE_STOP: 'Stop at the broker',
  EXPIRED: 'Expired',
};

/** An exit reason in words ("Stop loss"). */
export function exitReasonText(reason: string): string {
  const known = Object.entries(EXIT_REASONS).find(([code]) => code === reason);
  return known?.[1].text ?? EXTRA_EXITS[reason] ?? readable(reason);
}
