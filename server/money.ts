/**
 * Exact numbers: prices, quantities and money are `Decimal` at precision 50, never floats.
 * PostgreSQL's numerics arrive as strings and leave as strings.
 */
import { Decimal as Base } from 'decimal.js';

export const Decimal = Base.clone({ precision: 50, toExpNeg: -30, toExpPos: 40 });
export type Decimal = Base;

/** Anything that names an exact number; a float is accepted only where it is a literal of a test or a default. */
export type Numeric = Decimal | string | number;

/** Parses an exact number. Throws when it is not finite. */
export function decimal(value: Numeric): Decimal {
  const parsed = new Decimal(value);
  if (!parsed.isFinite()) throw new RangeError(`not a finite number: ${String(value)}`);
  return parsed;
}

/** Like {@link decimal}, keeping null and undefined as null. */
export function decimalOrNull(value: Numeric | null | undefined): Decimal | null {
  return value === null || value === undefined ? null : decimal(value);
}

/** Largest multiple of `step` (> 0) that is not above `value`: how quantities meet a lot size. */
export function floorToStep(value: Decimal, step: Decimal): Decimal {
  return value.div(step).floor().mul(step);
}

/** Smallest multiple of `step` (> 0) that is not below `value`. */
export function ceilToStep(value: Decimal, step: Decimal): Decimal {
  return value.div(step).ceil().mul(step);
}
