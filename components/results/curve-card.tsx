'use client';
import dynamic from 'next/dynamic';
import { type ReactNode, useState } from 'react';
import { money, toneOf } from '../format.ts';
import { Card } from '../ui/card.tsx';
import { Bar } from '../ui/shape.tsx';

/** The chart library comes after the page, and only in a browser. */
const CurveCanvas = dynamic(() => import('./curve-canvas.tsx').then((module) => module.CurveCanvas), {
  ssr: false,
  loading: () => <Bar className="m-3.5 h-[196px]" />,
});

export interface CurvePoint {
  at: string;
  /** Added up to here. */
  value: string;
}

const TONE = { gain: 'text-gain', loss: 'text-loss', flat: '' } as const;

/** One curve of results with its zero line; the same numbers as a table one click away. */
export function CurveCard(props: {
  title: string;
  points: readonly CurvePoint[];
  currency: string;
  /** A moment of the axis in words. */
  label: (at: string) => string;
  empty: string;
  aside?: ReactNode;
  tall?: boolean;
}) {
  const { title, points, currency, label, empty, aside, tall = false } = props;
  const [asTable, setAsTable] = useState(false);
  const switcher =
    points.length > 0 ? (
      <button type="button" onClick={() => setAsTable(!asTable)} className="text-accent hover:underline">
        {asTable ? 'Chart' : 'Numbers'}
      </button>
    ) : null;
  return (
    <Card
      title={title}
      aside={
        <span className="flex items-center gap-3">
          {aside}
          {switcher}
        </span>
      }
    >
      {points.length === 0 ? <p className="px-3.5 py-14 text-center text-text-2">{empty}</p> : null}
      {points.length > 0 && !asTable ? (
        <CurveCanvas title={title} points={points} currency={currency} label={label} tall={tall} />
      ) : null}
      {points.length > 0 && asTable ? (
        <div className="max-h-[224px] overflow-y-auto">
          <table className="w-full">
            <thead>
              <tr className="bg-raised text-text-2 text-xs">
                <th className="py-1.5 pl-3.5 text-left font-normal">When</th>
                <th className="pr-3.5 text-right font-normal">Added up</th>
              </tr>
            </thead>
            <tbody>
              {points.toReversed().map((point) => (
                <tr key={point.at} className="border-line border-b last:border-0">
                  <td className="py-1.5 pl-3.5 text-text-2">{label(point.at)}</td>
                  <td className={`pr-3.5 text-right ${TONE[toneOf(point.value)]}`}>
                    {money(point.value, currency, { sign: true })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </Card>
  );
}
