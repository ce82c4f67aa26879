'use client';
import { useState } from 'react';
import { money, percent, toneOf } from '../format.ts';
import { compactFigure, compactMoney, dayText } from '../results/compact.ts';
import { Card } from '../ui/card.tsx';
import { cx } from '../ui/cx.ts';
import { type CalendarDay, type Cell, type Month, monthsOf } from './months.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
/** A year of months can be turned through. */
const MOST = 12;

/** Daily results, a month at a time; colour helps, the signed figure says it. */
export function Calendar({
  days,
  currency,
  capital,
}: {
  days: CalendarDay[];
  currency: string;
  capital: string;
}) {
  const months = monthsOf(days, MOST);
  const [at, turn] = useState(0);
  const month = months[Math.min(at, months.length - 1)];
  if (!month) return null;
  const button = (to: number, name: string, sign: string) => (
    <button
      type="button"
      aria-label={name}
      disabled={!months[to]}
      onClick={() => turn(to)}
      className="grid size-6 place-items-center rounded-md text-text-2 hover:bg-raised disabled:opacity-40"
    >
      {sign}
    </button>
  );
  return (
    <Card
      title="Daily results"
      aside={
        <span className="flex items-center gap-1">
          {button(at + 1, 'Earlier month', '‹')}
          {button(at - 1, 'Later month', '›')}
        </span>
      }
    >
      <MonthTable month={month} currency={currency} capital={capital} />
    </Card>
  );
}

function MonthTable({ month, currency, capital }: { month: Month; currency: string; capital: string }) {
  const name = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month.month}-01T00:00:00Z`),
  );
  const largest = Math.max(
    ...month.weeks.flat().map((cell) => Math.abs(Number(cell?.result?.pnl ?? 0))),
    Number.MIN_VALUE,
  );
  return (
    <table className="w-full table-fixed border-separate border-spacing-1 px-2 pb-2">
      <caption className="px-3 pt-2.5 text-left font-medium">{name}</caption>
      <thead>
        <tr>
          {WEEKDAYS.map((day) => (
            <th key={day} scope="col" className="pb-0.5 font-normal text-[11px] text-text-3">
              {day}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {month.weeks.map((week) => (
          <tr key={week.find((cell) => cell !== null)?.day}>
            {week.map((cell, index) => (
              <Day
                key={cell?.day ?? WEEKDAYS[index]}
                cell={cell}
                currency={currency}
                capital={capital}
                largest={largest}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface DayProps {
  cell: Cell | null;
  currency: string;
  capital: string;
  largest: number;
}

function Day({ cell, currency, capital, largest }: DayProps) {
  if (!cell) return <td />;
  const { result } = cell;
  const tone = result ? toneOf(result.pnl) : 'flat';
  const strength = result ? Math.round(30 + 70 * (Math.abs(Number(result.pnl)) / largest)) : 0;
  const colour = tone === 'gain' ? '--gain-soft' : tone === 'loss' ? '--loss-soft' : '--raised';
  const share = result && Number(capital) > 0 ? String((Number(result.pnl) / Number(capital)) * 100) : null;
  return (
    <td
      title={
        result
          ? `${dayText(cell.day, { year: true })}: ${money(result.pnl, currency, { sign: true })}${share ? ` (${percent(share, { sign: true })})` : ''}, ${result.trades} closed`
          : dayText(cell.day, { year: true })
      }
      style={
        result
          ? { background: `color-mix(in oklab, var(${colour}) ${strength}%, var(--surface))` }
          : undefined
      }
      className="h-10 rounded-[5px] border border-line px-1 align-top"
    >
      <span className="block text-[10px] text-text-2 leading-4">{Number(cell.day.slice(8))}</span>
      {result ? (
        <span
          className={cx(
            'block truncate text-[11px] leading-4',
            tone === 'gain' && 'text-gain',
            tone === 'loss' && 'text-loss',
          )}
        >
          <span className="max-desk:hidden">
            {compactMoney(result.pnl, currency, { sign: true, whole: false })}
          </span>
          <span aria-hidden className="desk:hidden">
            {compactFigure(result.pnl)}
          </span>
          <span className="sr-only desk:hidden">{money(result.pnl, currency, { sign: true })}</span>
        </span>
      ) : null}
    </td>
  );
}
