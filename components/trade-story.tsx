'use client';
import { decimalsOf, money, price, quantity } from './format.ts';
import { PlaceLink } from './place-link.tsx';
import { Time } from './time.tsx';
import type { Trade } from './trade-view.tsx';
import { Card } from './ui/card.tsx';
import { cx } from './ui/cx.ts';
import { useViewer } from './viewer.tsx';

type Moment = Trade['story'][number];
type Part = Moment['title'][number];

const DOT: Record<Moment['tone'], string> = {
  plain: 'bg-line-strong',
  good: 'bg-gain',
  bad: 'bg-loss',
  warn: 'bg-warn',
};

/** The whole story, newest first, each moment with its milliseconds. */
export function TradeStory({ trade }: { trade: Trade }) {
  const { timeZone } = useViewer();
  const decimals = decimalsOf(trade.tickSize);
  const moments = trade.story.map((moment, index) => ({ ...moment, index })).reverse();
  return (
    <Card title="Story" aside={`newest first, times in ${timeZone}`}>
      <ol className="py-1">
        {moments.map((moment) => (
          <li
            key={moment.index}
            className="grid grid-cols-[8px_minmax(0,1fr)] items-baseline gap-x-3 px-3.5 py-2 desk:grid-cols-[96px_8px_minmax(0,1fr)]"
          >
            <span className="col-start-2 row-start-1 font-mono text-text-3 text-xs desk:col-start-1">
              <Time at={moment.at} millis />
            </span>
            <i
              aria-hidden
              className={cx('row-start-1 size-[7px] rounded-full desk:col-start-2', DOT[moment.tone])}
            />
            <div className="col-start-2 min-w-0 desk:col-start-3">
              <b className="font-medium">
                <Parts parts={moment.title} currency={trade.currency} decimals={decimals} />
              </b>
              {moment.detail.length > 0 ? (
                <p className="text-text-2">
                  <Parts parts={moment.detail} currency={trade.currency} decimals={decimals} />
                </p>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Parts({ parts, currency, decimals }: { parts: Part[]; currency: string; decimals: number }) {
  return parts.map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never move
    return <Said key={index} part={part} currency={currency} decimals={decimals} />;
  });
}

function Said({ part, currency, decimals }: { part: Part; currency: string; decimals: number }) {
  if (typeof part === 'string') return part;
  if ('price' in part) return price(part.price, decimals, { average: true });
  if ('qty' in part) return quantity(part.qty);
  if ('money' in part) return money(part.money, currency, { sign: part.signed ?? false });
  if ('signal' in part) {
    return (
      <PlaceLink href={`/signals/${part.signal}`} className="text-accent underline">
        this alert
      </PlaceLink>
    );
  }
  return (
    <span className="break-all font-mono text-text-3 text-xs" title={part.code}>
      {part.code.length > 18 ? `${part.code.slice(0, 16)}…` : part.code}
    </span>
  );
}
