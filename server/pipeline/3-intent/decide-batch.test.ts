import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '#server/money.ts';
import type { DeliveryFacts } from './context.ts';
import { type Decision, decideBatch } from './decide-entry.ts';
import { account, batch, DEFAULT_LIMITS, d, delivery, instrument, limit, NOW } from './decision-fixtures.ts';

/** "APPROVED 5" or the code of the refusal. */
function inShort(decision: Decision): string {
  if (decision.outcome === 'APPROVED') return `APPROVED ${decision.qty.toFixed()}`;
  return decision.outcome === 'WAIT' ? 'WAIT' : decision.code;
}

describe('caps in a batch', () => {
  const many = (n: number, over: Parameters<typeof delivery>[0] = {}): DeliveryFacts[] =>
    Array.from({ length: n }, (_, i) => delivery({ ...over, id: `d${i}`, instrumentId: `i${i}` }));
  const instruments = (n: number) =>
    Array.from({ length: n }, (_, i) => instrument({ id: `i${i}`, symbol: `S${i}` }));

  it('exist once: what is approved first counts against what comes after', () => {
    const results = decideBatch(batch({ deliveries: many(8), instruments: instruments(8) }), NOW).map(
      inShort,
    );
    expect(results).toEqual([...Array(5).fill('APPROVED 5'), ...Array(3).fill('MAX_OPEN_POSITIONS')]);
  });

  it('hold per day too', () => {
    const limits = [...DEFAULT_LIMITS, limit('MAX_TRADES_PER_DAY', 2)];
    const results = decideBatch(batch({ deliveries: many(3), instruments: instruments(3), limits }), NOW).map(
      inShort,
    );
    expect(results).toEqual(['APPROVED 5', 'APPROVED 5', 'MAX_TRADES_PER_DAY']);
  });

  it('take one entry per symbol from two signals of the same batch', () => {
    const deliveries = [delivery({ id: 'd1' }), delivery({ id: 'd2' })];
    expect(decideBatch(batch({ deliveries }), NOW).map(inShort)).toEqual(['APPROVED 5', 'OPEN_ENTRY_ORDER']);
  });

  const money = fc.integer({ min: 1, max: 2_000_000 }).map((cents) => d(cents).div(100));
  it('are never exceeded by a cent, whatever is asked for', () => {
    const wants = fc.array(fc.tuple(money, money, fc.boolean()), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(wants, money, money, money, (asked, perPosition, total, capital) => {
        const limits = [
          limit('MAX_EXPOSURE_PER_POSITION', perPosition.toFixed(), { currency: 'USD' }),
          limit('MAX_TOTAL_EXPOSURE', total.toFixed(), { currency: 'USD' }),
          limit('MAX_EXPOSURE_PERCENT', 20),
          limit('MAX_POSITION_PERCENT', 10),
        ];
        const deliveries = asked.map(([notional, , short], i) =>
          delivery({
            id: `d${i}`,
            instrumentId: `i${i}`,
            signal: { price: null, direction: short ? 'SHORT' : 'LONG' },
            subscription: { sizingMode: 'FIXED_NOTIONAL', sizingValue: notional },
          }),
        );
        const priced = asked.map(([, price], i) =>
          instrument({
            id: `i${i}`,
            lot: d('0.001'),
            quote: { bid: price, ask: price, last: price, ageMs: 0, good: true, simulated: true },
          }),
        );
        const accounts = [account({ capital })];
        let spent = d(0);
        for (const decision of decideBatch(
          batch({ deliveries, instruments: priced, accounts, limits }),
          NOW,
        )) {
          if (decision.outcome !== 'APPROVED') continue;
          const reserved = decision.qty.times(decision.plan.reserve);
          expect(reserved.lte(Decimal.min(perPosition, capital.div(10)))).toBe(true);
          expect(decision.qty.gt(0) && decision.qty.isFinite()).toBe(true);
          spent = spent.plus(reserved);
        }
        expect(spent.lte(Decimal.min(total, capital.div(5)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
