import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '#server/money.ts';
import { type DayResult, summaryOf } from './summary.ts';

const day = (
  name: string,
  pnl: string,
  wins: number,
  losses: number,
  won: string,
  lost: string,
): DayResult => ({
  day: name,
  pnl,
  fees: '1',
  trades: wins + losses,
  wins,
  losses,
  gross_win: won,
  gross_loss: lost,
});

describe('what daily results come to', () => {
  it('win rate, expectancy, profit factor and the deepest fall', () => {
    const { summary, days } = summaryOf([
      day('2026-11-02', '30', 2, 1, '50', '20'),
      day('2026-11-03', '-45', 0, 2, '0', '45'),
      day('2026-11-04', '25', 1, 0, '25', '0'),
    ]);
    expect(summary).toMatchObject({
      pnl: '10',
      fees: '3',
      trades: 6,
      wins: 3,
      losses: 3,
      winRate: '50.00000000',
      averageWin: '25.00000000',
      averageLoss: '-21.66666667',
      expectancy: '1.66666667',
      profitFactor: '1.15384615',
      maxDrawdown: '45',
      bestDay: { day: '2026-11-02', pnl: '30' },
      worstDay: { day: '2026-11-03', pnl: '-45' },
    });
    expect(days.map((one) => one.total)).toEqual(['30', '-15', '10']);
  });

  it('nothing is divided by nothing', () => {
    expect(summaryOf([]).summary).toMatchObject({
      winRate: null,
      averageWin: null,
      averageLoss: null,
      expectancy: null,
      profitFactor: null,
      maxDrawdown: '0',
      bestDay: null,
      worstDay: null,
    });
  });

  it('the curve ends at the sum, and no fall is deeper than the drawdown', () => {
    const result = fc
      .integer({ min: -1_000, max: 1_000 })
      .map((n) => day('2026-01-01', String(n), 0, 0, '0', '0'));
    fc.assert(
      fc.property(fc.array(result, { maxLength: 40 }), (given) => {
        const { days, summary } = summaryOf(given);
        expect(days.at(-1)?.total ?? '0').toBe(summary.pnl);
        const totals = [new Decimal(0), ...days.map((one) => new Decimal(one.total))];
        let deepest = new Decimal(0);
        totals.forEach((high, index) => {
          for (const low of totals.slice(index)) deepest = Decimal.max(deepest, high.minus(low));
        });
        expect(summary.maxDrawdown).toBe(deepest.toFixed());
      }),
    );
  });
});
