import { describe, expect, it } from 'vitest';
import { decimalsOf, isZero, money, percent, price, quantity, span, timeOfDay, toneOf } from './format.ts';

describe('figures', () => {
  it('money has its currency, a real minus, and a plus where a change is meant', () => {
    expect(money('1284.6', 'USD', { sign: true })).toBe('+$1,284.60');
    expect(money('-498', 'INR')).toBe('−₹498.00');
    expect(money('0', 'USD', { sign: true })).toBe('$0.00');
    expect(money('12.5', 'USDT')).toBe('USDT 12.50');
  });
  it('a decimal beyond what a float holds is shown exactly', () => {
    expect(price('90071992547409931.12', 2)).toBe('90,071,992,547,409,931.12');
    expect(quantity('0.123456789012')).toBe('0.123456789012');
  });
  it('the tick size gives the decimals, an average may carry two more', () => {
    expect(decimalsOf('0.0500')).toBe(2);
    expect(decimalsOf('1')).toBe(0);
    expect(price('450.12444', 2, { average: true })).toBe('450.1244');
    expect(price('450.1', 2)).toBe('450.10');
  });
  it('percent has a thin space', () => expect(percent('-0.278', { sign: true })).toBe('−0.28 %'));
  it('quantities carry no padding zeros', () => expect(quantity('40.000000000000')).toBe('40'));
  it('zero has no tone', () => {
    expect(isZero('-0.000')).toBe(true);
    expect(toneOf('0.00')).toBe('flat');
    expect(toneOf('-0.01')).toBe('loss');
  });
  it('what is shown as 0.00 has no tone, what is shown as a cent has one', () => {
    for (const nothing of ['-0.00499999', '0.004', '0.0', '-0', '000.00'])
      expect(toneOf(nothing)).toBe('flat');
    expect(['-0.005', '0.005', '0.1', '-1', '10.001'].map(toneOf)).toEqual([
      'loss',
      'gain',
      'gain',
      'loss',
      'gain',
    ]);
    expect(money('-0.005', 'USD', { sign: true })).toBe('−$0.01');
    expect(money('-0.00499999', 'USD', { sign: true })).toBe('$0.00');
  });
});

describe('times', () => {
  it('a span is said as a person says it', () => {
    expect([38, 4_200, 42_000, 720_000, 11_100_000, 187_200_000].map(span)).toEqual([
      '38 ms',
      '4.2 s',
      '42 s',
      '12 min',
      '3 h 5 m',
      '2 d 4 h',
    ]);
  });
  it('today shows the clock alone, an older moment its date too, in the viewer’s zone', () => {
    const now = new Date('2026-11-20T16:00:00Z');
    const at = new Date('2026-11-20T14:31:07.112Z');
    expect(timeOfDay(at, 'UTC', now)).toBe('14:31:07');
    expect(timeOfDay(at, 'America/New_York', now, { millis: true })).toBe('09:31:07.112');
    expect(timeOfDay(new Date('2026-11-18T14:31:07Z'), 'UTC', now)).toBe('18 Nov 14:31:07');
  });
});
