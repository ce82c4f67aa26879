/** What limits are called, and how their numbers are written. Pure. */
import { money, quantity } from './format.ts';

const NAMES: Record<string, string> = {
  MAX_POSITION_SIZE: 'Quantity of a position',
  MAX_EXPOSURE_PER_POSITION: 'Money in a position',
  MAX_POSITION_PERCENT: 'Position as a share of capital',
  MAX_LOG_LOSS: 'Log loss at the stop',
  UTILITY_FACTOR: 'Utility factor',
  MAX_OPEN_POSITIONS: 'Open positions',
  MAX_POSITIONS_PER_SYMBOL: 'Open positions per symbol',
  MAX_REBUYS: 'Rebuys per symbol',
  MAX_TOTAL_EXPOSURE: 'Money at work',
  MAX_EXPOSURE_PERCENT: 'Money at work as a share of capital',
  DAILY_LOSS_LIMIT: 'Daily loss',
  DAILY_PROFIT_LOCK: 'Daily profit lock',
  MAX_DRAWDOWN: 'Drawdown',
  CONSECUTIVE_LOSSES: 'Losses in a row',
  CONSECUTIVE_LOSSES_PAUSE: 'Pause after losses in a row',
  MAX_TRADES_PER_DAY: 'Trades per day',
  LOSS_COOLDOWN: 'Pause of a symbol after a loss',
  QUOTE_AGE: 'Age of the quote at entry',
  PRICE_MOVED: 'Price moved since the alert',
  RED_DAY_FILTER: 'Red day filter',
  ENTRY_WINDOW: 'No entries before the close',
};

const SCOPES: Record<string, string> = {
  ORDER: 'per order',
  POSITION: 'per position',
  SYMBOL: 'per symbol',
  ACCOUNT: 'per account',
  USER: 'over all accounts',
};

const CLASSES: Record<string, string> = { EQUITY: 'equities', OPTION: 'options', CRYPTO: 'crypto' };

export const limitName = (code: string): string => NAMES[code] ?? code.toLowerCase().replaceAll('_', ' ');
export const scopeWord = (scope: string): string => SCOPES[scope] ?? scope.toLowerCase();
export const classWord = (assetClass: string | null): string =>
  assetClass === null ? '' : (CLASSES[assetClass] ?? assetClass.toLowerCase());

const UNITS: Record<string, string> = { PERCENT: ' %', SECONDS: ' s', MINUTES: ' min' };

/** "$1,000.00", "10 %", "5". */
export function limitValue(value: string, unit: string, currency: string | null): string {
  if (unit === 'MONEY') return currency ? money(value, currency) : quantity(value);
  return `${quantity(value)}${UNITS[unit] ?? ''}`;
}

export const unitWord = (unit: string, currency: string): string =>
  unit === 'MONEY' ? currency : (UNITS[unit] ?? '').trim();
