// The codes with which an exit is answered, and their sentences. Decided in SQL (fn.exit_verdict, fn.exit_order_outcome);
// a database test compares the lists. Entry points: EXIT_CODES, describeExitCode. Pure.

export type ExitAnswer =
  /** Pending until the cause is gone, then priced anew. */
  | 'WAIT'
  /** Refused; the reason tries again after its cooldown. */
  | 'REFUSE'
  /** Ended without an order: nothing was left to do. */
  | 'CANCEL'
  /** Its order failed at the broker; the reason tries again. */
  | 'FAIL';

export const EXIT_CODES = {
  BROKER_DISCONNECTED: { answer: 'WAIT', text: 'the broker is not connected' },
  BROKER_SESSION_EXPIRED: { answer: 'WAIT', text: 'the log-in at the broker has expired' },
  MARKET_CLOSED: { answer: 'WAIT', text: 'the market is closed' },
  INSTRUMENT_FROZEN: { answer: 'WAIT', text: 'the instrument is frozen by a corporate action' },
  TRADE_NOT_OPEN: { answer: 'CANCEL', text: 'the trade is not open' },
  NOTHING_TO_EXIT: { answer: 'CANCEL', text: 'nothing is open any more' },
  DIRECTION_MISMATCH: { answer: 'REFUSE', text: 'the position at hand has the other direction' },
  QTY_NOT_AVAILABLE: { answer: 'REFUSE', text: 'all of it is locked in other orders' },
  NO_SELL_SYMBOL: { answer: 'REFUSE', text: "the symbol is on the account's hold list" },
  OUTSIDE_EXIT_WINDOW: { answer: 'REFUSE', text: 'targets keep off the last minutes of the session' },
  CONDITION_GONE: { answer: 'CANCEL', text: 'its condition no longer held when it could go' },
  NOTHING_LEFT: { answer: 'CANCEL', text: 'another order had taken everything out' },
  WITHDRAWN: { answer: 'CANCEL', text: 'it was withdrawn' },
  SUPERSEDED: { answer: 'CANCEL', text: 'a more urgent reason took its place' },
  BROKER_CANCELLED: { answer: 'FAIL', text: 'the broker cancelled the order' },
  BROKER_EXPIRED: { answer: 'FAIL', text: 'the order expired at the broker' },
} as const satisfies Record<string, { answer: ExitAnswer; text: string }>;

export type ExitCode = keyof typeof EXIT_CODES;

/** What a code means, in words that complete "The exit … because". A broker's own code is shown as it is. */
export function describeExitCode(code: string): string {
  return Object.hasOwn(EXIT_CODES, code)
    ? EXIT_CODES[code as ExitCode].text
    : `the broker refused it (${code})`;
}
