import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '#server/money.ts';
import { comparePositions } from './compare.ts';

const own = (symbol: string, qty: string) => ({ instrument_id: `i-${symbol}`, symbol, qty });
const their = (symbol: string, qty: string, instrumentId: string | null = null) => ({
  symbol,
  instrumentId,
  qty: new Decimal(qty),
  avgPrice: null,
});

describe('positions against the broker', () => {
  it('the same quantities agree, however they are written', () => {
    expect(comparePositions([own('SPY', '10.000')], [their('SPY', '10')])).toEqual([]);
    expect(comparePositions([own('SPY', '0')], [their('BTC', '0')])).toEqual([]);
  });

  it('another quantity, the other direction included, is a mismatch with the difference as its repair', () => {
    expect(comparePositions([own('SPY', '10')], [their('SPY', '-3')])).toMatchObject([
      { code: 'QTY_MISMATCH', repair: { act: 'ADJUST', qty: '-13' } },
    ]);
  });

  it('an answer without our position proposes nothing', () => {
    expect(comparePositions([own('SPY', '10')], [])).toMatchObject([
      { code: 'MISSING_POSITION', repair: null },
    ]);
  });

  it('a position that we do not have is offered for import', () => {
    expect(comparePositions([], [their('BTC', '0.5')])).toMatchObject([
      { code: 'UNKNOWN_POSITION', repair: { act: 'IMPORT', qty: '0.5' } },
    ]);
  });

  it('our instrument decides where the broker knows it, not the symbol', () => {
    expect(comparePositions([own('SPY', '10')], [their('SPY.N', '10', 'i-SPY')])).toEqual([]);
    expect(comparePositions([own('SPY', '10')], [their('SPY', '10', 'i-OTHER')])).toHaveLength(2);
  });

  it('each side that holds something is either agreed or named exactly once', () => {
    const book = fc.dictionary(fc.constantFrom('A', 'B', 'C', 'D'), fc.integer({ min: -3, max: 3 }));
    fc.assert(
      fc.property(book, book, (a, b) => {
        const symbols = new Set([...Object.keys(a), ...Object.keys(b)]);
        const wrong = [...symbols].filter((symbol) => (a[symbol] ?? 0) !== (b[symbol] ?? 0));
        const found = comparePositions(
          Object.entries(a).map(([symbol, qty]) => own(symbol, `${qty}`)),
          Object.entries(b).map(([symbol, qty]) => their(symbol, `${qty}`)),
        );
        expect(found.map((difference) => difference.ours.symbol)).toEqual(wrong.sort());
      }),
    );
  });
});
