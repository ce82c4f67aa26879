import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileProblem, parseBars } from './bars-file.ts';
import { barLength, ticksOfBar } from './replay.ts';

const SHARED = process.env.LOCKSTEP_SHARED ?? '../shared';
const HEADER = 'ts,open,high,low,close,volume';
const GOOD = '2013-10-04T13:30:00.000Z,10,12,9,11,100';
const file = (...lines: string[]) => [HEADER, ...lines].join('\n');

describe('a file of bars', () => {
  test('is read with byte-order mark, carriage returns, Unix time and an empty last line', () => {
    const bars = parseBars(`\uFEFF${HEADER}\r\n${GOOD}\r\n1380893460,11,11,11,11,0\r\n`);
    expect(bars.map((bar) => bar.at)).toEqual([1380893400000, 1380893460000]);
  });
  test.each([
    ['', 1, 'header'],
    ['time,open,high,low,close,volume', 1, 'header'],
    [HEADER, 2, 'no bars'],
    [file(GOOD, '2013-10-04T13:31:00Z,1,2,3'), 3, '4 columns'],
    [file(GOOD, ''.padEnd(3, ','), GOOD), 3, '4 columns'],
    [file('2013-10-04 13:30,10,12,9,11,100'), 2, 'zone'],
    [file('2013-13-04T13:30:00Z,10,12,9,11,100'), 2, 'ISO 8601'],
    [file('2013-10-04T13:30:00Z,ten,12,9,11,100'), 2, 'open "ten" is not a number'],
    [file('2013-10-04T13:30:00Z,10,,9,11,100'), 2, 'high "" is not a number'],
    [file('2013-10-04T13:30:00Z,10,12,NaN,11,100'), 2, 'low "NaN"'],
    [file('2013-10-04T13:30:00Z,10,12,9,1e999,100'), 2, 'close "1e999"'],
    [file('2013-10-04T13:30:00Z,10,12,0,11,100'), 2, 'low 0 is not above 0'],
    [file('2013-10-04T13:30:00Z,10,12,9,11,-1'), 2, 'volume -1 is negative'],
    [file('2013-10-04T13:30:00Z,10,12,10.5,11,1'), 2, 'low 10.5 is above'],
    [file('2013-10-04T13:30:00Z,10,10.5,9,11,1'), 2, 'high 10.5 is below'],
    [file(GOOD, GOOD), 3, 'not later'],
  ])('%j stops at line %i: %s', (text, line, what) => {
    const problem = problemOf(text);
    expect(problem.line).toBe(line);
    expect(problem.message).toContain(what);
    expect(problem.message).toContain(`line ${line}:`);
  });
  test.skipIf(!existsSync(join(SHARED, 'data')))('of the shared data is read whole', () => {
    for (const [name, count] of [
      ['spy_1m_2013-10-04_11', 4839],
      ['btcusd_coinbase_1m_2018-04-04_06', 3887],
      ['nifty50_1m_2019-01-01_04', 1509],
    ] as const) {
      const bars = parseBars(readFileSync(join(SHARED, `data/${name}.csv`), 'utf8'));
      expect(bars).toHaveLength(count);
      expect(barLength(bars)).toBe(60_000);
    }
  });
});

describe('the ticks of a bar', () => {
  const bar = { at: 0, open: 10, high: 12, low: 9, close: 11, volume: 100 };
  test('go down first when it closes up, up first otherwise', () => {
    expect(ticksOfBar(bar, 60_000).map((t) => t.last)).toEqual([10, 9, 12, 11]);
    expect(ticksOfBar({ ...bar, close: 9.5 }, 60_000).map((t) => t.last)).toEqual([10, 12, 9, 9.5]);
    expect(ticksOfBar({ ...bar, close: 10 }, 60_000).map((t) => t.last)).toEqual([10, 12, 9, 10]);
  });
  test('are at 0, 20, 40 and 59.999 s of a minute, in proportion otherwise', () => {
    expect(ticksOfBar(bar, 60_000).map((t) => t.at)).toEqual([0, 20_000, 40_000, 59_999]);
    expect(ticksOfBar(bar, 300_000).map((t) => t.at)).toEqual([0, 100_000, 200_000, 299_999]);
  });
  test('never leave the bar, and share its volume', () => {
    const price = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(fc.tuple(price, price, price, price), ([a, b, c, d]) => {
        const sorted = [a, b, c, d].toSorted((x, y) => x - y);
        const [low = 1, open = 1, close = 1, high = 1] = sorted;
        const ticks = ticksOfBar({ at: 0, open, high, low, close, volume: 7 }, 60_000);
        expect(Math.min(...ticks.map((t) => t.last))).toBe(low);
        expect(Math.max(...ticks.map((t) => t.last))).toBe(high);
        expect(ticks[0]?.last).toBe(open);
        expect(ticks[3]?.last).toBe(close);
        expect(ticks.reduce((sum, t) => sum + t.size, 0)).toBe(7);
      }),
    );
  });
});

function problemOf(text: string): FileProblem {
  try {
    parseBars(text);
  } catch (error) {
    if (error instanceof FileProblem) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}
