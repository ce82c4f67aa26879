'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from './api.ts';
import { Direction } from './direction.tsx';
import { Pnl } from './figure.tsx';
import { span } from './format.ts';
import { MoreButton } from './more-button.tsx';
import { PlaceLink } from './place-link.tsx';
import { Empty, Failed, ToStrategies } from './states.tsx';
import { Strip } from './strip.tsx';
import { Time } from './time.tsx';
import { cx } from './ui/cx.ts';

type Page = inferRouterOutputs<Api>['signals']['list'];
type Item = Page['items'][number];
export type SignalFilter = Omit<inferRouterInputs<Api>['signals']['list'], 'cursor'>;

const ACTS: Record<string, string> = { EXIT: 'exit', CANCEL: 'cancel', ADD: 'add' };

/** Signals, newest first: a table at the desk, two-line rows on a phone. */
export function SignalList({ filter, first }: { filter: SignalFilter; first: Page }) {
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.signals.list.infiniteQueryOptions(filter, {
      getNextPageParam: (page) => page.nextCursor,
      initialData: { pages: [first], pageParams: [null] },
      refetchInterval: 30_000,
    }),
  );
  const items = query.data.pages.flatMap((page) => page.items);
  const filtered = Boolean(filter.symbol || filter.action);
  if (query.isError && items.length === 0) {
    return (
      <Failed
        what="Signals could not be loaded"
        stillTrue="Alerts are still taken."
        retry={() => void query.refetch()}
      />
    );
  }
  if (items.length === 0) {
    return filtered ? (
      <Empty title="No signal fits this filter">Take the filter away to see all of them.</Empty>
    ) : (
      <Empty title="No signal yet" action={<ToStrategies />}>
        Every alert that your strategies receive shows here, with what became of it on each account. Send one
        to a strategy’s webhook address, or a test alert from its page.
      </Empty>
    );
  }
  return (
    <>
      <ul aria-label="Signals" className="overflow-hidden rounded-lg border border-line bg-surface">
        {items.map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </ul>
      <MoreButton what="older signals" query={query} />
    </>
  );
}

function Row({ item }: { item: Item }) {
  const pnl = Object.entries(item.pnl);
  return (
    <li className="border-b border-line last:border-0">
      <div className="relative grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-3 gap-y-0.5 px-3.5 py-2.5 hover:bg-raised desk:min-h-[52px] desk:grid-cols-[116px_minmax(0,240px)_126px_minmax(0,1fr)_96px] desk:items-center">
        <span className="font-mono text-text-3 text-xs">
          <Time at={item.recordedAt} />
        </span>
        <span className="min-w-0">
          <PlaceLink
            href={`/signals/${item.id}`}
            className="font-semibold after:absolute after:inset-0 focus-visible:after:outline-2"
          >
            {item.symbol}
            {ACTS[item.action] ? ` ${ACTS[item.action]}` : ''}
          </PlaceLink>{' '}
          <Direction value={item.direction} />
          <span className="block truncate text-text-2">
            {item.strategy} <span className="text-text-3">{item.timeframe}</span>
          </span>
        </span>
        <span className="relative z-10 col-start-2 w-fit desk:col-start-auto">
          <Strip steps={item.steps} />
        </span>
        <span
          className={cx(
            'col-start-2 min-w-0 desk:col-start-auto',
            item.refused ? 'text-loss' : 'text-text-2',
          )}
        >
          {item.outcome}
          {item.filledInMs !== null ? <span className="text-text-3"> · {span(item.filledInMs)}</span> : null}
        </span>
        <span className="text-right max-desk:absolute max-desk:top-2.5 max-desk:right-3.5">
          {pnl.map(([currency, value]) => (
            <span key={currency} className="block">
              <Pnl value={value} currency={currency} />
            </span>
          ))}
        </span>
      </div>
    </li>
  );
}
