'use client';
import { Pnl } from './figure.tsx';
import { decimalsOf, price, quantity, span } from './format.ts';
import { PlaceLink } from './place-link.tsx';
import type { Signal } from './signal-view.tsx';
import { Badge, type Tone } from './ui/badge.tsx';
import { Card } from './ui/card.tsx';
import { cx } from './ui/cx.ts';

type Path = Signal['paths'][number];

const VERDICT: Record<Path['verdict'], { word: string; tone: Tone }> = {
  APPROVED: { word: 'Approved', tone: 'accent' },
  REFUSED: { word: 'Refused', tone: 'loss' },
  WAITING: { word: 'Waiting', tone: 'plain' },
  EXPIRED: { word: 'Expired', tone: 'warn' },
};

/** Per account: approved with quantity and price, or refused in a sentence, with the milliseconds of each step. */
export function SignalPaths({ signal }: { signal: Signal }) {
  return (
    <Card title="Accounts" aside={`${signal.paths.length}`}>
      <ul>
        {signal.paths.map((path) => (
          <li key={path.accountId} className="border-b border-line px-3.5 py-3 last:border-0">
            <PathRow path={path} decimals={decimalsOf(signal.tickSize)} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function PathRow({ path, decimals }: { path: Path; decimals: number }) {
  const verdict = VERDICT[path.verdict];
  const approved = path.verdict === 'APPROVED';
  return (
    <div className="grid gap-x-4 gap-y-1 desk:grid-cols-[minmax(0,220px)_minmax(0,1fr)_auto] desk:items-center">
      <div className="flex items-center gap-2">
        <b className="font-medium">{path.account}</b>
        <Badge tone={verdict.tone}>{verdict.word}</Badge>
      </div>
      <div className={cx('min-w-0', path.verdict === 'REFUSED' ? 'text-loss' : 'text-text-2')}>
        {approved ? <span className="text-text">{approvedText(path, decimals)} · </span> : null}
        {path.sentence}
        {path.pnl ? (
          <>
            {' '}
            <Pnl value={path.pnl} currency={path.currency} />
          </>
        ) : null}
        {path.alsoRefused.length > 1 ? (
          <span className="block text-text-3">
            Also:{' '}
            {path.alsoRefused
              .slice(1)
              .map((one) => one.replace(/^Refused: /, ''))
              .join('; ')}
          </span>
        ) : null}
      </div>
      <div className="flex flex-wrap items-center gap-x-3 text-text-3 text-xs desk:grid desk:grid-cols-[repeat(4,112px)_36px] desk:text-right">
        <Milliseconds path={path} />
        {path.tradeId ? (
          <PlaceLink
            href={`/trades/${path.tradeId}`}
            className="text-[13px] text-accent hover:underline desk:col-start-5"
          >
            Trade
          </PlaceLink>
        ) : null}
      </div>
    </div>
  );
}

function approvedText(path: Path, decimals: number): string {
  const verb = path.direction === 'SHORT' ? 'sell short' : 'buy';
  const qty = path.qty ? quantity(path.qty) : '';
  if (path.average) return `${verb} ${qty} @ ${price(path.average, decimals, { average: true })}`;
  return path.price ? `${verb} ${qty} at about ${price(path.price, decimals)}` : `${verb} ${qty}`;
}

function Milliseconds({ path }: { path: Path }) {
  const steps = [
    ['delivered', path.deliveredMs],
    ['decided', path.decidedMs],
    ['placed', path.placedMs],
    ['filled', path.filledMs],
  ].filter((step): step is [string, number] => step[1] !== null);
  return (
    <>
      {steps.map(([name, ms]) => (
        <span key={name} className="whitespace-nowrap">
          {name} +{span(ms)}
        </span>
      ))}
    </>
  );
}
