/**
 * Rounding of what is sent to a broker: prices to the tick, quantities to the lot.
 *
 * Entry points: `roundPrice`, `floorQty`, `limitAtTouch`.
 * Invariants: a rounded limit is never worse for us than the price it came from (a BUY rounds down, a SELL
 * up), a rounded quantity is never larger than what was asked, and both are whole multiples. The SQL twins
 * are `fn.price_round` and `fn.qty_floor`; a test holds them together.
 */
import { Decimal } from '../../money.ts';

export type Side = 'BUY' | 'SELL';

const BASIS = new Decimal(10_000);

const positive = (value: Decimal, what: string): Decimal => {
  if (!value.isFinite() || value.lte(0))
    throw new RangeError(`${what} must be a positive number, not ${value}`);
  return value;
};

/**
 * Rounds a limit price to a multiple of the tick, in the direction that never costs us more.
 * @param price price per unit; negative is allowed (some instruments trade below zero)
 * @param tick the instrument's smallest price step, > 0
 * @throws RangeError when the tick is not positive or the price is not finite
 */
export function roundPrice(price: Decimal, tick: Decimal, side: Side): Decimal {
  if (!price.isFinite()) throw new RangeError(`price must be finite, not ${price}`);
  const steps = price.div(positive(tick, 'tick'));
  return (side === 'BUY' ? steps.floor() : steps.ceil()).times(tick);
}

/**
 * Rounds a quantity down to a multiple of the lot; what is under one lot becomes 0.
 * @throws RangeError when the lot is not positive or the quantity is negative or not finite
 */
export function floorQty(qty: Decimal, lot: Decimal): Decimal {
  if (!qty.isFinite() || qty.lt(0)) throw new RangeError(`quantity must be zero or more, not ${qty}`);
  return qty.div(positive(lot, 'lot')).floor().times(lot);
}

/**
 * A limit at the touch, moved through it by an offset: a BUY at the ask, a SELL at the bid.
 * @param offsetBps basis points through the touch; negative rests short of it (post-only)
 */
export function limitAtTouch(
  side: Side,
  quote: { bid: Decimal; ask: Decimal },
  offsetBps: Decimal,
  tick: Decimal,
): Decimal {
  const touch = side === 'BUY' ? quote.ask : quote.bid;
  const offset = touch.abs().times(offsetBps).div(BASIS);
  return roundPrice(side === 'BUY' ? touch.plus(offset) : touch.minus(offset), tick, side);
}
