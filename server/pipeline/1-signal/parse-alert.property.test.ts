import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sides } from './alert.ts';
import { parseText } from './parse-alert.meanings.fixtures.ts';

describe('whatever the shape', () => {
  const side = fc.constantFrom('long', 'short', 'flat', 'bullish', 'bearish');
  const size = fc.integer({ min: -20, max: 20 });
  const qty = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined });
  const word = fc.constantFrom('buy', 'sell', 'BUY', 'Sell');
  const opt = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const bodies = fc.oneof(
    fc.record({
      symbol: fc.constant('A'),
      action: word,
      direction: opt(side),
      position_size: opt(size),
      quantity: qty,
    }),
    fc.record({
      ticker: fc.constant('A'),
      action: word,
      sentiment: opt(side),
      quantity: qty,
      orderType: fc.constant('market'),
    }),
    fc.record({
      tv_instrument: fc.constant('A'),
      action: word,
      strategy_info: fc.record({
        market_position: opt(side),
        market_position_size: opt(fc.integer({ min: 0, max: 20 })),
      }),
      order: fc.record({ amount: qty }),
    }),
    fc.record({
      apikey: fc.constant('k'),
      symbol: fc.constant('A'),
      action: word,
      position_size: opt(size),
      quantity: qty,
    }),
  );

  it('what closes a long never opens a short, and what closes a short never opens a long', () => {
    fc.assert(
      fc.property(bodies, fc.constantFrom<Sides>('LONG', 'SHORT', 'BOTH'), (body, sides) => {
        const parsed = parseText(JSON.stringify(body), sides);
        if (!parsed.ok) return;
        const { action, direction, reduce } = parsed.alert;
        const text = JSON.stringify(body).toLowerCase();
        const sell = text.includes('"sell"');
        const wantsShort = /"(short|bearish)"/.test(text) || /"position_size":-/.test(text);
        const wantsLong = /"(long|bullish)"/.test(text) || /"position_size":[1-9]/.test(text);
        const flat = text.includes('"flat"') || /position_size":0/.test(text);
        if (flat) expect(action).toBe('EXIT');
        if (sell && wantsLong && !wantsShort) expect(action).toBe('EXIT');
        if (!sell && wantsShort && !wantsLong) expect(action).toBe('EXIT');
        if (action === 'ENTRY') {
          expect(direction).toBe(sell ? 'SHORT' : 'LONG');
          expect(sides === 'BOTH' || sides === direction).toBe(true);
          expect(reduce).toBeNull();
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('any text ends in an alert or a refusal, never in an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.object().map((o) => JSON.stringify(o)),
        ),
        (text) => {
          const parsed = parseText(text, 'BOTH');
          expect(parsed.ok ? parsed.alert.symbol : parsed.refusal.code).toBeTruthy();
        },
      ),
    );
  });
});
