/**
 * Prices on an instrument's tick, for what is moved by hand. Pure. A chart knows doubles alone; what leaves here is an
 * exact decimal of so many whole ticks.
 */
import { decimalsOf } from '../format.ts';

/** A large step is at least so many ticks, and about a thousandth of the price. */
const LARGE_TICKS = 10;
const LARGE_SHARE = 0.001;

/** The price of a number of whole ticks; never below one. */
function priceOf(ticks: number, tickSize: string): string {
  const decimals = decimalsOf(tickSize);
  const [whole = '0', fraction = ''] = tickSize.split('.');
  const unit = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  const digits = String(BigInt(Math.max(1, ticks)) * unit).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

const ticksIn = (price: number, tickSize: string): number => Math.round(price / Number(tickSize));

/** The nearest price on the tick. */
export const snapped = (price: number, tickSize: string): string =>
  priceOf(ticksIn(price, tickSize), tickSize);

/** So many ticks further, from the nearest one. */
export const stepped = (price: string, ticks: number, tickSize: string): string =>
  priceOf(ticksIn(Number(price), tickSize) + ticks, tickSize);

/** Ticks of a large step at this price. */
export const largeStep = (price: string, tickSize: string): number =>
  Math.max(LARGE_TICKS, ticksIn(Number(price) * LARGE_SHARE, tickSize));
