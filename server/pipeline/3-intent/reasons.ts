// Every reason for which an entry may be refused, each with the sentence a trader reads.
// Entry points: REASONS (code → template), sentenceOf (code + figures → sentence), ReasonCode.
// Invariant: a code is listed once, in the order in which it is named when several refuse; the first one
// that refused is the intent's code, the rest stay in its list of checks.

/** What went into a check, already in words: amounts with their currency, times in the account's zone. */
export type Figures = Readonly<Record<string, string>>;

const OPERATIONAL = {
  USER_INACTIVE: 'the user is disabled',
  BROKER_DISABLED: 'account {account} is disabled',
  BROKER_DISCONNECTED: 'account {account} is not connected to its broker',
  BROKER_SESSION_EXPIRED: 'the broker session of account {account} has expired; log in at the broker again',
  ACCOUNT_FROZEN: 'account {account} is frozen: {reason}',
  ACCOUNT_NOT_RECONCILED: 'account {account} has not been compared with its broker yet',
  SUBSCRIPTION_PAUSED: 'the subscription of account {account} to {strategy} is paused',
  FEATURE_DISABLED: 'new entries are switched off (admin)',
  HALTED: 'entries are halted for {scope} ({who}): {reason}',
  LIVE_NOT_ENABLED: 'live trading on account {account} has not been confirmed by its owner',
  PAPER_MODE: 'paper mode is on, and no live order leaves it',
} as const;

const MARKET = {
  MARKET_CLOSED: 'the market {market} is closed{detail}',
  ENTRY_WINDOW_CLOSED: 'no entries in the last {limit} before the close of {market} at {closesAt}',
  SIGNAL_EXPIRED: 'the signal expired at {expiresAt}, before it could be acted on',
  QUOTE_MISSING: 'there is no usable price for {symbol}{detail}',
  QUOTE_STALE: 'the price of {symbol} is {detail}',
  PRICE_MOVED: '{symbol} moved {moved} from the alert’s {alertPrice} to {price} (limit {limit})',
  SYMBOL_NOT_ALLOWED: '{symbol} may not be traded here: {detail}',
  DIRECTION_NOT_ALLOWED: '{direction} entries are not allowed by the {who}',
  CURRENCY_MISMATCH: '{symbol} trades in {instrumentCurrency}, the account is in {accountCurrency}',
  RED_DAY_FILTER: '{symbol} is {moved} today, and no longs are opened on a red day ({who})',
} as const;

const POSITION = {
  OPPOSITE_POSITION: 'a {opposite} trade of {symbol} is live on this account',
  OPEN_ENTRY_ORDER: 'an entry order for {symbol} is still working on this account',
  OVERLAPPING_POSITION: 'a trade of {symbol} is already open and rebuys are off',
  MAX_REBUYS: '{used} rebuys of {symbol} are open (limit {limit}, {who})',
  NOTHING_TO_ADD_TO: 'the alert adds to a position, and none of {symbol} is open on this account',
} as const;

const PROTECTION = {
  NO_STOP: 'the trade would have no stop, and {need} needs one',
  PROTECTION_WRONG_SIDE: 'the {which} {level} is on the wrong side of the price {price}',
} as const;

const SIZE = {
  QTY_BELOW_MINIMUM: '{detail} leaves less than the smallest quantity of {symbol}, {minimum}',
  INSUFFICIENT_CAPITAL: 'the order would take {needed}, and {available} of {capital} is free',
  MAX_POSITION_SIZE: 'the quantity cap of {limit} ({who})',
  MAX_EXPOSURE_PER_POSITION: 'the position cap of {limit} ({who})',
  MAX_POSITION_PERCENT: 'the position cap of {limit} of capital ({who})',
  MAX_LOG_LOSS: 'the log-loss cap of {limit} of capital at the stop ({who})',
  UTILITY_ASYMMETRY:
    'the gain at the target is worth {gain}, under {limit} times the loss at the stop, {loss} ({who})',
} as const;

const PORTFOLIO = {
  LIMIT_NOT_SET: 'no {limits} is set for {currency}, and money limits hold per currency',
  MAX_OPEN_POSITIONS: '{used} positions are open (limit {limit}, {who})',
  MAX_POSITIONS_PER_SYMBOL: '{used} positions of {symbol} are open (limit {limit}, {who})',
  MAX_TOTAL_EXPOSURE: 'total exposure would be {would} (limit {limit}, {who})',
  MAX_EXPOSURE_PERCENT: 'total exposure would be {would} of capital (limit {limit}, {who})',
} as const;

const AFTER_LOSSES = {
  DAILY_LOSS_LIMIT: 'daily loss limit of {limit} ({who}) reached at {at}',
  DAILY_PROFIT_LOCK: 'daily profit lock of {limit} ({who}) reached at {at}',
  MAX_DRAWDOWN: 'the account is {used} below its best (limit {limit}, {who})',
  CONSECUTIVE_LOSSES: '{used} losses in a row (limit {limit}, {who}); entries resume at {until}',
  MAX_TRADES_PER_DAY: '{used} trades today (limit {limit}, {who})',
  LOSS_COOLDOWN: 'a trade of {symbol} lost at {at}; entries resume at {until} ({who})',
} as const;

export const REASONS = {
  ...OPERATIONAL,
  ...MARKET,
  ...POSITION,
  ...PROTECTION,
  ...AFTER_LOSSES,
  ...PORTFOLIO,
  ...SIZE,
} as const;

export type ReasonCode = keyof typeof REASONS;

/** All codes, most telling first. */
export const REASON_CODES = Object.keys(REASONS) as ReasonCode[];

/** Is this text one of ours? Rows written by other versions may hold codes that we do not know. */
export function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(REASONS, code);
}

/** The reason in words, without "Refused": a cap that only reduced the quantity is named the same way. */
export function phraseOf(code: ReasonCode, figures: Figures): string {
  return REASONS[code].replace(/\{(\w+)\}/g, (_, name: string) => figures[name] ?? '?');
}

/** The sentence for a trader; a figure that is missing shows as "?" rather than as a brace. */
export function sentenceOf(code: ReasonCode, figures: Figures): string {
  return `Refused: ${phraseOf(code, figures)}`;
}
