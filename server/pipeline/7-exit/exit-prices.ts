// From rules to prices, for LONG and SHORT alike: the one place in TypeScript where a percentage of a rule
// becomes a price. Used to size an entry by its stop and to preview rules; the prices that fire are computed
// by fn.exit_triggers, and a database test holds the two against each other.
// Entry points: levelAt, stopPriceOf, triggerPrices. Pure; fees are left out of every percentage.
import { Decimal, type Numeric } from '#server/money.ts';
import type { ExitRules } from './exit-rules.ts';

export type Direction = 'LONG' | 'SHORT';

/** Percent of the entry price in the trade's favour (negative: against it) as a price. */
export function levelAt(direction: Direction, entry: Decimal, percent: Numeric): Decimal {
  const move = entry.times(percent).div(100);
  return direction === 'LONG' ? entry.plus(move) : entry.minus(move);
}

/** Gain of a price against the entry in percent, positive in the trade's favour; the multiplier cancels. */
export function percentOf(direction: Direction, entry: Decimal, price: Decimal): Decimal {
  const gain = direction === 'LONG' ? price.minus(entry) : entry.minus(price);
  return gain.div(entry).times(100);
}

export interface PricedTrade {
  readonly direction: Direction;
  /** Average entry price: notional ÷ quantity ÷ multiplier. */
  readonly entry: Decimal;
  readonly signalStop: Decimal | null;
  readonly signalTarget: Decimal | null;
  /** ATR(14, 5m) at the opening, or null before enough candles exist. */
  readonly atr: Decimal | null;
  /** Spread and the fees of both sides per unit, for stop_atr_costs. */
  readonly costs: Decimal;
}

/** Soft stop: the signal's, else k × ATR of the opening, else the percentage; null when all are off. */
export function stopPriceOf(rules: ExitRules, trade: PricedTrade): Decimal | null {
  if (trade.signalStop) return trade.signalStop;
  if (rules.stop_atr_k !== null && trade.atr) {
    const far = trade.atr.times(rules.stop_atr_k).plus(rules.stop_atr_costs ? trade.costs : 0);
    return trade.direction === 'LONG' ? trade.entry.minus(far) : trade.entry.plus(far);
  }
  return rules.stop_pct === null
    ? null
    : levelAt(trade.direction, trade.entry, new Decimal(rules.stop_pct).neg());
}

export interface TriggerPrices {
  readonly hardStop: Decimal | null;
  readonly stop: Decimal | null;
  readonly rungs: readonly { price: Decimal; share: Decimal }[];
  readonly target: Decimal | null;
  readonly trailActivate: Decimal | null;
  readonly trailDistance: Decimal | null;
  readonly trailStep: Decimal | null;
}

/**
 * Distance of the trail: k × ATR held between two percentages of the price; without an ATR the wider one.
 * The step keeps its proportion to the held distance, so that a calm market does not write at every tick.
 */
export function trailAt(rules: ExitRules, price: Decimal, atr: Decimal | null) {
  const low = price.times(rules.trail_min_pct).div(100);
  const high = price.times(rules.trail_max_pct).div(100);
  const distance = atr ? Decimal.min(high, Decimal.max(low, atr.times(rules.trail_atr_k))) : high;
  return { distance, step: distance.times(rules.trail_step_atr_k).div(rules.trail_atr_k) };
}

/** Every price at which something happens on a trade that has just opened. */
export function triggerPrices(rules: ExitRules, trade: PricedTrade): TriggerPrices {
  const at = (percent: Numeric) => levelAt(trade.direction, trade.entry, percent);
  const arm = rules.trail_arm_pct === null ? null : at(rules.trail_arm_pct);
  const trail = arm && trailAt(rules, arm, trade.atr);
  return {
    hardStop: rules.hard_stop_pct === null ? null : at(new Decimal(rules.hard_stop_pct).neg()),
    stop: stopPriceOf(rules, trade),
    rungs: rules.rungs.map((r) => ({ price: at(r.at_pct), share: new Decimal(r.share_pct) })),
    target: trade.signalTarget ?? (rules.target_pct === null ? null : at(rules.target_pct)),
    trailActivate: arm,
    trailDistance: trail ? trail.distance : null,
    trailStep: trail ? trail.step : null,
  };
}
