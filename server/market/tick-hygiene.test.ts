import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classRules, type Tick } from './tick.ts';
import { judgeTick, newHygiene, SEEN_MAX, type TickContext } from './tick-hygiene.ts';

const T0 = Date.parse('2026-11-20T15:00:00Z');
const tick = (last: number, at = T0, more: Partial<Tick> = {}): Tick => ({
  bid: last,
  ask: last,
  last,
  size: 1,
  at,
  source: 'A',
  ...more,
});
const context = (now = T0, more: Partial<TickContext> = {}): TickContext => ({
  rules: classRules('EQUITY'),
  now,
  sessionOpen: true,
  sessionOpenedAt: T0 - 1_800_000,
  allowsNegative: false,
  ...more,
});
const started = () => {
  const state = newHygiene(null);
  judgeTick(state, tick(100), context());
  return state;
};
const reasonOf = (last: number, more: Partial<Tick> = {}, also: Partial<TickContext> = {}) =>
  judgeTick(started(), tick(last, T0 + 1000, more), context(T0 + 1000, also)).reason;

describe('a tick that is not a price', () => {
  test.each([
    [Number.NaN, 'NOT_FINITE'],
    [Number.POSITIVE_INFINITY, 'NOT_FINITE'],
    [0, 'NOT_POSITIVE'],
    [-1, 'NOT_POSITIVE'],
    [1e308, 'JUMP'],
    [10_000, 'JUMP'],
    [1, 'JUMP'],
  ])('%d is dropped as %s', (price, reason) => {
    expect(reasonOf(price)).toBe(reason);
  });
  test.each([{ bid: 0 }, { ask: 0 }, { last: 0 }])('zero on one side alone is enough: %o', (side) =>
    expect(reasonOf(100, side)).toBe('NOT_POSITIVE'),
  );
  test('a negative size is dropped', () => expect(reasonOf(100, { size: -1 })).toBe('NOT_FINITE'));
  test('a negative price is real where the instrument allows it', () => {
    const state = newHygiene(tick(-1, T0));
    const judged = judgeTick(state, tick(-1.05, T0 + 1000), context(T0 + 1000, { allowsNegative: true }));
    expect(judged.verdict).toBe('GOOD');
  });
  test('a bid above its ask is dropped', () => expect(reasonOf(100, { bid: 101, ask: 100 })).toBe('CROSSED'));
  test('a time far ahead of ours is dropped', () =>
    expect(reasonOf(100, { at: T0 + 60_000 })).toBe('FUTURE'));
});

describe('a jump', () => {
  test('is believed once a second tick confirms it', () => {
    const state = started();
    expect(judgeTick(state, tick(80, T0 + 1000), context(T0 + 1000)).reason).toBe('JUMP');
    expect(judgeTick(state, tick(79, T0 + 2000), context(T0 + 2000)).verdict).toBe('GOOD');
  });
  test('is believed once a second source says the same at the same moment', () => {
    const state = started();
    judgeTick(state, tick(80, T0 + 1000), context(T0 + 1000));
    expect(judgeTick(state, tick(80, T0 + 1000, { source: 'B' }), context(T0 + 1000)).verdict).toBe('GOOD');
  });
  test('is not confirmed by its own repeat', () => {
    const state = started();
    judgeTick(state, tick(80, T0 + 1000), context(T0 + 1000));
    expect(judgeTick(state, tick(80, T0 + 1000), context(T0 + 1000)).reason).toBe('DUPLICATE');
    expect(state.good?.last).toBe(100);
  });
  test('is forgotten when the price returns', () => {
    const state = started();
    judgeTick(state, tick(1, T0 + 1000), context(T0 + 1000));
    judgeTick(state, tick(100, T0 + 2000), context(T0 + 2000));
    expect(judgeTick(state, tick(1, T0 + 3000), context(T0 + 3000)).reason).toBe('JUMP');
  });
  test.each([
    ['OPTION', 140, 'GOOD'],
    ['OPTION', 151, 'DROP'],
    ['CRYPTO', 111, 'DROP'],
    ['CRYPTO', 109, 'GOOD'],
  ])('%s from 100 to %d is %s', (assetClass, price, verdict) => {
    const judged = judgeTick(
      started(),
      tick(price, T0 + 1),
      context(T0 + 1, { rules: classRules(assetClass) }),
    );
    expect(judged.verdict).toBe(verdict);
  });
});

