/**
 * Indicators over completed candles, by the trading-signals library.
 *
 * Entry point: `atrSeries`, `atr`. Pure. Formula: Wilder's average true range (J. W. Wilder, New Concepts in
 * Technical Trading Systems, 1978): the first value is the mean of the first n true ranges, later ones are
 * (previous × (n − 1) + true range) ÷ n. The first candle has no previous close and gives no true range.
 */
import { ATR } from 'trading-signals';

export interface Range {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** ATR in price units after each candle; null until n true ranges are known. */
export function atrSeries(candles: readonly Range[], n: number): (number | null)[] {
  const indicator = new ATR(n);
  return candles.map((candle, index) => {
    const previous = candles[index - 1];
    if (previous === undefined) return null;
    // The library takes the first candle's own range for a true range; shaping the candle as its true range,
    // gap included, and starting at the second keeps its smoothing and leaves that first one out.
    const high = Math.max(candle.high, previous.close);
    const low = Math.min(candle.low, previous.close);
    return indicator.add({ high, low, close: candle.close });
  });
}

/** The latest ATR, or null while there are fewer than n + 1 candles. */
export function atr(candles: readonly Range[], n: number): number | null {
  return atrSeries(candles, n).at(-1) ?? null;
}
