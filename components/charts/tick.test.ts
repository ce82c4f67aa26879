import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largeStep, snapped, stepped } from './tick.ts';

describe('a price that is moved by hand', () => {
  it('lies on the tick, written with the decimals of the tick', () => {
    expect(snapped(48.1234, '0.010000000000')).toBe('48.12');
    expect(snapped(2904.1, '0.05')).toBe('2904.10');
    expect(snapped(2904.13, '0.05')).toBe('2904.15');
    expect(snapped(17.6, '5')).toBe('20');
    expect(snapped(0.1 + 0.2, '0.1')).toBe('0.3');
    expect(snapped(0.00000017, '0.00000001')).toBe('0.00000017');
  });

  it('is never 0 or less', () => {
    expect(snapped(-3, '0.01')).toBe('0.01');
    expect(stepped('0.02', -5, '0.01')).toBe('0.01');
  });

  it('steps tick by tick, from the nearest one where it lies between two', () => {
    expect(stepped('48.12', 1, '0.01')).toBe('48.13');
    expect(stepped('47.504750000000', -1, '0.001')).toBe('47.504');
    expect(stepped('100', -1, '0.25')).toBe('99.75');
  });

  it('takes large steps that suit the price', () => {
    expect(largeStep('64000', '0.01')).toBe(6400);
    expect(largeStep('50', '0.01')).toBe(10);
  });

  it('there and back is where it was', () => {
    const tick = fc.constantFrom('0.01', '0.05', '0.001', '0.00000001', '0.25', '1', '5');
    fc.assert(
      fc.property(
        tick,
        fc.integer({ min: 1, max: 1e8 }),
        fc.integer({ min: 0, max: 1e4 }),
        (size, at, by) => {
          const from = snapped(at * Number(size), size);
          expect(stepped(stepped(from, by, size), -by, size)).toBe(from);
        },
      ),
    );
  });
});
