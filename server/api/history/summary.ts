/**
 * What daily results come to. Pure; decimals in, strings out.
 * Formulas: win rate = wins ÷ trades; expectancy = (gross win − gross loss) ÷ trades, the average result of a closed
 * trade; profit factor = gross win ÷ gross loss; drawdown = the deepest fall of the added-up results below their best,
 * a beginning of 0 included, by day.
 */
import { Decimal } from '#server/money.ts';

export interface DayResult {
  day: string;
  pnl: string;
  fees: string;
  trades: number;
  wins: number;
  losses: number;
  gross_win: string;
  gross_loss: string;
}

const ZERO = new Decimal(0);

const sum = (days: readonly DayResult[], key: 'pnl' | 'fees' | 'gross_win' | 'gross_loss'): Decimal =>
  days.reduce((total, one) => total.plus(one[key]), ZERO);
const count = (days: readonly DayResult[], key: 'trades' | 'wins' | 'losses'): number =>
  days.reduce((total, one) => total + one[key], 0);
/** Null where there is nothing to divide by. */
const per = (value: Decimal, by: number | Decimal): string | null =>
  new Decimal(by).isZero() ? null : value.div(by).toFixed(8);

/** Days oldest first. */
export function summaryOf(days: readonly DayResult[]) {
  const trades = count(days, 'trades');
  const wins = count(days, 'wins');
  const losses = count(days, 'losses');
  const won = sum(days, 'gross_win');
  const lost = sum(days, 'gross_loss');
  const { curve, drawdown } = curveOf(days);
  return {
    days: curve,
    summary: {
      pnl: sum(days, 'pnl').toFixed(),
      fees: sum(days, 'fees').toFixed(),
      trades,
      wins,
      losses,
      winRate: per(new Decimal(wins).times(100), trades),
      averageWin: per(won, wins),
      averageLoss: per(lost.neg(), losses),
      expectancy: per(won.minus(lost), trades),
      profitFactor: per(won, lost),
      maxDrawdown: drawdown.toFixed(),
      bestDay: extremeOf(days, 1),
      worstDay: extremeOf(days, -1),
    },
  };
}

function curveOf(days: readonly DayResult[]) {
  let total = ZERO;
  let best = ZERO;
  let drawdown = ZERO;
  const curve = days.map(({ day, pnl, trades }) => {
    total = total.plus(pnl);
    best = Decimal.max(best, total);
    drawdown = Decimal.max(drawdown, best.minus(total));
    return { day, pnl, trades, total: total.toFixed() };
  });
  return { curve, drawdown };
}

/** The day with the largest gain (sign 1) or loss (sign −1); null when no day gained, or lost. */
function extremeOf(days: readonly DayResult[], sign: 1 | -1): { day: string; pnl: string } | null {
  let found: DayResult | null = null;
  for (const one of days) {
    const value = new Decimal(one.pnl).times(sign);
    if (value.gt(0) && (found === null || value.gt(new Decimal(found.pnl).times(sign)))) found = one;
  }
  return found && { day: found.day, pnl: found.pnl };
}
