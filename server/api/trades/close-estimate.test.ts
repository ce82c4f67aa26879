import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateClose, type Standing } from '#server/api/trades/close-estimate.ts';
import { Decimal } from '#server/money.ts';

const long: Standing = {
  direction: 'LONG',
  openQty: '40.000000000000',
  lotSize: '1',
  multiplier: '1',
  entryAverage: '450.12',
  bid: '453.86',
  ask: '453.88',
  mark: '453.87',
};

describe('the estimate of a close', () => {
  it('a long sells at the bid, a short buys at the ask', () => {
    expect(estimateClose(long, null, null)).toEqual({
      side: 'SELL',
      qty: '40',
      remaining: '0',
      price: '453.86',
      result: '149.6',
      problem: null,
    });
    expect(estimateClose({ ...long, direction: 'SHORT' }, '10', null)).toMatchObject({
      side: 'BUY',
      price: '453.88',
      remaining: '30',
      result: '-37.6',
    });
  });
  it('a limit is the price; without any price there is no result', () => {
    expect(estimateClose(long, '1', '460')).toMatchObject({ price: '460', result: '9.88' });
    expect(estimateClose({ ...long, bid: null, mark: null }, null, null)).toMatchObject({
      price: null,
      result: null,
    });
  });
  it('what cannot be done is said before it is asked', () => {
    expect(estimateClose(long, '41', null).problem).toBe('Only 40 is open.');
    expect(estimateClose(long, '1.5', null).problem).toBe('The quantity must be a multiple of 1.');
    expect(estimateClose({ ...long, openQty: '0.4' }, null, null).problem).toBeNull();
  });
  it('two parts bring what the whole brings', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 39 }), (part) => {
        const one = estimateClose(long, String(part), null);
        const rest = estimateClose(long, one.remaining, null);
        const sum = new Decimal(one.result ?? 0).plus(rest.result ?? 0);
        expect(sum.toFixed()).toBe(estimateClose(long, null, null).result);
      }),
    );
  });
});
