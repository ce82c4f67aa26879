/**
 * What closing part of a trade by hand would bring, said before it happens. Pure; decimals in, strings out.
 * Formula: the part's result = sign × (price − entry average) × quantity × multiplier; fees of the exit are not known
 * before and are left out, and the page says so.
 */
import { Decimal } from '#server/money.ts';

export interface Standing {
  direction: string;
  openQty: string;
  lotSize: string;
  multiplier: string;
  entryAverage: string;
  bid: string | null;
  ask: string | null;
  mark: string | null;
}

export interface CloseEstimate {
  side: 'BUY' | 'SELL';
  qty: string;
  remaining: string;
  /** At what it would trade about now: the limit when one is given, else the touch, else the last price. */
  price: string | null;
  result: string | null;
  /** Why it cannot be done as asked. */
  problem: string | null;
}

/** Estimates the close of `qty` (null: all) at the touch, or at `limit` when one is given. */
export function estimateClose(standing: Standing, qty: string | null, limit: string | null): CloseEstimate {
  const open = new Decimal(standing.openQty);
  const lot = new Decimal(standing.lotSize);
  const wanted = qty === null ? open : new Decimal(qty);
  const long = standing.direction === 'LONG';
  const touch = (long ? standing.bid : standing.ask) ?? standing.mark;
  const price = limit ?? touch;
  const gain = price === null ? null : new Decimal(price).minus(standing.entryAverage).times(long ? 1 : -1);
  return {
    side: long ? 'SELL' : 'BUY',
    qty: wanted.toFixed(),
    remaining: Decimal.max(0, open.minus(wanted)).toFixed(),
    price,
    result: gain === null ? null : gain.times(wanted).times(standing.multiplier).toFixed(),
    problem: problemOf(wanted, open, lot),
  };
}

function problemOf(wanted: Decimal, open: Decimal, lot: Decimal): string | null {
  if (!wanted.gt(0)) return 'Choose a quantity above 0.';
  if (wanted.gt(open)) return `Only ${open.toFixed()} is open.`;
  if (wanted.lt(open) && !wanted.mod(lot).isZero())
    return `The quantity must be a multiple of ${lot.toFixed()}.`;
  return null;
}
