import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atr, atrSeries } from './indicators.ts';

const SHARED = process.env.LOCKSTEP_SHARED ?? '../shared';
const ANSWERS = join(SHARED, 'specs/indicators/atr.standard.json');

describe.skipIf(!existsSync(ANSWERS))('ATR(14) against the answer table', () => {
  test('agrees on every day after the warm-up', () => {
    const answers = JSON.parse(readFileSync(ANSWERS, 'utf8')) as { timestamp: string; atr: number | null }[];
    const rows = readFileSync(join(SHARED, 'data/stockindicators_default_daily.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const candles = rows.map((row) => {
      const [, , high, low, close] = row.split(',').map(Number);
      return { high: high ?? 0, low: low ?? 0, close: close ?? 0 };
    });
    const ours = atrSeries(candles, 14);
    let compared = 0;
    for (const [index, answer] of answers.entries()) {
      if (answer.atr === null) continue;
      expect(ours[index]).toBeCloseTo(answer.atr, 9);
      compared += 1;
    }
    expect(compared).toBe(answers.length - 14);
  });
});

test('ATR needs n + 1 candles', () => {
  const candle = { high: 2, low: 1, close: 1.5 };
  expect(atr(new Array(14).fill(candle), 14)).toBeNull();
  expect(atr(new Array(15).fill(candle), 14)).toBe(1);
});

test('ATR counts a gap against the close before it', () => {
  const flat = { high: 10, low: 10, close: 10 };
  expect(atr([flat, flat, { high: 14, low: 13, close: 13 }], 2)).toBe(2);
});
