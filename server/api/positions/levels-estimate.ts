/**
 * What a stop and a target would bring, said before they hold. Pure; decimals in, strings out.
 * Formula: result at a level = direction × (exit value so far + open quantity × multiplier × level − entry value) − fees
 * so far; the fees of the exit are not known before and are left out.
 */
import { Decimal } from '#server/money.ts';

export interface Standing {
  direction: string;
  openQty: string;
  multiplier: string;
  entryValue: string;
  exitValue: string;
  fees: string;
  mark: string | null;
}

export interface LevelOutcome {
  price: string;
  /** In percent of the price, without a sign; null without a price. */
  distance: string | null;
  result: string;
}

export function outcomeAt(standing: Standing, level: string): LevelOutcome {
  const sign = standing.direction === 'LONG' ? 1 : -1;
  const value = new Decimal(standing.openQty).times(standing.multiplier).times(level);
  const result = value.plus(standing.exitValue).minus(standing.entryValue).times(sign).minus(standing.fees);
  const distance =
    standing.mark === null
      ? null
      : new Decimal(level).div(standing.mark).minus(1).abs().times(100).toFixed(4);
  return { price: level, distance, result: result.toFixed() };
}

/** Why these levels cannot be set, as the database will say it; null when they can. */
export function levelsProblem(standing: Standing, stop: string | null, target: string | null): string | null {
  const sign = standing.direction === 'LONG' ? 1 : -1;
  const passed = (level: string, side: number) =>
    standing.mark !== null &&
    new Decimal(level)
      .minus(standing.mark)
      .times(sign * side)
      .lte(0);
  if (stop !== null && passed(stop, -1)) return `The stop ${stop} is already passed: it would close at once.`;
  if (target !== null && passed(target, 1))
    return `The target ${target} is already passed: it would close at once.`;
  if (stop !== null && target !== null && new Decimal(stop).minus(target).times(sign).gte(0))
    return 'The stop must be on the losing side of the target.';
  return null;
}
