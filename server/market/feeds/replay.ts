/**
 * REPLAY: bars of a file as ticks.
 *
 * Entry points: `barLength`, `ticksOfBar`. Pure. Invariants: a bar becomes four ticks, open-low-high-close
 * when it closes up and open-high-low-close otherwise, at its start, a third, two thirds, and a millisecond
 * before its end (0, +20 s, +40 s, +59.999 s for a minute); their volumes sum to the bar's.
 */
import type { Tick } from '../tick.ts';
import type { Bar } from './bars-file.ts';

export const TICKS_PER_BAR = 4;
const MINUTE = 60_000;

/** Length of a file's bars in ms: the shortest distance between two of them; a minute for a single bar. */
export function barLength(bars: readonly Bar[]): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < bars.length; i++) {
    shortest = Math.min(shortest, (bars[i]?.at ?? 0) - (bars[i - 1]?.at ?? 0));
  }
  return Number.isFinite(shortest) ? shortest : MINUTE;
}

/** The four ticks of a bar of `length` ms, without a spread. */
export function ticksOfBar(bar: Bar, length: number): Tick[] {
  const { open, high, low, close, volume } = bar;
  const path = close > open ? [open, low, high, close] : [open, high, low, close];
  const times = [0, Math.floor(length / 3), Math.floor((2 * length) / 3), length - 1];
  return path.map((price, index) => ({
    bid: price,
    ask: price,
    last: price,
    size: volume / TICKS_PER_BAR,
    at: bar.at + (times[index] ?? 0),
    source: 'REPLAY',
  }));
}
