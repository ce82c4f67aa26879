import { describe, expect, test } from 'vitest';
import type { FeedInstrument } from '../port.ts';
import { classRules, type Tick } from '../tick.ts';
import { judgeTick, newHygiene } from '../tick-hygiene.ts';
import { SimulatedFeed, STEP_MS } from './simulated.ts';

const SATURDAY = Date.parse('2026-11-21T12:00:00Z');
const HOUR = 3_600_000;
const quote = (last: number, at: number): Tick => ({
  bid: last,
  ask: last,
  last,
  size: 0,
  at,
  source: 'SIMULATED',
});
const instrument = (more: Partial<FeedInstrument> = {}): FeedInstrument => ({
  id: 'i1',
  symbol: 'DEMOUSD',
  market: 'CRYPTO',
  assetClass: 'CRYPTO',
  tickSize: 0.01,
  allowsNegative: false,
  stored: quote(100, SATURDAY),
  ...more,
});

function run(seed: string, ms: number, of = instrument(), from = SATURDAY): Tick[] {
  const feed = new SimulatedFeed(seed);
  feed.open(of, from);
  const ticks: Tick[] = [];
  for (let now = from; now <= from + ms; now += 10_000) ticks.push(...feed.pull(of.id, now));
  return ticks;
}

/** Seconds until a trade entered at the first ask leaves by −1 % or +2 % on the bid; null if it does not. */
function secondsToClose(ticks: Tick[], sign: 1 | -1): number | null {
  const [first, ...rest] = ticks;
  if (first === undefined) return null;
  const entry = sign === 1 ? first.ask : first.bid;
  const end = rest.find((t) => {
    const change = sign * ((sign === 1 ? t.bid : t.ask) / entry - 1);
    return change <= -0.01 || change >= 0.02;
  });
  return end === undefined ? null : (end.at - first.at) / 1000;
}

describe('the simulated market', () => {
  test('repeats with its seed, and differs with another seed or symbol', () => {
    expect(run('a', HOUR / 4)).toEqual(run('a', HOUR / 4));
    expect(run('a', HOUR / 4)).not.toEqual(run('b', HOUR / 4));
    expect(run('a', HOUR / 4)).not.toEqual(run('a', HOUR / 4, instrument({ symbol: 'OTHERUSD' })));
  });
  test('does not depend on how often it is asked', () => {
    const feed = new SimulatedFeed('a');
    feed.open(instrument(), SATURDAY);
    const often: Tick[] = [];
    for (let now = SATURDAY; now <= SATURDAY + 600_000; now += 170) often.push(...feed.pull('i1', now));
    expect(often).toEqual(run('a', 600_000).slice(0, often.length));
    expect(often.length).toBeGreaterThan(2300);
  });
  test('closes a trade with a stop of −1 % and a target of +2 % within two minutes at the median', () => {
    for (const sign of [1, -1] as const) {
      const times = Array.from({ length: 301 }, (_, i) => secondsToClose(run(`seed ${i}`, HOUR / 6), sign));
      const sorted = times.map((t) => t ?? Number.POSITIVE_INFINITY).toSorted((a, b) => a - b);
      expect(sorted[150]).toBeLessThan(120);
      expect(sorted[150]).toBeGreaterThan(5);
      expect(sorted[297]).toBeLessThan(600);
    }
  });
  test('makes at most four ticks a second, on the grid, with a spread, in order, with pauses and jumps', () => {
    const ticks = run('a', 4 * HOUR);
    expect(ticks.length).toBeLessThanOrEqual((4 * HOUR) / STEP_MS);
    const gaps = ticks.slice(1).map((t, i) => t.at - (ticks[i]?.at ?? 0));
    expect(Math.min(...gaps)).toBe(STEP_MS);
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(2000);
    for (const t of ticks) {
      expect(t.bid).toBeLessThan(t.ask);
      expect(t.bid <= t.last && t.last <= t.ask).toBe(true);
      expect(String(t.bid)).toMatch(/^\d+(\.\d{1,2})?$/);
    }
    const moves = ticks.slice(1).map((t, i) => Math.abs(t.last / (ticks[i]?.last ?? 1) - 1));
    expect(moves.filter((move) => move > 0.003).length).toBeGreaterThan(0);
    expect(Math.max(...moves)).toBeLessThan(0.05);
  });
  test('passes tick hygiene without a loss', () => {
    const state = newHygiene(null);
    for (const t of run('a', HOUR)) {
      const context = {
        rules: classRules('CRYPTO'),
        now: t.at,
        sessionOpen: true,
        sessionOpenedAt: 0,
        allowsNegative: false,
      };
      expect(judgeTick(state, t, context).verdict).toBe('GOOD');
    }
  });
  test('moves as much in a minute at speed 60 as in an hour, and still passes hygiene at speed 1000', () => {
    for (const speed of [60, 1000]) {
      const feed = new SimulatedFeed('fast', speed);
      const of = instrument();
      feed.open(of, SATURDAY);
      const state = newHygiene(null);
      for (const t of feed.pull(of.id, SATURDAY + 60_000)) {
        const context = {
          rules: classRules('CRYPTO'),
          now: t.at,
          sessionOpen: true,
          sessionOpenedAt: 0,
          allowsNegative: false,
        };
        expect(judgeTick(state, t, context).verdict).toBe('GOOD');
      }
    }
    const spread = (speed: number) => {
      const ends = Array.from({ length: 60 }, (_, i) => {
        const feed = new SimulatedFeed(`s${i}`, speed);
        feed.open(instrument(), SATURDAY);
        return Math.log((feed.pull('i1', SATURDAY + 30_000).at(-1)?.last ?? 1) / 100) ** 2;
      });
      return Math.sqrt(ends.reduce((sum, x) => sum + x, 0) / ends.length);
    };
    expect(spread(16) / spread(1)).toBeGreaterThan(3);
    expect(spread(16) / spread(1)).toBeLessThan(5);
  });
  test('neither dies nor explodes in two days', () => {
    const feed = new SimulatedFeed('two days');
    feed.open(instrument(), SATURDAY);
    let low = 100;
    let high = 100;
    for (let now = SATURDAY; now <= SATURDAY + 48 * HOUR; now += 60_000) {
      for (const t of feed.pull('i1', now)) {
        low = Math.min(low, t.last);
        high = Math.max(high, t.last);
      }
    }
    expect(low).toBeGreaterThan(60);
    expect(high).toBeLessThan(170);
  });
  test('resumes from the stored quote, also after an absence of days', () => {
    const [first] = run('a', 1000 * 20, instrument({ stored: quote(321.5, SATURDAY - 72 * HOUR) }));
    expect(Math.abs((first?.last ?? 0) / 321.5 - 1)).toBeLessThan(0.02);
  });
  test('keeps the hours of an exchange, and gaps at its opening', () => {
    const spy = instrument({ symbol: 'SPY', market: 'XNYS', assetClass: 'EQUITY' });
    expect(run('a', HOUR, spy)).toEqual([]);
    const open = Date.parse('2026-11-20T14:30:00Z');
    const ticks = run('a', HOUR, { ...spy, stored: quote(400, open - 18 * HOUR) }, open - HOUR / 2);
    expect(ticks[0]?.at).toBe(open);
    expect(ticks[0]?.last).not.toBe(400);
    expect(Math.abs((ticks[0]?.last ?? 0) / 400 - 1)).toBeLessThan(0.05);
  });
});
