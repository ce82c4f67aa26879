/** Ticks through hygiene and trigger book, 100,000 trades on 5,000 symbols, against a bare loop of two comparisons. */
import { type Line, newLine, takeTicks } from '#server/market/feeds/line.ts';
import type { Tick } from '#server/market/tick.ts';
import { TriggerBook } from '#server/pipeline/7-exit/trigger-book.ts';
import { inTurn, must, mustEqual } from '../measure.ts';
import { figure, type Row } from '../row.ts';

const SYMBOLS = 5_000;
const PER_SYMBOL = 20;
/** Ticks of each symbol in one measurement, in batches as a feed pass takes them. */
const TICKS = 400;
const BATCH = 20;
const ROUNDS = 5;
const START = Date.parse('2026-03-02T15:00:00.000Z');

interface Symbol {
  id: string;
  line: Line;
  batches: Tick[][];
}

export const ticks: Row = {
  name: 'ticks',
  about: 'ticks a second on a trigger book with 100,000 trades on 5,000 symbols, hygiene and trailing on',
  run: async () => {
    const book = new TriggerBook();
    const symbols = Array.from({ length: SYMBOLS }, (_, n) => symbolOf(n));
    for (const symbol of symbols) book.hold(symbol.id);
    book.apply(
      symbols.flatMap((symbol) => Array.from({ length: PER_SYMBOL }, (_, k) => tradeOf(symbol.id, k))),
    );
    const bands = new Map(symbols.map((symbol) => [symbol.id, { below: 95, above: 101 }]));
    let clock = START;

    const ours = async (): Promise<number> => {
      for (const symbol of symbols) symbol.batches = batchesFrom(symbol.id, clock);
      let good = 0;
      let outside = 0;
      const began = performance.now();
      for (let b = 0; b < TICKS / BATCH; b += 1)
        for (const symbol of symbols) {
          const batch = symbol.batches[b] as Tick[];
          const taken = takeTicks(symbol.line, batch, (batch.at(-1) as Tick).at);
          good += taken.good.length;
          for (const tick of taken.good) if (book.tick(symbol.id, tick.last, tick.at)) outside += 1;
        }
      const took = performance.now() - began;
      mustEqual(good, SYMBOLS * TICKS, 'good ticks');
      mustEqual(outside, 0, 'ticks outside the band');
      clock += TICKS * 50;
      return (SYMBOLS * TICKS * 1000) / took;
    };
    const bare = async (): Promise<number> => {
      let outside = 0;
      const began = performance.now();
      for (let b = 0; b < TICKS / BATCH; b += 1)
        for (const symbol of symbols)
          for (const tick of symbol.batches[b] as Tick[]) {
            const band = bands.get(symbol.id) as { below: number; above: number };
            if (!(tick.last > band.below && tick.last < band.above)) outside += 1;
          }
      const took = performance.now() - began;
      mustEqual(outside, 0, 'ticks outside the bare band');
      return (SYMBOLS * TICKS * 1000) / took;
    };
    await ours();
    await bare();
    const measured = await inTurn(ROUNDS, ours, bare);
    firesWhenCrossed(book, symbols, clock);
    return [
      figure({
        name: 'ticks on 100,000 trades',
        unit: '1/s',
        ours: measured.ours,
        reference: measured.reference,
        goal: '≥ 0.05×, ≥ 1 million/s',
        reached: (ratio, value) => ratio >= 0.05 && value >= 1_000_000,
        note: `${measured.spread}; ours with hygiene, candles of six timeframes and the book; one core`,
      }),
    ];
  },
};

function symbolOf(n: number): Symbol {
  const instrument = {
    id: `symbol-${n}`,
    symbol: `S${n}`,
    market: 'CRYPTO',
    assetClass: 'CRYPTO' as const,
    tickSize: 0.01,
    allowsNegative: false,
    stored: null,
  };
  return { id: instrument.id, line: newLine(instrument, []), batches: [] };
}

/** Prices wander within the band; every tick differs from the one before. */
function batchesFrom(id: string, from: number): Tick[][] {
  return Array.from({ length: TICKS / BATCH }, (_, b) =>
    Array.from({ length: BATCH }, (__, k) => {
      const n = b * BATCH + k;
      const last = 98 + ((n * 7 + id.length) % 200) / 100;
      return { bid: last - 0.01, ask: last + 0.01, last, size: 1, at: from + n * 50, source: 'BENCH' };
    }),
  );
}

/** Stops below, targets above, and an armed trail on every second trade. */
function tradeOf(instrumentId: string, k: number) {
  const armed = k % 2 === 0;
  return {
    id: `${instrumentId}-${k}`,
    instrument_id: instrumentId,
    direction: 'LONG' as const,
    version: 1,
    open: true,
    at: START - 60_000,
    hard_stop: 80 - k,
    stop: 95 - k / 10,
    target: 110 + k,
    trail_activate: armed ? null : 104,
    trail_stop: armed ? 94.5 : null,
    trail_raise: armed ? 101 + k / 10 : null,
  };
}

/** What was measured is a book that works: a tick below the stops proposes exactly that symbol's trades. */
function firesWhenCrossed(book: TriggerBook, symbols: readonly Symbol[], at: number): void {
  const symbol = symbols[17] as Symbol;
  must(book.tick(symbol.id, 90, at), 'a tick below the stops is outside the band');
  const proposals = book.pass();
  mustEqual(proposals.length, PER_SYMBOL, 'proposals of one crossing tick');
  must(
    proposals.every((proposal) => proposal.tradeId.startsWith(`${symbol.id}-`)),
    'proposals of the crossed symbol only',
  );
}
