/** A price feed that the bench fills by hand. Entry point: BenchFeed. */
import type { FeedInstrument, PriceFeed } from '#server/market/port.ts';
import type { Tick } from '#server/market/tick.ts';

export class BenchFeed implements PriceFeed {
  readonly name = 'BENCH';
  readonly simulated = true;
  readonly #ticks = new Map<string, Tick[]>();

  open(instrument: FeedInstrument): void {
    this.#ticks.set(instrument.id, []);
  }

  close(instrumentId: string): void {
    this.#ticks.delete(instrumentId);
  }

  pull(instrumentId: string): Tick[] {
    const ticks = this.#ticks.get(instrumentId);
    if (ticks === undefined || ticks.length === 0) return [];
    this.#ticks.set(instrumentId, []);
    return ticks;
  }

  /** A tick of now, one basis point wide. Ignored for a symbol that nobody feeds. */
  push(instrumentId: string, last: number): void {
    this.#ticks
      .get(instrumentId)
      ?.push({ bid: last * 0.9999, ask: last * 1.0001, last, size: 1, at: Date.now(), source: 'BENCH' });
  }

  held(): number {
    return this.#ticks.size;
  }
}
