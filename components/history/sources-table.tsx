'use client';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { Pnl } from '../figure.tsx';
import { percent } from '../format.ts';
import { GridCell, GridRow, GridTable } from '../table/grid-table.tsx';

type Line = inferRouterOutputs<Api>['history']['sources'][number];

const COLUMNS = 'desk:grid-cols-[minmax(0,1.4fr)_90px_90px_minmax(0,2.2fr)_90px_110px_120px]';

const HEAD = [
  { name: 'Source and indicator' },
  { name: 'Delivered', right: true },
  { name: 'Accepted', right: true },
  { name: 'Refused, because', className: 'pl-3' },
  { name: 'Filled', right: true },
  { name: 'Won', right: true },
  { name: 'P&L', right: true },
] as const;

/** Reasons worth naming in a row. */
const NAMED = 3;

/** Sources of signals: how many came, what became of them, and what they brought. */
export function SourcesTable({ lines, currency }: { lines: Line[]; currency: string }) {
  if (lines.length === 0)
    return <p className="px-3.5 py-6 text-text-2">No signal was delivered in this span.</p>;
  return (
    <div className="[&>div]:rounded-none [&>div]:border-0">
      <GridTable label="Results by source" columns={COLUMNS} head={HEAD}>
        {lines.map((line) => (
          <SourceRow key={`${line.source}|${line.indicator}`} line={line} currency={currency} />
        ))}
      </GridTable>
    </div>
  );
}

function SourceRow({ line, currency }: { line: Line; currency: string }) {
  const plain = 'hidden desk:block';
  const named = line.reasons.slice(0, NAMED).map((one) => `${one.text} (${one.count})`);
  if (line.reasons.length > NAMED) named.push(`${line.reasons.length - NAMED} more reasons`);
  const refused = line.refused === 0 ? 'none' : `${line.refused}: ${named.join(', ')}`;
  const won = line.closed > 0 ? percent(((line.wins / line.closed) * 100).toFixed(4)) : '–';
  return (
    <GridRow columns={COLUMNS}>
      <GridCell className="truncate font-medium">{line.name}</GridCell>
      <GridCell right className={plain}>
        {line.received}
      </GridCell>
      <GridCell right className={plain}>
        {line.accepted}
      </GridCell>
      <GridCell className={`${plain} pl-3 text-text-2`}>{refused}</GridCell>
      <GridCell right className={plain}>
        {line.filled}
      </GridCell>
      <GridCell right className={plain}>
        {won}
      </GridCell>
      <GridCell right>
        <Pnl value={line.pnl} currency={currency} />
      </GridCell>
      <GridCell phone="col-span-2" className="text-text-2 text-xs desk:hidden">
        {line.received} delivered, {line.accepted} accepted, {line.filled} filled, {won} won · refused{' '}
        {refused}
      </GridCell>
    </GridRow>
  );
}
