'use client';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { count, isZero, money, percent, toneOf } from '../format.ts';
import { dayText } from '../results/compact.ts';
import { Kpi } from '../results/kpi.tsx';

type Summary = inferRouterOutputs<Api>['history']['results']['summary'];

/** The figures of a span; each says what it is made of. */
export function HistoryFigures({ summary, currency }: { summary: Summary; currency: string }) {
  const signed = (value: string) => money(value, currency, { sign: true });
  const { winRate, expectancy, profitFactor, averageWin, averageLoss, bestDay, worstDay } = summary;
  const drawdown = isZero(summary.maxDrawdown) ? summary.maxDrawdown : `-${summary.maxDrawdown}`;
  return (
    <div className="grid grid-cols-2 gap-3 desk:grid-cols-5">
      <Kpi
        name="Result"
        tone={toneOf(summary.pnl)}
        below={`after ${money(summary.fees, currency)} fees`}
        className="col-span-2 desk:col-span-1"
      >
        {signed(summary.pnl)}
      </Kpi>
      <Kpi
        name="Win rate"
        below={`${summary.wins} won, ${summary.losses} lost of ${count(summary.trades, 'trade')}`}
      >
        {winRate ? percent(winRate) : '–'}
      </Kpi>
      <Kpi
        name="Expectancy"
        tone={expectancy ? toneOf(expectancy) : undefined}
        below={
          <>
            <span className="block whitespace-nowrap">a win {averageWin ? signed(averageWin) : '–'}</span>
            <span className="block whitespace-nowrap">a loss {averageLoss ? signed(averageLoss) : '–'}</span>
          </>
        }
      >
        {expectancy ? signed(expectancy) : '–'}{' '}
        <small className="font-normal text-[13px] text-text-2 tracking-normal">a trade</small>
      </Kpi>
      <Kpi name="Profit factor" below="won for each unit lost">
        {profitFactor ? Number(profitFactor).toFixed(2) : '–'}
      </Kpi>
      <Kpi
        name="Deepest fall"
        tone={toneOf(drawdown)}
        below={
          <>
            <Extreme name="best day" day={bestDay} currency={currency} />
            <Extreme name="worst day" day={worstDay} currency={currency} />
          </>
        }
      >
        {signed(drawdown)}
      </Kpi>
    </div>
  );
}

function Extreme(props: { name: string; day: { day: string; pnl: string } | null; currency: string }) {
  const { name, day, currency } = props;
  return (
    <span className="block">
      {name} {day ? `${money(day.pnl, currency, { sign: true })}, ${dayText(day.day)}` : '–'}
    </span>
  );
}
