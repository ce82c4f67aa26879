'use client';
import { price } from '../format.ts';
import { Time } from '../time.tsx';

export interface Candle {
  opens_at: Date;
  open: number;
  high: number;
  low: number;
  close: number;
}

/** Rows shown of the table: newest first. */
const ROWS = 60;

/** The numbers of a price chart. */
export function CandleTable({ candles, decimals }: { candles: readonly Candle[]; decimals: number }) {
  const rows = candles.slice(-ROWS).reverse();
  return (
    <div className="max-h-[324px] overflow-y-auto">
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
