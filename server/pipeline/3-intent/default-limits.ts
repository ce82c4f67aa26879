// The limits that every installation begins with (layer GLOBAL, set by nobody yet, changed by the admin).
// Entry point: defaultLimitRows(). prisma/sql/04_config_defaults.sql holds the same rows for the database;
// a test compares the two.
// Invariant: money has a row per currency; a currency without rows trades nothing until somebody sets them.
import type { LimitCode, Scope } from './limits.ts';

export interface DefaultLimit {
  code: LimitCode;
  scope: Scope;
  currency: string | null;
  assetClass: 'EQUITY' | 'OPTION' | 'CRYPTO' | null;
  /** Decimal text: money, percent (10 is 10 %), count, seconds or minutes, as LIMITS says. */
  value: string;
}

const INR_PER_USD = 80;

function money(code: LimitCode, scope: Scope, dollars: number): DefaultLimit[] {
  return [
    { code, scope, currency: 'USD', assetClass: null, value: String(dollars) },
    { code, scope, currency: 'INR', assetClass: null, value: String(dollars * INR_PER_USD) },
  ];
}

function plain(code: LimitCode, scope: Scope, value: string): DefaultLimit {
  return { code, scope, currency: null, assetClass: null, value };
}

function perClass(code: LimitCode, equity: string, option: string, crypto: string): DefaultLimit[] {
  return [
    { code, scope: 'ORDER', currency: null, assetClass: 'EQUITY', value: equity },
    { code, scope: 'ORDER', currency: null, assetClass: 'OPTION', value: option },
    { code, scope: 'ORDER', currency: null, assetClass: 'CRYPTO', value: crypto },
  ];
}

export function defaultLimitRows(): DefaultLimit[] {
  return [
    { code: 'MAX_POSITION_SIZE', scope: 'POSITION', currency: null, assetClass: 'OPTION', value: '10' },
    ...money('MAX_EXPOSURE_PER_POSITION', 'POSITION', 1_000),
    ...money('MAX_TOTAL_EXPOSURE', 'ACCOUNT', 10_000),
    plain('MAX_EXPOSURE_PERCENT', 'ACCOUNT', '20'),
    plain('MAX_POSITION_PERCENT', 'POSITION', '10'),
    plain('MAX_OPEN_POSITIONS', 'ACCOUNT', '5'),
    plain('MAX_POSITIONS_PER_SYMBOL', 'SYMBOL', '3'),
    plain('MAX_REBUYS', 'SYMBOL', '2'),
    ...money('DAILY_LOSS_LIMIT', 'ACCOUNT', 1_000),
    plain('CONSECUTIVE_LOSSES', 'ACCOUNT', '5'),
    plain('CONSECUTIVE_LOSSES_PAUSE', 'ACCOUNT', '60'),
    plain('MAX_LOG_LOSS', 'POSITION', '0.02'),
    plain('UTILITY_FACTOR', 'POSITION', '3'),
    plain('QUOTE_AGE', 'ORDER', '15'),
    ...perClass('PRICE_MOVED', '0.5', '5', '1'),
    plain('ENTRY_WINDOW', 'ORDER', '60'),
  ];
}
