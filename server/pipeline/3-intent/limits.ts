// Limits and their resolution over layers: GLOBAL (admin) → USER → ACCOUNT → SUBSCRIPTION.
// Entry points: LIMITS (what each code means), resolveLimits, boundOf, whoSet.
// Invariants: the strictest row wins and nobody loosens a layer above; rows of one code with different
// scopes are different limits and hold side by side; a limit without a row is off.
import type { Decimal } from '#server/money.ts';

export const LAYERS = ['GLOBAL', 'USER', 'ACCOUNT', 'SUBSCRIPTION'] as const;
export type Layer = (typeof LAYERS)[number];

/** What is summed before it is compared: this order, this trade, all of a symbol, the account, the user. */
export type Scope = 'ORDER' | 'POSITION' | 'SYMBOL' | 'ACCOUNT' | 'USER';
type Unit = 'MONEY' | 'PERCENT' | 'COUNT' | 'QUANTITY' | 'SECONDS' | 'MINUTES' | 'RATIO';

interface LimitMeaning {
  unit: Unit;
  /** Which of two values binds harder. */
  stricter: 'LOWER' | 'HIGHER';
  /** Scopes that the decision really sums; a row of any other scope is refused as a setting. */
  scopes: readonly Scope[];
}

const low = (unit: Unit, ...scopes: Scope[]): LimitMeaning => ({ unit, stricter: 'LOWER', scopes });
const high = (unit: Unit, ...scopes: Scope[]): LimitMeaning => ({ unit, stricter: 'HIGHER', scopes });

/** Codes of rows in risk_limits. Money is in the account's currency, percent is 10 for 10 %. */
export const LIMITS = {
  MAX_POSITION_SIZE: low('QUANTITY', 'POSITION', 'ORDER', 'SYMBOL'),
  MAX_EXPOSURE_PER_POSITION: low('MONEY', 'POSITION', 'ORDER', 'SYMBOL'),
  MAX_POSITION_PERCENT: low('PERCENT', 'POSITION', 'ORDER', 'SYMBOL'),
  MAX_LOG_LOSS: low('RATIO', 'POSITION'),
  UTILITY_FACTOR: high('RATIO', 'POSITION'),
  MAX_OPEN_POSITIONS: low('COUNT', 'ACCOUNT', 'USER'),
  MAX_POSITIONS_PER_SYMBOL: low('COUNT', 'SYMBOL', 'USER'),
  MAX_REBUYS: low('COUNT', 'SYMBOL'),
  MAX_TOTAL_EXPOSURE: low('MONEY', 'ACCOUNT', 'USER'),
  MAX_EXPOSURE_PERCENT: low('PERCENT', 'ACCOUNT'),
  DAILY_LOSS_LIMIT: low('MONEY', 'ACCOUNT'),
  DAILY_PROFIT_LOCK: low('MONEY', 'ACCOUNT'),
  MAX_DRAWDOWN: low('PERCENT', 'ACCOUNT'),
  CONSECUTIVE_LOSSES: low('COUNT', 'ACCOUNT'),
  CONSECUTIVE_LOSSES_PAUSE: high('MINUTES', 'ACCOUNT'),
  MAX_TRADES_PER_DAY: low('COUNT', 'ACCOUNT'),
  LOSS_COOLDOWN: high('MINUTES', 'SYMBOL'),
  QUOTE_AGE: low('SECONDS', 'ORDER'),
  PRICE_MOVED: low('PERCENT', 'ORDER'),
  RED_DAY_FILTER: low('PERCENT', 'ORDER'),
  ENTRY_WINDOW: high('SECONDS', 'ORDER'),
} as const satisfies Record<string, LimitMeaning>;

export type LimitCode = keyof typeof LIMITS;

/** A row of risk_limits as loaded; ids of its place are null where the layer has none. */
export interface LimitRow {
  layer: Layer;
  userId: string | null;
  accountId: string | null;
  subscriptionId: string | null;
  code: string;
  scope: Scope;
  /** Money only; null in a money row means "any currency" and is only sensible for 0. */
  currency: string | null;
  assetClass: string | null;
  value: Decimal;
}

export interface Bound {
  code: LimitCode;
  scope: Scope;
  layer: Layer;
  value: Decimal;
}

/** Whom and what the limits are resolved for. */
export interface LimitPlace {
  userId: string;
  accountId: string;
  subscriptionId: string | null;
  currency: string;
  assetClass: string;
}

export interface ResolvedLimits {
  /** The binding row per (code, scope). */
  bounds: readonly Bound[];
  /** Money limits that exist in some currency, but not in this account's: entries wait until one is set. */
  unset: readonly LimitCode[];
}

/** A limit on a user may be his own or an admin's: the words fit both. */
const WHO: Record<Layer, string> = {
  GLOBAL: 'admin',
  USER: 'user limit',
  ACCOUNT: 'account',
  SUBSCRIPTION: 'subscription',
};

/** Who decided, in a trader's words. */
export function whoSet(layer: Layer): string {
  return WHO[layer];
}

export function isLimitCode(code: string): code is LimitCode {
  return code in LIMITS;
}

function isAt(row: LimitRow, place: LimitPlace): boolean {
  if (row.assetClass !== null && row.assetClass !== place.assetClass) return false;
  if (row.layer === 'GLOBAL') return true;
  if (row.userId !== place.userId) return false;
  if (row.layer === 'ACCOUNT') return row.accountId === place.accountId;
  return row.layer === 'USER' || row.subscriptionId === place.subscriptionId;
}

function bindsHarder(code: LimitCode, a: Decimal, b: Decimal): boolean {
  return LIMITS[code].stricter === 'LOWER' ? a.lt(b) : a.gt(b);
}

/**
 * The strictest row per (code, scope) among those that apply to the place. Rows of unknown codes, or of a
 * scope that the code is not summed over, are ignored (the setting refuses them). On equal values the
 * higher layer is named, because it would bind without the lower one.
 */
export function resolveLimits(rows: readonly LimitRow[], place: LimitPlace): ResolvedLimits {
  const binding = new Map<string, Bound>();
  const elsewhere = new Set<LimitCode>();
  const here = new Set<LimitCode>();
  for (const row of rows) {
    const { code, scope, layer, value } = row;
    if (!isLimitCode(code) || !(LIMITS[code].scopes as readonly Scope[]).includes(scope)) continue;
    if (!isAt(row, place)) continue;
    if (LIMITS[code].unit === 'MONEY') {
      if (row.currency !== null && row.currency !== place.currency) {
        elsewhere.add(code);
        continue;
      }
      here.add(code);
    }
    const key = `${code}/${scope}`;
    const held = binding.get(key);
    const outranks = held?.value.eq(value) && LAYERS.indexOf(layer) < LAYERS.indexOf(held.layer);
    if (!held || outranks || bindsHarder(code, value, held.value))
      binding.set(key, { code, scope, layer, value });
  }
  return { bounds: [...binding.values()], unset: [...elsewhere].filter((code) => !here.has(code)) };
}

/** All bounds of a code, one per scope. */
export function boundsOf(limits: ResolvedLimits, code: LimitCode): Bound[] {
  return limits.bounds.filter((bound) => bound.code === code);
}

/** The one bound of a code that has a single scope; undefined when the limit is off. */
export function boundOf(limits: ResolvedLimits, code: LimitCode): Bound | undefined {
  return limits.bounds.find((bound) => bound.code === code);
}
