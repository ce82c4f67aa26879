import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TriggerRow } from './book-trade.ts';
import { type Proposal, TriggerBook } from './trigger-book.ts';

const SYMBOL = 'spy';
const row = (over: Partial<TriggerRow>): TriggerRow => ({
  id: 'a',
  instrument_id: SYMBOL,
  direction: 'LONG',
  version: 1,
  open: true,
  at: 0,
  hard_stop: null,
  stop: null,
  target: null,
  trail_activate: null,
  trail_stop: null,
  trail_raise: null,
  ...over,
});

function bookWith(...rows: TriggerRow[]): TriggerBook {
  const book = new TriggerBook();
  book.hold(SYMBOL);
  book.apply(rows);
  return book;
}

/** What one price satisfies on one trade, judged on its own: the model. */
function satisfies(t: TriggerRow, price: number): boolean {
  const [adverse, gain] = t.direction === 'LONG' ? [-1, 1] : [1, -1];
  const reached = (level: number | null, way: number) => level !== null && (price - level) * way >= 0;
  const level = t.trail_stop === null ? t.trail_activate : t.trail_raise;
  return (
    reached(t.hard_stop, adverse) ||
    reached(t.stop, adverse) ||
    reached(t.trail_stop, adverse) ||
    reached(t.target, gain) ||
    reached(level, gain)
  );
}

const price = fc.integer({ min: 90, max: 110 });
const anyPrice = fc.option(price, { nil: null });
const trades = fc.array(
  fc.record({
    direction: fc.constantFrom('LONG' as const, 'SHORT' as const),
    hard_stop: anyPrice,
    stop: anyPrice,
    target: anyPrice,
    trail_activate: anyPrice,
    trail_stop: anyPrice,
    trail_raise: anyPrice,
  }),
  { minLength: 1, maxLength: 6 },
);

