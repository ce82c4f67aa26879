'use client';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { Direction } from './direction.tsx';
import { Changed, Pnl } from './figure.tsx';
import { decimalsOf, percent, price, quantity } from './format.ts';
import { levelWord, nearestExit } from './level-words.ts';
import { PlaceLink } from './place-link.tsx';
import { QuoteAge } from './quote-age.tsx';
import { Strip } from './strip.tsx';
import { Time } from './time.tsx';
import { COLUMNS, type TradeItem } from './trade-list.tsx';
import { Badge, type Tone } from './ui/badge.tsx';
import { cx } from './ui/cx.ts';

type Figure = inferRouterOutputs<Api>['trades']['live'][number];

const TONES: Record<string, Tone> = { EXITING: 'warn', REJECTED: 'loss' };
/** What the list is about: not said again in each of its rows. */
const USUAL = new Set(['OPEN', 'CLOSED']);

/** One trade: a row of columns at the desk, two lines on a phone. */
export function TradeRow({ item, figure }: { item: TradeItem; figure: Figure | undefined }) {
  const decimals = decimalsOf(item.tickSize);
  const plain = 'hidden text-right desk:block';
  return (
    <li className="border-b border-line last:border-0">
      <div
        className={cx(
          'relative grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-0.5 px-3.5 py-2.5 hover:bg-raised desk:min-h-[52px] desk:items-center',
          COLUMNS,
        )}
      >
        <span className="min-w-0">
          <PlaceLink href={`/trades/${item.id}`} className="font-semibold after:absolute after:inset-0">
            {item.symbol}
          </PlaceLink>{' '}
          <Direction value={item.direction} />{' '}
          {USUAL.has(item.status) ? null : (
            <Badge tone={TONES[item.status] ?? 'plain'}>{item.statusText}</Badge>
          )}
          {item.unprotected ? <Badge tone="loss">no working stop</Badge> : null}
          <span className="relative z-10 mt-1 block w-fit">
            <Strip steps={item.steps} />
          </span>
        </span>
        <span className="order-3 col-span-2 min-w-0 truncate text-text-2 desk:order-none desk:col-span-1">
          {item.account}
          <span className="hidden text-text-3 desk:block">{item.strategy}</span>
          <span className="text-text-3 desk:hidden">
            {' '}
            · {quantity(item.qty)}
            {item.entryAverage ? ` @ ${price(item.entryAverage, decimals, { average: true })}` : ''}
          </span>
        </span>
        <span className={plain}>
          {quantity(item.closedAt || item.entryAverage === null ? item.qty : item.openQty)}
        </span>
        <span className={plain}>
          {item.entryAverage ? price(item.entryAverage, decimals, { average: true }) : '–'}
        </span>
        <span className={cx(plain, figure && !figure.isGood && 'text-text-3')}>
          <LastPrice item={item} figure={figure} decimals={decimals} />
        </span>
        <span className="order-4 col-span-2 text-text-2 desk:order-none desk:col-span-1 desk:pl-4">
          <Way item={item} figure={figure} />
        </span>
        <span className="order-2 text-right desk:order-none">
          <Result item={item} figure={figure} />
        </span>
      </div>
    </li>
  );
}

function LastPrice({
  item,
  figure,
  decimals,
}: {
  item: TradeItem;
  figure: Figure | undefined;
  decimals: number;
}) {
  if (item.closedAt) return item.exitAverage ? price(item.exitAverage, decimals, { average: true }) : '–';
  if (!figure?.mark) return '–';
  return (
    <>
      <Changed value={figure.mark}>{price(figure.mark, decimals)}</Changed>
      <QuoteAge ageMs={figure.ageMs} isGood={figure.isGood} />
    </>
  );
}

/** How it went out, or what would take it out next and how far away that is. */
function Way({ item, figure }: { item: TradeItem; figure: Figure | undefined }) {
  if (item.closedAt) {
    return (
      <>
        <span className="desk:block">{item.exitReason}</span>{' '}
        <span className="text-text-3">
          <Time at={item.closedAt} />
        </span>
      </>
    );
  }
  const nearest = nearestExit(figure?.levels);
  if (nearest) return `${levelWord(nearest.kind)}, ${percent(nearest.distance)} away`;
  return (
    <span className="text-text-3">
      entering since <Time at={item.createdAt} />
    </span>
  );
}

function Result({ item, figure }: { item: TradeItem; figure: Figure | undefined }) {
  if (item.pnl !== null) return <Pnl value={item.pnl} currency={item.currency} percentOf={item.pnlPercent} />;
  if (!figure?.pnl) return <span className="text-text-3">–</span>;
  return (
    <Pnl value={figure.pnl} currency={item.currency} percentOf={figure.pnlPercent} stale={!figure.isGood} />
  );
}
