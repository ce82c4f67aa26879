import { describe, expect, it } from 'vitest';
import { curveOf } from './curve.ts';
import { type Part, sumsOf } from './sums.ts';

const part = (over: Partial<Part>): Part => ({
  environment: 'PAPER',
  currency: 'USD',
  capital: '1000',
  pnl: '10',
  realised: '4',
  open: '6',
  openCount: 1,
  exposure: '250',
  ...over,
});

describe('sums of accounts', () => {
  it('paper and live, and two currencies, are never added', () => {
    const sums = sumsOf([
      part({}),
      part({ pnl: '-25.5' }),
      part({ currency: 'INR' }),
      part({ environment: 'LIVE' }),
    ]);
    expect(sums.map((one) => [one.environment, one.currency, one.accounts, one.pnl])).toEqual([
      ['PAPER', 'USD', 2, '-15.5'],
      ['PAPER', 'INR', 1, '10'],
      ['LIVE', 'USD', 1, '10'],
    ]);
    expect(sums[0]).toMatchObject({ pnlPercent: '-0.7750', exposurePercent: '25.0000', openCount: 2 });
  });
});

describe('a curve', () => {
  it('adds up exactly, and a long one keeps its end', () => {
    expect(
      curveOf([
        { at: 'a', pnl: '0.1' },
        { at: 'b', pnl: '0.2' },
      ]),
    ).toEqual([
      { at: 'a', value: '0.1' },
      { at: 'b', value: '0.3' },
    ]);
    const long = curveOf(Array.from({ length: 1_999 }, (_, n) => ({ at: String(n), pnl: '1' })));
    expect(long.length).toBeLessThanOrEqual(400);
    expect(long.at(-1)).toEqual({ at: '1998', value: '1999' });
  });
});