describe('a repeat', () => {
  test('is dropped at once and after others of the same moment', () => {
    const state = started();
    expect(judgeTick(state, tick(100), context()).reason).toBe('DUPLICATE');
    expect(judgeTick(state, tick(100.1), context()).verdict).toBe('GOOD');
    expect(judgeTick(state, tick(100), context()).reason).toBe('DUPLICATE');
    expect(judgeTick(state, tick(100.1), context()).reason).toBe('DUPLICATE');
  });
  test('of an older moment is dropped too', () => {
    const state = started();
    judgeTick(state, tick(100.1, T0 + 1), context(T0 + 1));
    expect(judgeTick(state, tick(100), context(T0 + 1)).verdict).toBe('DROP');
  });
  test('is none when another source says the same', () => {
    expect(judgeTick(started(), tick(100, T0, { source: 'B' }), context()).verdict).toBe('GOOD');
  });
});

describe('time', () => {
  test('an older tick than the last is dropped, an equal time is not', () => {
    const state = started();
    expect(judgeTick(state, tick(100.1, T0 - 1), context()).reason).toBe('OUT_OF_ORDER');
    expect(judgeTick(state, tick(100.2, T0), context()).verdict).toBe('GOOD');
  });
  test('a late arrival sets the quote and triggers nothing', () => {
    const judged = judgeTick(started(), tick(99, T0 + 1000), context(T0 + 62_000));
    expect(judged).toEqual({ verdict: 'QUIET', reason: 'STALE' });
  });
  test('five minutes without any change freeze a symbol until its price moves', () => {
    const state = started();
    const later = T0 + 300_000;
    expect(judgeTick(state, tick(100, later - 1), context(later - 1)).verdict).toBe('GOOD');
    expect(judgeTick(state, tick(100, later), context(later)).reason).toBe('FROZEN');
    expect(judgeTick(state, tick(100.01, later + 1), context(later + 1)).verdict).toBe('GOOD');
  });
  test('a night without change does not freeze the first tick of the session', () => {
    const later = T0 + 64_800_000;
    const judged = judgeTick(started(), tick(100, later), context(later, { sessionOpenedAt: later - 1000 }));
    expect(judged.verdict).toBe('GOOD');
  });
  test('outside the session a tick sets the quote only', () => {
    const state = started();
    const judged = judgeTick(
      state,
      tick(101, T0 + 1),
      context(T0 + 1, { sessionOpen: false, sessionOpenedAt: null }),
    );
    expect(judged).toEqual({ verdict: 'QUIET', reason: 'SESSION_CLOSED' });
    expect(state.good?.last).toBe(101);
  });
});

const anyPrice = fc.oneof(
  fc.double({ min: 90, max: 110, noNaN: true }),
  fc.constantFrom(0, -5, Number.NaN, Number.POSITIVE_INFINITY, 1e308, 1, 10_000),
);
const anyTick = fc.record({
  last: anyPrice,
  bid: anyPrice,
  ask: anyPrice,
  step: fc.integer({ min: -5000, max: 5000 }),
});

describe('any stream of ticks', () => {
  test('leaves a last good price that is finite, positive, uncrossed and never older than before', () => {
    fc.assert(
      fc.property(fc.array(anyTick, { maxLength: 200 }), (stream) => {
        const state = started();
        let at = T0;
        let total = 1;
        for (const { step, ...prices } of stream) {
          at += step;
          const before = state.good;
          const { verdict, reason } = judgeTick(state, tick(100, at, prices), context(Math.max(at, T0)));
          total += 1;
          expect(verdict === 'GOOD').toBe(reason === null);
          if (verdict === 'DROP') expect(state.good).toBe(before);
          const good = state.good;
          expect(
            good !== null && [good.last, good.bid, good.ask].every((p) => Number.isFinite(p) && p > 0),
          ).toBe(true);
          expect((good?.bid ?? 1) <= (good?.ask ?? 0)).toBe(true);
          expect(good?.at ?? 0).toBeGreaterThanOrEqual(before?.at ?? 0);
        }
        expect([...state.counts.values()].reduce((sum, n) => sum + n, 0)).toBe(total);
      }),
    );
  });
  test('one bad tick between good ones never becomes good', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, -1, Number.NaN, 1e308, 10_000, 1), fc.nat(59), (bad, gap) => {
        const state = started();
        const now = T0 + gap * 1000 + 1;
        expect(judgeTick(state, tick(bad, now), context(now)).verdict).toBe('DROP');
        expect(judgeTick(state, tick(100.5, now + 1), context(now + 1)).verdict).toBe('GOOD');
      }),
    );
  });
  test('its memory is bounded, within one moment too', () => {
    const state = started();
    for (let i = 0; i < 3 * SEEN_MAX; i++)
      judgeTick(state, tick(100 + i / 1000, T0 + (i % 2)), context(T0 + 1));
    expect(state.seen.length).toBeLessThanOrEqual(SEEN_MAX);
  });
});
