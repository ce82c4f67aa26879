/**
 * Candles from ticks: 1m, aggregated to 5m, 15m, 1h, 4h and 1d in session time.
 *
 * Entry points: `newCandles`, `addTick`, `sealUntil`, `foldBars`. Pure apart from the builder the caller holds.
 * Invariants: buckets start at the session's opening (the UTC day for crypto) and never reach past its close;
 * a tick outside a session builds nothing; a completed candle is returned once and never changes; prices are
 * the ticks' own, only volume is a sum.
 */
import { type Session, sessionAt } from './calendar.ts';
import type { Tick } from './tick.ts';

export const TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '1d'] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

const MINUTE = 60_000;
/** Lengths in ms; a day candle is as long as its session. */
const LENGTHS: Readonly<Record<Timeframe, number>> = {
  '1m': MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '1h': 60 * MINUTE,
  '4h': 240 * MINUTE,
  '1d': Number.POSITIVE_INFINITY,
};

export interface Candle {
  readonly timeframe: Timeframe;
  /** Half-open [opensAt, closesAt), ms. */
  readonly opensAt: number;
  readonly closesAt: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly complete: boolean;
}

/** A candle in the making: it changes with every tick, what was read of it a moment ago included. */
type Growing = { -readonly [Key in keyof Candle]: Candle[Key] };

/** One symbol's candles in the making, at most one per timeframe. */
export interface Candles {
  readonly market: string;
  readonly current: Map<Timeframe, Growing>;
  /** The first end of a candle in the making, ms: before it, nothing is complete. */
  sealAt: number;
}

type Piece = Pick<Candle, 'open' | 'high' | 'low' | 'close' | 'volume'>;

const NONE: Candle[] = [];

/** A builder for one symbol of a market, resuming candles that were left incomplete. */
export function newCandles(market: string, resume: readonly Candle[] = []): Candles {
  const current = new Map(resume.map((candle) => [candle.timeframe, { ...candle }]));
  return { market, current, sealAt: firstEnd(current) };
}

/** The bucket of a timeframe that holds the moment `at` (ms), or null while the market is closed. */
export function bucketAt(
  market: string,
  timeframe: Timeframe,
  at: number,
): { opensAt: number; closesAt: number } | null {
  const session = sessionAt(market, at);
  return session === null ? null : bucketIn(session, timeframe, at);
}

/** Adds a tick; returns the candles that it completed, shortest timeframe first. */
export function addTick(candles: Candles, tick: Tick): readonly Candle[] {
  const { last } = tick;
  return addPiece(candles, tick.at, { open: last, high: last, low: last, close: last, volume: tick.size });
}

/** Completes what ended at or before `now` (ms), so that a quiet minute is not waited for. */
export function sealUntil(candles: Candles, now: number): readonly Candle[] {
  if (now < candles.sealAt) return NONE;
  const done: Candle[] = [];
  for (const timeframe of TIMEFRAMES) {
    const candle = candles.current.get(timeframe);
    if (candle === undefined || candle.closesAt > now) continue;
    candles.current.delete(timeframe);
    done.push({ ...candle, complete: true });
  }
  candles.sealAt = firstEnd(candles.current);
  return done;
}

/** Aggregates bars that are in order of time; returns every completed candle and, last, those left open. */
export function foldBars(market: string, bars: readonly (Piece & { at: number })[]): Candle[] {
  const candles = newCandles(market);
  const done = bars.flatMap((bar) => addPiece(candles, bar.at, bar));
  return [...done, ...candles.current.values()];
}

function addPiece(candles: Candles, at: number, piece: Piece): readonly Candle[] {
  const done = sealUntil(candles, at);
  if (candles.current.size < TIMEFRAMES.length) begin(candles, at, piece);
  else for (const candle of candles.current.values()) if (at >= candle.opensAt) grow(candle, piece);
  return done;
}

/** Opens what is missing and lets the others grow; outside a session there is nothing to open. */
function begin(candles: Candles, at: number, piece: Piece): void {
  const session = sessionAt(candles.market, at);
  if (session === null) return;
  for (const timeframe of TIMEFRAMES) {
    const candle = candles.current.get(timeframe);
    if (candle === undefined) candles.current.set(timeframe, newCandle(session, timeframe, at, piece));
    else if (at >= candle.opensAt) grow(candle, piece);
  }
  candles.sealAt = firstEnd(candles.current);
}

function firstEnd(current: ReadonlyMap<Timeframe, Candle>): number {
  return Math.min(...[...current.values()].map((candle) => candle.closesAt));
}

function bucketIn(session: Session, timeframe: Timeframe, at: number): { opensAt: number; closesAt: number } {
  const length = LENGTHS[timeframe];
  if (!Number.isFinite(length)) return { opensAt: session.opensAt, closesAt: session.closesAt };
  const opensAt = session.opensAt + Math.floor((at - session.opensAt) / length) * length;
  return { opensAt, closesAt: Math.min(opensAt + length, session.closesAt) };
}

function newCandle(session: Session, timeframe: Timeframe, at: number, piece: Piece): Growing {
  const { open, high, low, close, volume } = piece;
  return { timeframe, ...bucketIn(session, timeframe, at), open, high, low, close, volume, complete: false };
}

function grow(candle: Growing, piece: Piece): void {
  if (piece.high > candle.high) candle.high = piece.high;
  if (piece.low < candle.low) candle.low = piece.low;
  candle.close = piece.close;
  candle.volume += piece.volume;
}
