import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '#server/money.ts';
import {
  applyCaps,
  logLoss,
  logLossMoney,
  lossPerUnit,
  type SizingInput,
  utilityOf,
  wantedQty,
} from './sizing.ts';

const d = (value: string | number) => new Decimal(value);
const base: SizingInput = {
  mode: 'FIXED_QTY',
  value: d(10),
  price: d(50),
  multiplier: d(1),
  lot: d(1),
  capital: d(100_000),
  stop: d(48),
  signalQty: null,
  signalQtyType: null,
  openQty: d(0),
};
const qtyOf = (over: Partial<SizingInput>) => {
  const wanted = wantedQty({ ...base, ...over });
  return 'qty' in wanted ? wanted.qty.toFixed() : wanted.missing;
};

/** Positive decimals with up to eight places, from tiny to large. */
const positive = fc
  .tuple(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 0, max: 8 }))
  .map(([digits, places]) => new Decimal(digits).div(new Decimal(10).pow(places)));
const mode = fc.constantFrom(
  'FIXED_QTY' as const,
  'FIXED_NOTIONAL' as const,
  'PERCENT_OF_CAPITAL' as const,
  'RISK_PERCENT' as const,
  'SIGNAL_QTY' as const,
);
const input: fc.Arbitrary<SizingInput> = fc.record({
  mode,
  value: positive,
  price: positive,
  multiplier: fc.constantFrom(d(1), d(100)),
  lot: fc.constantFrom(d(1), d('0.001'), d('0.00000001'), d(25)),
  capital: positive,
  stop: fc.option(positive, { nil: null }),
  signalQty: fc.option(positive, { nil: null }),
  signalQtyType: fc.constantFrom(
    null,
    'FIXED_QUANTITY',
    'DOLLAR_AMOUNT',
    'RISK_DOLLAR_AMOUNT',
    'PERCENT_OF_EQUITY',
    'PERCENT_OF_POSITION',
  ),
  openQty: positive,
});