describe('the trigger book', () => {
  it('proposes a trade exactly when some tick of the pass satisfies one of its triggers, judged tick by tick', () => {
    fc.assert(
      fc.property(trades, fc.array(fc.array(price, { maxLength: 5 }), { maxLength: 8 }), (specs, passes) => {
        const rows = specs.map((spec, i) => row({ ...spec, id: `t${i}` }));
        const book = bookWith(...rows);
        const waiting = new Set(rows.map((r) => r.id));
        let at = 1_000;
        for (const ticks of passes) {
          const expected = rows.filter((r) => waiting.has(r.id) && ticks.some((p) => satisfies(r, p)));
          for (const p of ticks) book.tick(SYMBOL, p, at++);
          const proposed = new Set(book.pass().map((p) => p.tradeId));
          for (const r of expected) {
            expect(proposed).toContain(r.id);
            waiting.delete(r.id);
          }
          for (const id of proposed) {
            const again = rows.find((r) => r.id === id);
            expect(again && ticks.some((p) => satisfies(again, p))).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never proposes what the extremes of a fold do not reach', () => {
    fc.assert(
      fc.property(trades, fc.array(price, { minLength: 1, maxLength: 20 }), (specs, ticks) => {
        const rows = specs.map((spec, i) => row({ ...spec, id: `t${i}` }));
        const book = bookWith(...rows);
        ticks.forEach((p, i) => {
          book.tick(SYMBOL, p, 1_000 + i);
        });
        for (const proposal of book.pass()) {
          expect(proposal.low).toBeGreaterThanOrEqual(Math.min(...ticks));
          expect(proposal.high).toBeLessThanOrEqual(Math.max(...ticks));
          expect(proposal.last).toBe(ticks.at(-1));
        }
      }),
    );
  });

  it('says that nothing is to be done inside the quiet band, and that something is on its edge', () => {
    const book = bookWith(row({ stop: 95, target: 105 }));
    expect(book.tick(SYMBOL, 100, 1)).toBe(false);
    expect(book.tick(SYMBOL, 104.99, 2)).toBe(false);
    expect(book.pass()).toEqual([]);
    expect(book.tick(SYMBOL, 105, 3)).toBe(true);
    expect(book.pass().map((p) => p.tradeId)).toEqual(['a']);
  });

  it('folds the ticks between two passes to low, high and last', () => {
    const book = bookWith(row({ stop: 95, target: 105 }));
    for (const [i, p] of [100, 94, 106, 99].entries()) book.tick(SYMBOL, p, 1_000 + i);
    expect(book.pass()).toEqual<Proposal[]>([
      { tradeId: 'a', version: 1, low: 94, high: 106, last: 99, at: 1_003, since: 1_001 },
    ]);
    expect(book.pass()).toEqual([]);
  });

  it('cuts the fold when triggers change: what came before is tested with the old ones only', () => {
    const book = bookWith(row({ stop: 90 }), row({ id: 'b', stop: 96 }));
    book.tick(SYMBOL, 95, 1_000);
    book.apply([row({ stop: 99, version: 2, at: 1_500 })]);
    book.tick(SYMBOL, 100, 1_600);
    expect(book.pass().map((p) => p.tradeId)).toEqual(['b']);
    book.tick(SYMBOL, 98, 1_700);
    expect(book.pass().map((p) => [p.tradeId, p.version])).toEqual([['a', 2]]);
  });

  it('tests a trade that opened a moment ago against what came after its opening, and only that', () => {
    const book = bookWith();
    book.tick(SYMBOL, 90, 10_200);
    book.tick(SYMBOL, 100, 10_900);
    book.tick(SYMBOL, 97, 12_100);
    book.tick(SYMBOL, 100, 13_100);
    book.apply([row({ id: 'late', stop: 98, at: 10_500 }), row({ id: 'low', stop: 92, at: 10_500 })]);
    expect(book.pass()).toEqual<Proposal[]>([
      { tradeId: 'late', version: 1, low: 97, high: 100, last: 100, at: 13_100, since: 11_000 },
    ]);
  });

  it('forgets what is older than 60 seconds', () => {
    const book = bookWith();
    book.tick(SYMBOL, 90, 1_000);
    book.tick(SYMBOL, 100, 90_000);
    book.apply([row({ stop: 95, at: 0 })]);
    expect(book.pass()).toEqual([]);
  });

  it('does not repeat a proposal while its trigger stays crossed, but does after a second, and at once for a new one', () => {
    const book = bookWith(row({ stop: 95, hard_stop: 90 }));
    book.tick(SYMBOL, 94, 1_000);
    expect(book.pass()).toHaveLength(1);
    expect(book.tick(SYMBOL, 94, 1_500)).toBe(false);
    expect(book.pass()).toEqual([]);
    expect(book.tick(SYMBOL, 89, 1_600)).toBe(true);
    expect(book.pass()).toHaveLength(1);
    book.tick(SYMBOL, 94, 2_700);
    expect(book.pass()).toHaveLength(1);
  });

  it('ignores an older version, drops a closed trade, and knows nothing of a released symbol', () => {
    const book = bookWith(row({ stop: 95, version: 5 }));
    book.apply([row({ stop: 120, version: 4 })]);
    expect(book.tick(SYMBOL, 100, 1)).toBe(false);
    book.apply([row({ version: 6, open: false })]);
    expect(book.tradeIds(SYMBOL)).toEqual([]);
    book.release(SYMBOL);
    expect(book.tick(SYMBOL, 1, 2)).toBe(false);
    expect(book.instruments()).toEqual([]);
  });

  it('gives each level of a LONG and a SHORT its own side', () => {
    const long = bookWith(row({ trail_stop: 98, trail_raise: 103 }));
    const short = bookWith(row({ direction: 'SHORT', trail_stop: 102, trail_raise: 97 }));
    for (const [book, below, above] of [
      [long, 98, 103],
      [short, 97, 102],
    ] as const) {
      expect(book.tick(SYMBOL, below + 0.5, 1)).toBe(false);
      expect(book.tick(SYMBOL, above - 0.5, 2)).toBe(false);
      expect(book.tick(SYMBOL, below, 3)).toBe(true);
      expect(book.tick(SYMBOL, above, 4)).toBe(true);
    }
  });
});
