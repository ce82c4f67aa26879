import { describe, expect, it } from 'vitest';
import { monthsOf } from './months.ts';

const day = (name: string) => ({ day: name, pnl: '1', trades: 1 });

describe('months of results', () => {
  it('a month is whole weeks from Monday to Sunday, with the results in their places', () => {
    const [november] = monthsOf([day('2026-11-02'), day('2026-11-30')], 12);
    // 1 November 2026 is a Sunday
    expect(november?.weeks.map((week) => week.length)).toEqual([7, 7, 7, 7, 7, 7]);
    expect(november?.weeks[0]?.map((cell) => cell?.day ?? null)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
      '2026-11-01',
    ]);
    expect(november?.weeks[1]?.[0]).toMatchObject({ day: '2026-11-02', result: { pnl: '1' } });
    expect(november?.weeks[5]?.[0]).toMatchObject({ day: '2026-11-30', result: { pnl: '1' } });
  });
  it('the latest months come first, and only so many', () => {
    const days = ['2026-01-05', '2026-02-05', '2025-12-05'].map(day);
    expect(monthsOf(days, 2).map((one) => one.month)).toEqual(['2026-02', '2026-01']);
  });
});
