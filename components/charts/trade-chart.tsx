'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api.ts';
import { decimalsOf } from '../format.ts';
import { LevelsDialog } from '../positions/levels-dialog.tsx';
import { Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import type { Trade, TradeFigure } from '../trade-view.tsx';
import { Card } from '../ui/card.tsx';
import { type Candle, CandleTable } from './candle-table.tsx';
import { ChartShape } from './chart-shape.tsx';
import { type Holding, useHeldLevel, wantedBy } from './held-level.ts';
import { useDrawing } from './use-drawing.ts';

const EVERY_MS = 5_000;

interface Props {
  trade: Trade;
  figure: TradeFigure | undefined;
}

/** Price around the trade with its entry, fills and levels; the same numbers as a table one click away. */
export function TradeChart({ trade, figure }: Props) {
  const trpc = useTRPC();
  const [asTable, setAsTable] = useState(false);
  const holding = useHeldLevel(trade);
  const drawing = useDrawing();
  const query = useQuery(
    trpc.trades.candles.queryOptions({ id: trade.id }, { refetchInterval: trade.isLive ? EVERY_MS : false }),
  );
  const { data } = query;
  const aside = data ? (
    <>
      {query.isRefetchError ? (
        <span className="mr-2 text-warn">
          as of <Time at={new Date(query.dataUpdatedAt)} />
        </span>
      ) : null}
      {data.timeframe}
      {data.candles.length > 0 ? (
        <button
          type="button"
          onClick={() => setAsTable(!asTable)}
          className="ml-3 text-accent hover:underline"
        >
          {asTable ? 'Chart' : 'Numbers'}
        </button>
      ) : null}
    </>
  ) : null;
  const { held } = holding;
  return (
    <Card title="Price" aside={aside}>
      {data ? (
        <Body {...{ trade, figure, asTable, holding, drawing }} candles={data.candles} />
      ) : query.isError ? (
        <div className="p-3.5">
          <Failed
            what="The price history could not be loaded"
            stillTrue={
              trade.isLive
                ? 'The trade is watched and closed by the worker all the same.'
                : 'What the trade brought is not touched by it.'
            }
            retry={() => void query.refetch()}
          />
        </div>
      ) : (
        <ChartShape />
      )}
      {held?.isAsking ? (
        <LevelsDialog trade={trade} wanted={wantedBy(held)} seen={held.seen} onDone={holding.leave} />
      ) : null}
    </Card>
  );
}

interface BodyProps extends Props {
  candles: Candle[];
  asTable: boolean;
  holding: Holding;
  drawing: ReturnType<typeof useDrawing>;
}

function Body({ trade, figure, candles, asTable, holding, drawing }: BodyProps) {
  const numbers = <CandleTable candles={candles} decimals={decimalsOf(trade.tickSize)} />;
  if (candles.length === 0) {
    return (
      <p className="px-3.5 py-16 text-center text-text-2">
        {trade.isLive
          ? `No price of ${trade.symbol} has come in yet. The chart begins with the first one.`
          : `No price of ${trade.symbol} is kept from then.`}
      </p>
    );
  }
  if (asTable) return numbers;
  if (drawing.state === 'loading') return <ChartShape />;
  if (drawing.state === 'failed') {
    return (
      <>
        <div className="p-3.5">
          <Failed
            what="The drawing of the chart could not be loaded"
            stillTrue="Its numbers are here."
            retry={drawing.retry}
          />
        </div>
        {numbers}
      </>
    );
  }
  return <drawing.Canvas trade={trade} figure={figure} candles={candles} holding={holding} />;
}
