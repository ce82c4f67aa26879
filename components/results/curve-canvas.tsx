'use client';
import { Area, AreaChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { money, toneOf } from '../format.ts';
import { compactMoney } from './compact.ts';
import type { CurvePoint } from './curve-card.tsx';

interface Props {
  title: string;
  points: readonly CurvePoint[];
  currency: string;
  label: (at: string) => string;
  tall?: boolean;
}

/** Stands for the moment before the first point. */
const BEFORE = '';

const HEIGHT = 224;
const TALL = 318;
const COLOUR = { gain: 'var(--gain)', loss: 'var(--loss)', flat: 'var(--text-3)' } as const;

/** One series over a zero line; it ends in its last figure. Doubles are enough for a picture. */
export function CurveCanvas({ title, points, currency, label, tall = false }: Props) {
  // one point is no line: it is drawn from the zero before it
  const drawn = points.length === 1 ? [{ at: BEFORE, value: '0' }, ...points] : points;
  const data = drawn.map((point) => ({ at: point.at, value: Number(point.value), exact: point.value }));
  const word = (at: string) => (at === BEFORE ? 'before' : label(at));
  const end = points.at(-1)?.value ?? '0';
  const colour = COLOUR[toneOf(end)];
  return (
    <div
      role="img"
      aria-label={`${title}, ends at ${money(end, currency, { sign: true })}`}
      className="px-1 pt-3 pb-1"
    >
      <ResponsiveContainer width="100%" height={tall ? TALL : HEIGHT}>
        <AreaChart data={data} margin={{ top: 6, right: 12, bottom: 0, left: 4 }} accessibilityLayer={false}>
          <XAxis
            dataKey="at"
            tickFormatter={word}
            tick={{ fill: 'var(--text-3)', fontSize: 11 }}
            axisLine={false}
            tickLine={false}
            minTickGap={48}
            tickMargin={8}
            height={34}
          />
          <YAxis
            orientation="right"
            width={56}
            tickFormatter={(value: number) => compactMoney(String(value), currency)}
            tick={{ fill: 'var(--text-3)', fontSize: 11 }}
            axisLine={false}
            tickLine={false}
            tickCount={5}
          />
          <ReferenceLine y={0} stroke="var(--line-strong)" />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: 'var(--line-strong)' }}
            content={({ active, payload }) => {
              const point = active
                ? (payload?.[0]?.payload as { at: string; exact: string } | undefined)
                : undefined;
              if (!point) return null;
              return (
                <div className="rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-xs">
                  {word(point.at)}{' '}
                  <b className="font-medium">{money(point.exact, currency, { sign: true })}</b>
                </div>
              );
            }}
          />
          <Area
            type="linear"
            dataKey="value"
            stroke={colour}
            strokeWidth={1.75}
            fill={colour}
            fillOpacity={0.09}
            isAnimationActive={false}
            dot={false}
            activeDot={{ r: 3 }}
          />
        </AreaChart>
      </ResponsiveContainer>
    </div>
  );
}
