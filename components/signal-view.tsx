'use client';
import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from './api.ts';
import { Direction } from './direction.tsx';
import { decimalsOf, price, span } from './format.ts';
import { PlaceLink } from './place-link.tsx';
import { SignalPaths } from './signal-paths.tsx';
import { Empty } from './states.tsx';
import { BigStrip } from './strip.tsx';
import { Time } from './time.tsx';
import { Card } from './ui/card.tsx';

export type Signal = inferRouterOutputs<Api>['signals']['get'];

const KIND: Record<string, string> = { ENTRY: '', EXIT: 'exit', CANCEL: 'cancel', ADD: 'add' };

/** One signal: what it said, what became of it, and its path to every account. */
export function SignalView({ id, first }: { id: string; first: Signal }) {
  const trpc = useTRPC();
  const { data: signal } = useQuery(
    trpc.signals.get.queryOptions({ id }, { initialData: first, refetchInterval: 15_000 }),
  );
  return (
    <>
      <header className="flex flex-wrap items-end gap-x-4 gap-y-2">
        <div className="grow">
          <PlaceLink href="/signals" className="text-text-2 hover:text-text">
            Signals
          </PlaceLink>
          <span className="text-text-2"> / {signal.strategy}</span>
          <h1 className="mt-0.5 flex items-center gap-2 font-semibold text-[22px]">
            {signal.symbol} {KIND[signal.action]} <Direction value={signal.direction} />
          </h1>
        </div>
        <Facts signal={signal} />
      </header>
      <BigStrip steps={signal.steps} notes={notesOf(signal)} />
      <p className="text-text-2 empty:hidden" role="status">
        {saysAlready(signal) ? null : signal.outcome}
      </p>
      {signal.paths.length > 0 ? (
        <SignalPaths signal={signal} />
      ) : (
        <Empty
          title={
            signal.action === 'EXIT' || signal.action === 'CANCEL'
              ? 'Nothing was opened'
              : 'No account has it yet'
          }
        >
          {signal.action === 'EXIT' || signal.action === 'CANCEL'
            ? 'An exit alert acts on the trades and orders that were there; each one’s story names it.'
            : 'Accounts that follow this strategy get it as soon as it is delivered.'}
        </Empty>
      )}
      {signal.leftOut.length > 0 ? (
        <Card title="Left out">
          <ul>
            {signal.leftOut.map((one) => (
              <li key={one.account} className="border-b border-line px-3.5 py-2 last:border-0">
                <b className="font-medium">{one.account}</b> <span className="text-text-2">{one.why}</span>
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
    </>
  );
}

/** A refusal for one reason stands in the strip and on each account: it is not said a third time. */
const saysAlready = ({ steps, paths }: Signal): boolean =>
  steps.some((step) => step.state === 'REFUSED') && paths.every((path) => path.verdict === 'REFUSED');

function Facts({ signal }: { signal: Signal }) {
  const decimals = decimalsOf(signal.tickSize);
  const facts = [
    ['price', signal.price],
    ['stop', signal.stop],
    ['target', signal.target],
  ].filter((fact): fact is [string, string] => fact[1] !== null);
  return (
    <dl className="flex flex-wrap gap-x-5 desk:text-right">
      <div>
        <dt className="text-text-2 text-xs">received</dt>
        <dd className="font-medium">
          <Time at={signal.recordedAt} millis />
        </dd>
      </div>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt className="text-text-2 text-xs">{name}</dt>
          <dd className="font-medium">{price(value, decimals)}</dd>
        </div>
      ))}
      {signal.timeframe ? (
        <div>
          <dt className="text-text-2 text-xs">timeframe</dt>
          <dd className="font-medium">{signal.timeframe}</dd>
        </div>
      ) : null}
    </dl>
  );
}

/** The slowest account decides how long a step took. */
function notesOf(signal: Signal) {
  const slowest = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length > 0 ? `+${span(Math.max(...known))}` : undefined;
  };
  const approved = signal.paths.filter((path) => path.verdict === 'APPROVED').length;
  const decided = slowest(signal.paths.map((path) => path.decidedMs));
  const fills = signal.paths.reduce((sum, path) => sum + path.fills, 0);
  const filled = slowest(signal.paths.map((path) => path.filledMs));
  return {
    Signal: 'received',
    Delivery: slowest(signal.paths.map((path) => path.deliveredMs)),
    Intent: decided && `${decided} · ${approved} of ${signal.paths.length} approved`,
    Order: slowest(signal.paths.map((path) => path.placedMs)),
    Fill: filled && `${filled} · ${fills} ${fills === 1 ? 'fill' : 'fills'}`,
  };
}
