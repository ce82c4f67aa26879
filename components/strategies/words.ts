/** What settings of strategies and subscriptions are called. Pure. */
import { money, quantity } from '../format.ts';
import type { Outputs } from '../outputs.ts';
import type { Tone } from '../ui/badge.tsx';

type Subscription = Outputs['subscriptions']['list'][number];
export type Source = Outputs['sources']['list'][number];

export const SIDES = [
  { value: 'LONG', name: 'Long only' },
  { value: 'SHORT', name: 'Short only' },
  { value: 'BOTH', name: 'Long and short' },
] as const;

export const VISIBILITIES = [
  { value: 'PRIVATE', name: 'Private: only my accounts follow it' },
  { value: 'SHARED', name: 'Shared: everybody here may follow it' },
] as const;

export const STATUS: Record<string, { word: string; tone: Tone }> = {
  ACTIVE: { word: 'Active', tone: 'accent' },
  PAUSED: { word: 'Paused', tone: 'warn' },
  ARCHIVED: { word: 'Archived', tone: 'plain' },
  DISABLED: { word: 'Disabled', tone: 'loss' },
};

export const sidesWord = (sides: string): string => SIDES.find((one) => one.value === sides)?.name ?? sides;

export const SIZINGS = [
  { value: 'FIXED_NOTIONAL', name: 'An amount of money per trade' },
  { value: 'FIXED_QTY', name: 'A fixed quantity' },
  { value: 'PERCENT_OF_CAPITAL', name: 'Percent of the account’s capital' },
  { value: 'RISK_PERCENT', name: 'Percent of capital at risk to the stop' },
  { value: 'SIGNAL_QTY', name: 'The alert’s quantity, multiplied' },
] as const;

/** "$1,000.00 per trade", "10 % of capital". */
export function sizingText({ sizingMode, sizingValue, currency }: Subscription): string {
  const value = quantity(sizingValue);
  if (sizingMode === 'FIXED_NOTIONAL') return `${money(sizingValue, currency)} per trade`;
  if (sizingMode === 'FIXED_QTY') return `${value} per trade`;
  if (sizingMode === 'PERCENT_OF_CAPITAL') return `${value} % of capital`;
  if (sizingMode === 'RISK_PERCENT') return `${value} % of capital at risk`;
  return `alert’s quantity × ${value}`;
}

/** "market orders", "limit 1 bp through the touch, then cancelled". */
export function orderText(of: Subscription): string {
  if (of.entryOrderType === 'MARKET') return 'market orders';
  const after = { MARKET: 'then at market', CANCEL: 'then withdrawn', LEAVE: 'then left to rest' };
  const last = after[of.entryAfterReprices as keyof typeof after] ?? '';
  return `limit orders, repriced ${of.entryReprices} times, ${last}`;
}

/** What stands in front of or behind the size, as its mode needs it. */
export const SIZING_UNITS: Record<string, string> = {
  FIXED_NOTIONAL: 'money',
  FIXED_QTY: 'units',
  PERCENT_OF_CAPITAL: '%',
  RISK_PERCENT: '%',
  SIGNAL_QTY: '×',
};
