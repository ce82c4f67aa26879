/**
 * One symbol as its feeder holds it: hygiene, candles in the making, and what waits to be written.
 *
 * Entry points: `newLine`, `takeTicks`. Pure apart from the line the caller holds. Invariant: a tick is judged
 * once; only ticks that hygiene let through reach the quote or a candle, only GOOD ones are handed on.
 */
import { sessionAt } from '../calendar.ts';
import { addTick, type Candle, type Candles, newCandles, sealUntil } from '../candles.ts';
import type { FeedInstrument } from '../port.ts';
import { classRules, type Tick } from '../tick.ts';
import { type Hygiene, judgeTick, newHygiene, type TickReason } from '../tick-hygiene.ts';

export interface Line {
  readonly instrument: FeedInstrument;
  readonly hygiene: Hygiene;
  readonly candles: Candles;
}

/** What came of a batch of ticks. */
export interface Taken {
  /** The newest tick that may set the quote; null when none may. */
  readonly quote: Tick | null;
  /** How many ticks were let through. */
  readonly accepted: number;
  /** Those that may trigger something, in order. */
  readonly good: readonly Tick[];
  readonly completed: readonly Candle[];
  readonly refused: readonly { reason: TickReason; tick: Tick }[];
}

export function newLine(instrument: FeedInstrument, openCandles: readonly Candle[]): Line {
  return {
    instrument,
    hygiene: newHygiene(instrument.stored),
    candles: newCandles(instrument.market, openCandles),
  };
}

/** Judges a batch at our time `now` (ms). */
export function takeTicks(line: Line, ticks: readonly Tick[], now: number): Taken {
  const { market, assetClass, allowsNegative } = line.instrument;
  const rules = classRules(assetClass);
  const good: Tick[] = [];
  const completed: Candle[] = [];
  const refused: { reason: TickReason; tick: Tick }[] = [];
  let quote: Tick | null = null;
  let accepted = 0;
  for (const tick of ticks) {
    const session = sessionAt(market, tick.at);
    const sessionOpenedAt = session?.opensAt ?? null;
    const context = { rules, now, sessionOpen: session !== null, sessionOpenedAt, allowsNegative };
    const { verdict, reason } = judgeTick(line.hygiene, tick, context);
    if (reason !== null) refused.push({ reason, tick });
    if (verdict === 'DROP') continue;
    quote = tick;
    accepted += 1;
    completed.push(...addTick(line.candles, tick));
    if (verdict === 'GOOD') good.push(tick);
  }
  completed.push(...sealUntil(line.candles, now));
  return { quote, accepted, good, completed, refused };
}
