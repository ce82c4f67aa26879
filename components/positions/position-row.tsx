'use client';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Direction } from '../direction.tsx';
import { Changed, Pnl } from '../figure.tsx';
import { decimalsOf, price, quantity } from '../format.ts';
import { PlaceLink } from '../place-link.tsx';
import { QuoteAge } from '../quote-age.tsx';
import { GridCell, GridRow } from '../table/grid-table.tsx';
import { Badge } from '../ui/badge.tsx';
import { cx } from '../ui/cx.ts';
import type { Position } from './live-position.ts';
import { NextExit } from './next-exit.tsx';
import { RangeBar } from './range-bar.tsx';

export const POSITION_COLUMNS =
  'desk:grid-cols-[minmax(96px,1.2fr)_minmax(40px,0.9fr)_96px_82px_82px_minmax(64px,0.9fr)_minmax(104px,1.2fr)_84px]';

export const POSITION_HEAD = [
  { name: 'Symbol' },
  { name: 'Account' },
  { name: 'Qty', right: true },
  { name: 'Entry', right: true },
  { name: 'Last', right: true },
  { name: 'Stop – target', className: 'pl-3' },
  { name: 'Next exit' },
  { name: 'P&L', right: true },
] as const;

/** Where the room is narrow and what is near its exit is told elsewhere: the same without the next exit. */
export const BRIEF_COLUMNS =
  'desk:grid-cols-[minmax(140px,1.3fr)_minmax(60px,1fr)_96px_86px_82px_minmax(84px,1fr)_84px]';

export const BRIEF_HEAD = POSITION_HEAD.filter(({ name }) => name !== 'Next exit');

interface Props {
  position: Position;
  isBrief?: boolean;
  /** What the row opens to; without `onToggle` it leads to the position instead. */
  panel?: ReactNode;
  isOpen?: boolean;
  onToggle?: () => void;
}

/** One open position: columns at the desk, two lines and its range on a phone. */
export function PositionRow({ position, isBrief = false, panel, isOpen = false, onToggle }: Props) {
  const decimals = decimalsOf(position.tickSize);
  const entry = position.entryAverage ? price(position.entryAverage, decimals, { average: true }) : '–';
  const plain = 'hidden desk:block';
  return (
    <GridRow columns={isBrief ? BRIEF_COLUMNS : POSITION_COLUMNS} below={isOpen ? panel : undefined}>
      <GridCell className="flex flex-wrap items-center gap-x-1">
        <Name position={position} isOpen={isOpen} onToggle={onToggle} />{' '}
        <Direction value={position.direction} />
        {position.isRebuy ? <Badge>Rebuy</Badge> : null}
        {position.unprotected ? <Badge tone="loss">no working stop</Badge> : null}
      </GridCell>
      <GridCell phone="order-3 col-span-2 desk:col-span-1" className="truncate text-text-2">
        {position.account}
        <span className="hidden truncate text-text-3 desk:block">{position.strategy}</span>
        <span className="text-text-3 desk:hidden">
          {' '}
          · {quantity(position.openQty)} @ {entry}
        </span>
      </GridCell>
      <GridCell right className={plain}>
        {quantity(position.openQty)}
      </GridCell>
      <GridCell right className={plain}>
        {entry}
      </GridCell>
      <GridCell right className={cx(plain, !position.isGood && 'text-text-3')}>
        <Last position={position} />
      </GridCell>
      <GridCell
        phone="order-5 col-span-2 flex items-center gap-3 desk:col-span-1 desk:block"
        className="desk:pl-3"
      >
        <span className="block grow">
          <RangeBar
            levels={position.levels}
            direction={position.direction}
            mark={position.mark}
            entry={position.entryAverage}
            decimals={decimals}
            stale={!position.isGood}
          />
        </span>
        <span
          className={cx(
            'shrink-0 text-xs *:inline desk:hidden',
            position.isGood ? 'text-text-2' : 'text-text-3',
          )}
        >
          <Last position={position} /> · <NextExit position={position} />
        </span>
      </GridCell>
      <GridCell className={cx('hidden text-text-2 desk:block', isBrief && 'desk:hidden')}>
        <NextExit position={position} />
      </GridCell>
      <GridCell right phone="order-2">
        {position.pnl ? (
          <Pnl
            value={position.pnl}
            currency={position.currency}
            percentOf={position.pnlPercent}
            stale={!position.isGood}
          />
        ) : (
          '–'
        )}
      </GridCell>
    </GridRow>
  );
}

/** The price of this moment, with its age once it is worth saying. */
function Last({ position: { mark, tickSize, ageMs, isGood } }: Pick<Props, 'position'>) {
  return (
    <>
      {mark ? <Changed value={mark}>{price(mark, decimalsOf(tickSize))}</Changed> : '–'}{' '}
      <QuoteAge ageMs={ageMs} isGood={isGood} />
    </>
  );
}

function Name({ position, isOpen, onToggle }: Pick<Props, 'position' | 'isOpen' | 'onToggle'>) {
  if (!onToggle) {
    return (
      <PlaceLink href={`/positions?id=${position.id}`} className="font-semibold after:absolute after:inset-0">
        {position.symbol}
      </PlaceLink>
    );
  }
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      aria-label={`${position.symbol} on ${position.account}`}
      onClick={onToggle}
      className="inline-flex items-center gap-1 font-semibold after:absolute after:inset-0"
    >
      <ChevronRight size={14} aria-hidden className={cx('text-text-3', isOpen && 'rotate-90')} />
      {position.symbol}
    </button>
  );
}
