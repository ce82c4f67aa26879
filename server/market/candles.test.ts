import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sessionOfDay } from './calendar.ts';
import { addTick, bucketAt, type Candle, foldBars, newCandles, sealUntil, TIMEFRAMES } from './candles.ts';
import { parseBars } from './feeds/bars-file.ts';
import { ticksOfBar } from './feeds/replay.ts';

const SHARED = process.env.LOCKSTEP_SHARED ?? '../shared';
const at = (iso: string): number => Date.parse(iso);
const tick = (last: number, iso: string, size = 1) => ({
  bid: last,
  ask: last,
  last,
  size,
  at: at(iso),
  source: 'T',
});

describe('buckets', () => {
  test('hours start at the opening bell, and the last one ends at the close', () => {
    expect(bucketAt('XNYS', '1h', at('2026-11-20T15:29:59Z'))?.opensAt).toBe(at('2026-11-20T14:30:00Z'));
    expect(bucketAt('XNYS', '1h', at('2026-11-20T20:45:00Z'))).toEqual({
      opensAt: at('2026-11-20T20:30:00Z'),
      closesAt: at('2026-11-20T21:00:00Z'),
    });
    expect(bucketAt('XNYS', '4h', at('2026-11-20T19:00:00Z'))?.opensAt).toBe(at('2026-11-20T18:30:00Z'));
    expect(bucketAt('XNSE', '15m', at('2026-11-20T04:05:00Z'))?.opensAt).toBe(at('2026-11-20T04:00:00Z'));
  });
  test('a day candle is the session, shortened days included', () => {
    expect(bucketAt('XNYS', '1d', at('2026-11-27T15:00:00Z'))).toEqual({
      opensAt: at('2026-11-27T14:30:00Z'),
      closesAt: at('2026-11-27T18:00:00Z'),
    });
    expect(bucketAt('CRYPTO', '1d', at('2026-11-21T15:00:00Z'))?.opensAt).toBe(at('2026-11-21T00:00:00Z'));
  });
  test('there is none while the market is closed', () => {
    expect(bucketAt('XNYS', '1m', at('2026-11-21T15:00:00Z'))).toBeNull();
  });
});

describe('ticks', () => {
  test('make a minute that is completed by the first tick after it', () => {
    const candles = newCandles('CRYPTO');
    for (const t of [
      tick(100, '2026-11-21T10:00:01Z'),
      tick(103, '2026-11-21T10:00:30Z'),
      tick(99, '2026-11-21T10:00:59Z'),
    ]) {
      expect(addTick(candles, t)).toEqual([]);
    }
    const [minute] = addTick(candles, tick(101, '2026-11-21T10:01:00Z'));
    expect(minute).toEqual({
      timeframe: '1m',
      opensAt: at('2026-11-21T10:00:00Z'),
      closesAt: at('2026-11-21T10:01:00Z'),
      open: 100,
      high: 103,
      low: 99,
      close: 99,
      volume: 3,
      complete: true,
    });
  });
  test('outside the session build nothing, and the last candles of a day are sealed by time', () => {
    const candles = newCandles('XNYS');
    expect(addTick(candles, tick(100, '2026-11-20T14:00:00Z'))).toEqual([]);
    expect(candles.current.size).toBe(0);
    addTick(candles, tick(100, '2026-11-20T20:59:59Z'));
    expect(sealUntil(candles, at('2026-11-20T20:59:59.999Z'))).toEqual([]);
    expect(sealUntil(candles, at('2026-11-20T21:00:00Z')).map((c) => c.timeframe)).toEqual([...TIMEFRAMES]);
    expect(sealUntil(candles, at('2026-11-20T21:00:00Z'))).toEqual([]);
  });
  test('of any walk give, in every timeframe, candles that hold their parts', () => {
    const steps = fc.array(
      fc.record({ ms: fc.integer({ min: 1, max: 400_000 }), price: fc.integer({ min: 1, max: 1000 }) }),
      {
        minLength: 1,
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(steps, (walk) => {
        const candles = newCandles('CRYPTO');
        let now = at('2026-11-21T00:00:00Z');
        const done: Candle[] = [];
        for (const { ms, price } of walk) {
          now += ms;
          done.push(
            ...addTick(candles, { bid: price, ask: price, last: price, size: 2, at: now, source: 'T' }),
          );
        }
        const all = [...done, ...candles.current.values()];
        for (const timeframe of TIMEFRAMES) {
          const mine = all.filter((c) => c.timeframe === timeframe);
          expect(mine.reduce((sum, c) => sum + c.volume, 0)).toBe(2 * walk.length);
          expect(new Set(mine.map((c) => c.opensAt)).size).toBe(mine.length);
          for (const candle of mine) {
            expect(candle.low).toBeLessThanOrEqual(Math.min(candle.open, candle.close));
            expect(candle.high).toBeGreaterThanOrEqual(Math.max(candle.open, candle.close));
            const parts = all.filter(
              (c) => c.timeframe === '1m' && c.opensAt >= candle.opensAt && c.opensAt < candle.closesAt,
            );
            expect(Math.max(...parts.map((c) => c.high))).toBe(candle.high);
            expect(Math.min(...parts.map((c) => c.low))).toBe(candle.low);
            expect(parts.at(0)?.open).toBe(candle.open);
            expect(parts.at(-1)?.close).toBe(candle.close);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

const SPY = join(SHARED, 'data/spy_1m_2013-10-04_11.csv');
describe.skipIf(!existsSync(SPY))('a week of SPY', () => {
  test('has one day candle per session, and ticks of its bars give the same candles as the bars', () => {
    const bars = parseBars(readFileSync(SPY, 'utf8'));
    const fromBars = foldBars('XNYS', bars);
    const days = fromBars.filter((c) => c.timeframe === '1d');
    expect(days.map((c) => c.opensAt)).toEqual(
      ['2013-10-04', '2013-10-07', '2013-10-08', '2013-10-09', '2013-10-10', '2013-10-11'].map(
        (day) => sessionOfDay('XNYS', day)?.opensAt,
      ),
    );
    const candles = newCandles('XNYS');
    const fromTicks = bars.flatMap((bar) => ticksOfBar(bar, 60_000)).flatMap((t) => addTick(candles, t));
    const shape = (c: Candle) => [c.timeframe, c.opensAt, c.open, c.high, c.low, c.close];
    expect(fromTicks.map(shape)).toEqual(fromBars.filter((c) => c.complete).map(shape));
    expect(fromTicks.filter((c) => c.timeframe === '1m').length).toBeGreaterThan(2300);
  });
});
