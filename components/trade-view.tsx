'use client';
import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from './api.ts';
import { TradeChart } from './charts/trade-chart.tsx';
import { CloseTrade } from './close-trade.tsx';
import { Direction } from './direction.tsx';
import { useLiveFigures } from './live-figures.ts';
import { PlaceLink } from './place-link.tsx';
import { ChangeLevels } from './positions/change-levels.tsx';
import { BigStrip } from './strip.tsx';
import { ExitLevels } from './trade-levels.tsx';
import { useTradeNotes } from './trade-notes.ts';
import { TradeNotices } from './trade-notices.tsx';
import { TradeOrders } from './trade-orders.tsx';
import { TradeResult } from './trade-result.tsx';
import { TradeStory } from './trade-story.tsx';
import { Badge } from './ui/badge.tsx';
import { Card } from './ui/card.tsx';

export type Trade = inferRouterOutputs<Api>['trades']['get'];
export type TradeFigure = inferRouterOutputs<Api>['trades']['live'][number];

/** One trade: where it stands, what would close it, and how it came to be. */
export function TradeView({ id, first }: { id: string; first: Trade }) {
  const trpc = useTRPC();
  const { data: trade } = useQuery(
    trpc.trades.get.queryOptions({ id }, { initialData: first, refetchInterval: 15_000 }),
  );
  const isOpen = trade.status === 'OPEN' || trade.status === 'EXITING';
  const figure = useLiveFigures(isOpen ? [id] : []).get(id);
  return (
    <>
      <Head trade={trade} figure={figure} />
      <TradeNotices trade={trade} />
      <BigStrip steps={trade.steps} notes={useTradeNotes(trade, figure)} />
      <div className="grid items-start gap-4 desk:grid-cols-[minmax(0,1.9fr)_minmax(0,1fr)]">
        <TradeChart trade={trade} figure={figure} />
        {trade.isLive ? <ExitLevels trade={trade} figure={figure} /> : <TradeResult trade={trade} />}
      </div>
      <div className="grid items-start gap-4 desk:grid-cols-[minmax(0,1.9fr)_minmax(0,1fr)]">
        <TradeStory trade={trade} />
        <Card title="Orders and fills">
          <TradeOrders trade={trade} />
        </Card>
      </div>
    </>
  );
}

function Head({ trade, figure }: { trade: Trade; figure: TradeFigure | undefined }) {
  return (
    <header className="flex flex-wrap items-end gap-x-4 gap-y-3">
      <div className="grow">
        <PlaceLink href="/trades" className="text-text-2 hover:text-text">
          Trades
        </PlaceLink>
        <span className="text-text-2"> / {trade.account}</span>
        <h1 className="mt-0.5 flex items-center gap-2 font-semibold text-[22px]">
          {trade.symbol} <Direction value={trade.direction} />
          <Badge tone={trade.status === 'OPEN' ? 'accent' : 'plain'}>{trade.statusText}</Badge>
          {trade.isRebuy ? <Badge>Rebuy</Badge> : null}
        </h1>
        {trade.strategy ? <p className="text-text-2">{trade.strategy}</p> : null}
      </div>
      <div className="grid w-full items-end gap-3 desk:flex desk:w-auto desk:gap-4">
        <TradeResult.Headline trade={trade} figure={figure} />
        {trade.isLive ? (
          <div className="flex gap-2 *:grow desk:*:grow-0">
            <ChangeLevels trade={trade} />
            <CloseTrade trade={trade} />
          </div>
        ) : null}
      </div>
    </header>
  );
}
