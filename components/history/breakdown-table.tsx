'use client';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { Pnl } from '../figure.tsx';
import { count, isZero, money, percent } from '../format.ts';
import { GridCell, GridRow, GridTable } from '../table/grid-table.tsx';

type Line = inferRouterOutputs<Api>['history']['breakdown'][number];

const COLUMNS =
  'desk:grid-cols-[minmax(0,1.6fr)_80px_90px_110px_110px_90px_minmax(0,1.1fr)_minmax(0,1.2fr)_120px]';

const HEADS = {
  STRATEGY: 'Strategy',
  SYMBOL: 'Symbol',
  EXIT_REASON: 'Exit',
} as const;

/** Closed trades by one thing: what they brought, and how their exits kept to the plan. */
export function BreakdownTable(props: { lines: Line[]; currency: string; by: keyof typeof HEADS }) {
  const { lines, currency, by } = props;
  const head = [
    { name: HEADS[by] },
    { name: 'Trades', right: true },
    { name: 'Won', right: true },
    { name: 'Average win', right: true },
    { name: 'Average loss', right: true },
    { name: 'Factor', right: true },
    { name: 'R planned → real', right: true },
    { name: 'Past stop · slip', right: true },
    { name: 'P&L', right: true },
  ];
  return (
    <div className="[&>div]:rounded-none [&>div]:border-0">
      <GridTable label={`Results by ${HEADS[by].toLowerCase()}`} columns={COLUMNS} head={head}>
        {lines.map((line) => (
          <BreakdownRow key={line.key} line={line} currency={currency} />
        ))}
      </GridTable>
    </div>
  );
}

/** A sum over a count, shown only: never calculated with. */
const average = (total: string, n: number): string => (Number(total) / n).toFixed(8);

const share = (part: number, whole: number): string => percent(((part / whole) * 100).toFixed(4));

function BreakdownRow({ line, currency }: { line: Line; currency: string }) {
  const plain = 'hidden desk:block';
  const factor = isZero(line.gross_loss)
    ? '–'
    : (Number(line.gross_win) / Number(line.gross_loss)).toFixed(2);
  const ratio = `${line.planned_r ?? '–'} → ${(line.realised_r ?? '–').replace('-', '−')}`;
  const past = line.losses > 0 ? share(line.beyond_stop, line.losses) : '–';
  const slip = line.slippage_bps === null ? '–' : `${line.slippage_bps.replace('-', '−')} bp`;
  return (
    <GridRow columns={COLUMNS}>
      <GridCell className="truncate font-medium">{line.name}</GridCell>
      <GridCell right className={plain}>
        {line.trades}
      </GridCell>
      <GridCell right className={plain}>
        {share(line.wins, line.trades)}
      </GridCell>
      <GridCell right className={plain}>
        {line.wins > 0 ? money(average(line.gross_win, line.wins), currency, { sign: true }) : '–'}
      </GridCell>
      <GridCell right className={plain}>
        {line.losses > 0 ? money(average(`-${line.gross_loss}`, line.losses), currency, { sign: true }) : '–'}
      </GridCell>
      <GridCell right className={plain}>
        {factor}
      </GridCell>
      <GridCell right className={plain}>
        {ratio}
      </GridCell>
      <GridCell right className={plain}>
        {past} · {slip}
      </GridCell>
      <GridCell right>
        <Pnl value={line.pnl} currency={currency} />
      </GridCell>
      <GridCell phone="col-span-2" className="text-text-2 text-xs desk:hidden">
        {count(line.trades, 'trade')}, {share(line.wins, line.trades)} won, factor {factor} · R {ratio} ·{' '}
        {past} past the stop · slip {slip}
      </GridCell>
    </GridRow>
  );
}