describe('wantedQty', () => {
  it.each([
    ['a fixed quantity', { mode: 'FIXED_QTY', value: d(10) }, '10'],
    ['a fixed notional', { mode: 'FIXED_NOTIONAL', value: d(1_000) }, '20'],
    ['a fixed notional, down to the lot', { mode: 'FIXED_NOTIONAL', value: d(1_049) }, '20'],
    ['a fixed notional of contracts', { mode: 'FIXED_NOTIONAL', value: d(12_000), multiplier: d(100) }, '2'],
    ['a percentage of capital', { mode: 'PERCENT_OF_CAPITAL', value: d(1) }, '20'],
    ['a percentage at risk', { mode: 'RISK_PERCENT', value: d('0.1') }, '50'],
    ['a percentage at risk of a short', { mode: 'RISK_PERCENT', value: d('0.1'), stop: d(52) }, '50'],
    ['risk without a stop', { mode: 'RISK_PERCENT', value: d(1), stop: null }, 'STOP'],
    ['risk with a stop at the price', { mode: 'RISK_PERCENT', value: d(1), stop: d(50) }, 'STOP'],
    ['the signal times two', { mode: 'SIGNAL_QTY', value: d(2), signalQty: d(7) }, '14'],
    ['the signal without a quantity', { mode: 'SIGNAL_QTY', value: d(2) }, 'SIGNAL_QTY'],
    ['a half share of a whole lot', { value: d('0.5') }, '0'],
    ['a fraction on a fine lot', { value: d('0.5'), lot: d('0.001') }, '0.5'],
  ] as [string, Partial<SizingInput>, string][])('sizes %s', (_, over, expected) => {
    expect(qtyOf(over)).toBe(expected);
  });

  it.each([
    ['DOLLAR_AMOUNT', '1000', '20'],
    ['RISK_DOLLAR_AMOUNT', '100', '50'],
    ['PERCENT_OF_EQUITY', '1', '20'],
    ['PERCENT_OF_POSITION', '50', '30'],
    ['FIXED_QUANTITY', '7', '7'],
  ])('reads a signal quantity of type %s', (signalQtyType, quantity, expected) => {
    const over = {
      mode: 'SIGNAL_QTY',
      value: d(1),
      signalQty: d(quantity),
      signalQtyType,
      openQty: d(60),
    } as const;
    expect(qtyOf(over)).toBe(expected);
  });

  it('is never negative, never NaN and always whole lots, whatever goes in', () => {
    fc.assert(
      fc.property(input, (one) => {
        const wanted = wantedQty(one);
        if ('missing' in wanted) return;
        expect(wanted.qty.isFinite() && wanted.qty.gte(0)).toBe(true);
        expect(wanted.qty.mod(one.lot).isZero()).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never spends more than a notional and never risks more than a percentage', () => {
    fc.assert(
      fc.property(input, (one) => {
        const wanted = wantedQty(one);
        if ('missing' in wanted) return;
        if (one.mode === 'FIXED_NOTIONAL') {
          expect(wanted.qty.times(one.price).times(one.multiplier).lte(one.value)).toBe(true);
        }
        const perUnit = lossPerUnit(one.price, one.stop, one.multiplier);
        if (one.mode === 'RISK_PERCENT' && perUnit) {
          expect(wanted.qty.times(perUnit).lte(one.capital.times(one.value).div(100))).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('applyCaps', () => {
  const caps = fc.array(positive, { maxLength: 5 });

  it('never leaves more than a cap allows, and names what bit', () => {
    fc.assert(
      fc.property(positive, caps, fc.constantFrom(d(1), d('0.01')), (qty, maxima, lot) => {
        const rounded = qty.div(lot).floor().times(lot);
        const named = maxima.map((max, index) => ({ name: index, max }));
        const { qty: left, reductions } = applyCaps(rounded, named, lot);
        expect(left.gte(0) && left.lte(rounded) && left.mod(lot).isZero()).toBe(true);
        for (const max of maxima) expect(left.lte(max)).toBe(true);
        expect(reductions.at(-1)?.to.toFixed() ?? rounded.toFixed()).toBe(left.toFixed());
      }),
      { numRuns: 2_000 },
    );
  });

  it('never enlarges when a cap is tightened', () => {
    fc.assert(
      fc.property(positive, caps, positive, positive, (qty, others, one, other) => {
        const at = (max: Decimal) =>
          applyCaps(
            qty,
            [...others, max].map((cap) => ({ name: '', max: cap })),
            d('0.01'),
          );
        const [tight, loose] = one.lt(other) ? [one, other] : [other, one];
        expect(at(tight).qty.lte(at(loose).qty)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes a negative cap for nothing', () => {
    expect(applyCaps(d(5), [{ name: 'used up', max: d(-3) }], d(1)).qty.toFixed()).toBe('0');
  });
});

describe('log loss', () => {
  it('allows exactly the money that the cap is worth', () => {
    expect(logLossMoney(d(100_000), d('0.02')).toFixed(4)).toBe('1980.1327');
    expect(logLoss(d('1980.1326693'), d(100_000))?.toFixed(8)).toBe('0.02000000');
    expect(logLoss(d(100_000), d(100_000))).toBeNull();
  });

  it('is never over the cap for a quantity reduced under it', () => {
    const ratio = fc.integer({ min: 1, max: 500 }).map((n) => d(n).div(1_000));
    fc.assert(
      fc.property(positive, positive, positive, ratio, (qty, perUnit, capital, cap) => {
        const max = logLossMoney(capital, cap).div(perUnit);
        const { qty: left } = applyCaps(qty, [{ name: '', max }], d('0.00000001'));
        const loss = logLoss(left.times(perUnit), capital);
        expect(loss?.lte(cap.plus('1e-40'))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('opens the utility gate only where the gain outweighs the loss by the factor', () => {
    const capital = d(100_000);
    expect(utilityOf(d(310), d(100), capital, d(3)).ok).toBe(true);
    expect(utilityOf(d(300), d(100), capital, d(3)).ok).toBe(false);
    expect(utilityOf(d(0), d(100), capital, d(3)).ok).toBe(false);
    expect(utilityOf(d(1_000_000), d(100_000), capital, d(3)).ok).toBe(false);
  });
});
