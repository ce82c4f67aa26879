'use client';
import { useQuery } from '@tanstack/react-query';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from '../api.ts';
import { dayText } from '../results/compact.ts';
import { CurveCard } from '../results/curve-card.tsx';
import { Empty } from '../states.tsx';
import { Breakdown } from './breakdown.tsx';
import { Calendar } from './calendar.tsx';
import { HistoryFigures } from './history-figures.tsx';

type Results = inferRouterOutputs<Api>['history']['results'];
export type HistoryFilter = inferRouterInputs<Api>['history']['results'];

/** What the trades of a span came to: figures, curve, calendar, and where it came from. */
export function HistoryResults({ filter, first }: { filter: HistoryFilter; first: Results }) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.history.results.queryOptions(filter, { initialData: first, refetchInterval: 30_000 }),
  );
  const { currency } = filter;
  if (data.days.length === 0) {
    return (
      <Empty title="There is no result in this span yet">
        Closed trades add up here: the curve, the calendar, and what each strategy, source, symbol and exit
        brought. Choose a longer span, or wait for the first trade to close.
      </Empty>
    );
  }
  return (
    <>
      <HistoryFigures summary={data.summary} currency={currency} />
      <div className="grid items-start gap-4 desk:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)]">
        <CurveCard
          title="Results, added up"
          points={data.days.map((one) => ({ at: one.day, value: one.total }))}
          currency={currency}
          label={(day) => dayText(day)}
          empty="There is no result in this span yet."
          tall
        />
        <Calendar days={data.days} currency={currency} capital={data.capital} />
      </div>
      <Breakdown filter={filter} />
    </>
  );
}
