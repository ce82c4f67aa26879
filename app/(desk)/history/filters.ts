/** What the history can be narrowed to, as the address writes it. The first of each holds without one. */
import { exitReasonText } from '#server/api/words.ts';

export const VIEWS = [
  { value: '', name: 'Results' },
  { value: 'trades', name: 'Trades' },
  { value: 'lots', name: 'Tax lots' },
] as const;

export const RANGES = [
  { value: '', name: 'Last 30 days' },
  { value: '7d', name: 'Last 7 days' },
  { value: '90d', name: 'Last 90 days' },
  { value: '365d', name: 'Last 365 days' },
  { value: 'all', name: 'Everything' },
] as const;

export const SORTS = [
  { value: '', name: 'Latest first' },
  { value: 'best', name: 'Best first' },
  { value: 'worst', name: 'Worst first' },
] as const;

const REASONS = [
  'STOP_LOSS',
  'HARD_STOP',
  'TRAILING_STOP',
  'TARGET_HIT',
  'SIGNAL_EXIT',
  'MAX_HOLD_TIME',
  'MANUAL',
  'KILL_SWITCH',
] as const;

export const EXITS = [
  { value: '', name: 'All exits' },
  ...REASONS.map((reason) => ({ value: reason as string, name: exitReasonText(reason) })),
];

/** Paper and live, and each currency, apart. */
export const BOOKS = (books: readonly { environment: string; currency: string }[]) =>
  books.map(({ environment, currency }, index) => ({
    value: index === 0 ? '' : `${environment}-${currency}`,
    name: `${environment === 'LIVE' ? 'Live' : 'Paper'} ${currency}`,
  }));
