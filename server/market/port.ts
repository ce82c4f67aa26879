/**
 * The port behind which prices come in, whatever their source.
 *
 * Entry points: `FeedInstrument`, `PriceFeed`, `Unavailable`. Types only, save the error.
 * Invariants: a feed is pulled by the one worker that holds the symbol's lease; it returns ticks in order of
 * source time, none later than `now`; what it cannot answer it says by `Unavailable`, never by an old price.
 */
import type { AssetClass, Tick } from './tick.ts';

/** A symbol as a feed sees it. */
export interface FeedInstrument {
  readonly id: string;
  readonly symbol: string;
  readonly market: string;
  readonly assetClass: AssetClass;
  /** Smallest price step, in price units. */
  readonly tickSize: number;
  readonly allowsNegative: boolean;
  /** The last stored quote as a tick, from which a feed resumes; null for a symbol without one. */
  readonly stored: Tick | null;
}

/** A source of ticks. */
export interface PriceFeed {
  readonly name: string;
  /** Simulated prices never decide for a live account. */
  readonly simulated: boolean;
  /** Begins or resumes a symbol at `now` (ms). Forgets what it held of it before. */
  open(instrument: FeedInstrument, now: number): void;
  /** Ticks since the last call, up to and including `now` (ms). */
  pull(instrumentId: string, now: number): Tick[];
  /** Ends a symbol; unknown ids are ignored. */
  close(instrumentId: string): void;
}

/** No provider could answer: exits hold and entries refuse. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
