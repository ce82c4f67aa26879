/**
 * What a tick is, and the per-class limits that judge one.
 *
 * Entry points: `Tick`, `AssetClass`, `classRules`. Pure. Ticks carry doubles: they only propose (the trigger
 * book compares them) and every price of at most 15 digits comes back exactly through its shortest text, which
 * is what is stored (`priceText`). Money is never computed from them.
 */
export type AssetClass = 'EQUITY' | 'OPTION' | 'CRYPTO';

export interface Tick {
  readonly bid: number;
  readonly ask: number;
  readonly last: number;
  /** Traded quantity that came with it; 0 for a quote alone. */
  readonly size: number;
  /** Source time, ms since 1970. */
  readonly at: number;
  /** Feed or provider that said so; a second source may confirm a jump. */
  readonly source: string;
}

export interface ClassRules {
  /** A tick or quote older than this (ms) triggers nothing. */
  readonly staleMs: number;
  /** Largest believable move against the last good price, as a fraction, without a second witness. */
  readonly jump: number;
  /** Identical for this long (ms) within an open session counts as frozen. */
  readonly frozenMs: number;
}

const FIVE_MINUTES = 300_000;
const RULES: Readonly<Record<AssetClass, ClassRules>> = {
  EQUITY: { staleMs: 60_000, jump: 0.1, frozenMs: FIVE_MINUTES },
  OPTION: { staleMs: 300_000, jump: 0.5, frozenMs: FIVE_MINUTES },
  CRYPTO: { staleMs: 60_000, jump: 0.1, frozenMs: FIVE_MINUTES },
};

/** The default limits of an asset class; an unknown class is judged like an equity, the strictest. */
export function classRules(assetClass: string): ClassRules {
  return RULES[assetClass as AssetClass] ?? RULES.EQUITY;
}

/** A price as the decimal text that is stored: the shortest one that gives the same double. */
export function priceText(price: number): string {
  return String(price);
}
