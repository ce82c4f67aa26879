'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api.ts';
import { TradeChart } from '../charts/trade-chart.tsx';
import { CloseTrade } from '../close-trade.tsx';
import { useLiveFigures } from '../live-figures.ts';
import { PlaceLink } from '../place-link.tsx';
import { Failed } from '../states.tsx';
import { ExitLevels } from '../trade-levels.tsx';
import { TradeNotices } from '../trade-notices.tsx';
import { buttonClass } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { Bar } from '../ui/shape.tsx';
import { ChangeLevels } from './change-levels.tsx';

/** One position opened: chart with its levels, what would close it, and the acts. */
export function PositionPanel({ id }: { id: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.trades.get.queryOptions({ id }, { refetchInterval: 15_000 }));
  const figure = useLiveFigures([id]).get(id);
  const trade = query.data;
  if (query.isError && !trade) {
    return (
      <Failed
        what="This position could not be loaded"
        stillTrue="It is watched all the same."
        retry={() => void query.refetch()}
      />
    );
  }
  if (!trade) {
    return (
      <div role="status" aria-label="Loading the position" className="grid gap-4 bg-bg p-3.5">
        <Bar className="h-9 w-64" />
        <Bar className="h-[300px]" />
      </div>
    );
  }
  return (
    <section aria-label={`${trade.symbol} on ${trade.account}`} className="grid gap-3.5 bg-bg p-3.5">
      <div className="flex flex-wrap items-center gap-2 max-desk:*:grow">
        <PlaceLink href={`/trades/${id}`} className={cx(buttonClass(), 'desk:mr-auto')}>
          Open its story
        </PlaceLink>
        {trade.isLive ? <ChangeLevels trade={trade} /> : null}
        {trade.isLive ? <CloseTrade trade={trade} /> : null}
      </div>
      <TradeNotices trade={trade} />
      <div className="grid items-start gap-3.5 desk:grid-cols-[minmax(0,1.9fr)_minmax(0,1fr)]">
        <TradeChart trade={trade} figure={figure} />
        <ExitLevels trade={trade} figure={figure} />
      </div>
    </section>
  );
}
