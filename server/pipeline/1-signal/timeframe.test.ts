import { describe, expect, it } from 'vitest';
import { parseSignalTime } from './signal-time.ts';
import { normaliseTimeframe } from './timeframe.ts';

describe('timeframes', () => {
  it.each([
    ['1', '1m'],
    ['5', '5m'],
    ['60', '1h'],
    ['90', '90m'],
    ['240', '4h'],
    ['1440', '1d'],
    ['D', '1d'],
    ['1D', '1d'],
    ['W', '1w'],
    ['M', '1mo'],
    ['3M', '3mo'],
    ['30S', '30s'],
    ['5m', '5m'],
    ['1h', '1h'],
    ['4H', '4h'],
    ['15 min', '15m'],
  ])('%s is %s', (given, normal) => {
    expect(normaliseTimeframe(given)).toBe(normal);
  });

  it.each(['', '0', 'm', '-5', 'often', '5x', '1.5h', '99999'])('"%s" is none', (given) => {
    expect(normaliseTimeframe(given)).toBeNull();
  });
});

describe('times', () => {
  const expected = Date.UTC(2026, 10, 20, 14, 30, 5);
  it.each([
    ['2026-11-20T14:30:05Z', expected],
    ['2026-11-20 14:30:05', expected],
    ['2026-11-20T14:30:05.123456789Z', expected + 123],
    ['2026-11-20T20:00:05+05:30', expected],
    ['2026-11-20T14:30Z', expected - 5000],
    [String(expected / 1000), expected],
    [String(expected), expected],
    [`${expected / 1000}.25`, expected + 250],
  ])('%s', (given, ms) => {
    expect(parseSignalTime(given)).toBe(ms);
  });

  it.each([
    '',
    '2026-11-20',
    '2026-13-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-11-20T25:00:00Z',
    '12',
    '1e12',
    'now',
  ])('"%s" is none', (given) => {
    expect(parseSignalTime(given)).toBeNull();
  });
});
