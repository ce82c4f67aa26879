'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTRPC } from '../api.ts';
import { decimalsOf, price } from '../format.ts';
import { Time } from '../time.tsx';
import type { Trade } from '../trade-view.tsx';
import { Card } from '../ui/card.tsx';
import { Bar } from '../ui/shape.tsx';

/** The chart library is big and draws on a canvas: it comes after the page, and only in a browser. */
const PriceCanvas = dynamic(() => import('./price-canvas.tsx').then((module) => module.PriceCanvas), {
  ssr: false,
  loading: () => <Bar className="m-3.5 h-[280px]" />,
});

const EVERY_MS = 5_000;

/** Price around the trade with its entry, fills and levels; the same numbers as a table one click away. */
export function TradeChart({ trade }: { trade: Trade }) {
  const trpc = useTRPC();
  const [asTable, setAsTable] = useState(false);
  const { data } = useQuery(
    trpc.trades.candles.queryOptions(
      { id: trade.id },
      {
        refetchInterval: trade.isLive ? EVERY_MS : false,
        placeholderData: keepPreviousData,
      },
    ),
  );
  const candles = data?.candles ?? [];
  const aside = (
    <>
      {data?.timeframe}{' '}
      <button type="button" onClick={() => setAsTable(!asTable)} className="ml-2 text-accent hover:underline">
        {asTable ? 'Chart' : 'Numbers'}
      </button>
    </>
  );
  return (
    <Card title="Price" aside={aside}>
      {data === undefined ? <Bar className="m-3.5 h-[280px]" /> : null}
      {data && candles.length === 0 ? (
        <p className="px-3.5 py-16 text-center text-text-2">There is no price yet.</p>
      ) : null}
      {candles.length > 0 && !asTable ? <PriceCanvas trade={trade} candles={candles} /> : null}
      {candles.length > 0 && asTable ? (
        <Numbers candles={candles} decimals={decimalsOf(trade.tickSize)} />
      ) : null}
    </Card>
  );
}

export interface Candle {
  opens_at: Date;
  open: number;
  high: number;
  low: number;
  close: number;
}

/** Rows shown of the table: newest first. */
const ROWS = 60;

function Numbers({ candles, decimals }: { candles: Candle[]; decimals: number }) {
  const rows = candles.slice(-ROWS).reverse();
  return (
    <div className="max-h-[300px] overflow-y-auto">
      <table className="w-full">
        <thead>
          <tr className="bg-raised text-right text-text-2 text-xs">
            <th className="py-1.5 pl-3.5 text-left font-normal">Opens</th>
            <th className="font-normal">Open</th>
            <th className="font-normal">High</th>
            <th className="font-normal">Low</th>
            <th className="pr-3.5 font-normal">Close</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((candle) => (
            <tr key={candle.opens_at.getTime()} className="border-b border-line text-right last:border-0">
              <td className="py-1.5 pl-3.5 text-left text-text-2">
                <Time at={candle.opens_at} />
              </td>
              <td>{price(String(candle.open), decimals)}</td>
              <td>{price(String(candle.high), decimals)}</td>
              <td>{price(String(candle.low), decimals)}</td>
              <td className="pr-3.5">{price(String(candle.close), decimals)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
