import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../money.ts';
import { floorQty, limitAtTouch, roundPrice } from './rounding.ts';

const d = (value: string | number) => new Decimal(value);
const tick = fc.constantFrom('0.01', '0.05', '0.25', '0.0001', '0.00000001', '1', '2.5').map(d);
const price = fc.integer({ min: 1, max: 10_000_000_000 }).map((n) => d(n).div(100_000));

describe('rounding of orders', () => {
  it('a buy never rounds up and a sell never rounds down, by less than one tick', () => {
    fc.assert(
      fc.property(price, tick, fc.constantFrom('BUY', 'SELL'), (p, t, side) => {
        const rounded = roundPrice(p, t, side as 'BUY' | 'SELL');
        expect(rounded.mod(t).isZero()).toBe(true);
        expect(rounded.minus(p).abs().lt(t)).toBe(true);
        expect(side === 'BUY' ? rounded.lte(p) : rounded.gte(p)).toBe(true);
      }),
    );
  });

  it('a price on the tick stays where it is', () => {
    expect(roundPrice(d('100.05'), d('0.05'), 'BUY').toString()).toBe('100.05');
    expect(roundPrice(d('100.05'), d('0.05'), 'SELL').toString()).toBe('100.05');
  });

  it('a negative price rounds in the same direction', () => {
    expect(roundPrice(d('-37.634'), d('0.01'), 'BUY').toString()).toBe('-37.64');
    expect(roundPrice(d('-37.634'), d('0.01'), 'SELL').toString()).toBe('-37.63');
  });

  it('a quantity rounds down to the lot and a remainder under one lot is nothing', () => {
    fc.assert(
      fc.property(price, tick, (q, lot) => {
        const rounded = floorQty(q, lot);
        expect(rounded.mod(lot).isZero()).toBe(true);
        expect(rounded.lte(q) && q.minus(rounded).lt(lot)).toBe(true);
      }),
    );
    expect(floorQty(d('0.9'), d(1)).toString()).toBe('0');
  });

  it('a limit at the touch crosses it by the offset but never by more', () => {
    const quote = { bid: d('99.99'), ask: d('100.01') };
    expect(limitAtTouch('BUY', quote, d(1), d('0.01')).toString()).toBe('100.02');
    expect(limitAtTouch('SELL', quote, d(1), d('0.01')).toString()).toBe('99.99');
    expect(limitAtTouch('BUY', { bid: d('9.99'), ask: d('10') }, d(1), d('0.01')).toString()).toBe('10');
  });

  it('what is not a number is refused', () => {
    expect(() => roundPrice(d(Number.NaN), d('0.01'), 'BUY')).toThrow(RangeError);
    expect(() => roundPrice(d(1), d(0), 'BUY')).toThrow(RangeError);
    expect(() => floorQty(d(-1), d(1))).toThrow(RangeError);
    expect(() => floorQty(d(1), d(Number.POSITIVE_INFINITY))).toThrow(RangeError);
  });
});
