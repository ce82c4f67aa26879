'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from './api.ts';
import { useLiveFigures } from './live-figures.ts';
import { MoreButton } from './more-button.tsx';
import { Empty, Failed, ToStrategies } from './states.tsx';
import { TradeRow } from './trade-row.tsx';

type Page = inferRouterOutputs<Api>['trades']['list'];
export type TradeItem = Page['items'][number];
export type TradeFilter = Omit<inferRouterInputs<Api>['trades']['list'], 'cursor'>;

/** Trades of one kind (live or ended), with live figures for the open ones. */
export function TradeList({ filter, first, title }: { filter: TradeFilter; first: Page; title: string }) {
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.trades.list.infiniteQueryOptions(filter, {
      getNextPageParam: (page) => page.nextCursor,
      initialData: { pages: [first], pageParams: [null] },
      refetchInterval: 30_000,
    }),
  );
  const items = query.data.pages.flatMap((page) => page.items);
  const open = items
    .filter((item) => item.status === 'OPEN' || item.status === 'EXITING')
    .map((item) => item.id);
  const figures = useLiveFigures(open.slice(0, 200));
  if (query.isError && items.length === 0) {
    return (
      <Failed
        what="Trades could not be loaded"
        stillTrue="They are watched all the same."
        retry={() => void query.refetch()}
      />
    );
  }
  if (items.length === 0) return <Nothing state={filter.state} filtered={Boolean(filter.symbol)} />;
  return (
    <>
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        <Head state={filter.state} />
        <ul aria-label={title}>
          {items.map((item) => (
            <TradeRow key={item.id} item={item} figure={figures.get(item.id)} />
          ))}
        </ul>
      </div>
      <MoreButton what="older trades" query={query} />
    </>
  );
}

/** Column names at the desk; on a phone the rows say what they hold. */
export const COLUMNS =
  'desk:grid-cols-[minmax(0,1.4fr)_minmax(0,1.2fr)_90px_110px_110px_minmax(0,1.2fr)_120px]';

function Head({ state }: { state: 'live' | 'ended' }) {
  const names = [
    'Symbol',
    'Account',
    'Qty',
    'Entry',
    state === 'live' ? 'Last' : 'Exit',
    state === 'live' ? 'Nearest exit' : 'Closed',
    'P&L',
  ];
  return (
    <div
      aria-hidden
      className={`hidden gap-3 border-b border-line bg-raised px-3.5 py-2 text-text-2 text-xs desk:grid ${COLUMNS}`}
    >
      {names.map((name, index) => (
        <span key={name} className={index === 5 ? 'pl-4' : index >= 2 ? 'text-right' : undefined}>
          {name}
        </span>
      ))}
    </div>
  );
}

function Nothing({ state, filtered }: { state: 'live' | 'ended'; filtered: boolean }) {
  if (filtered)
    return <Empty title="No trade of this symbol">Take the filter away to see all of them.</Empty>;
  return state === 'live' ? (
    <Empty title="Nothing is open" action={<ToStrategies />}>
      An approved signal opens a trade on each account that follows its strategy. It shows here with its
      profit or loss, the age of its price, and what would close it.
    </Empty>
  ) : (
    <Empty title="Nothing has closed yet">
      Closed trades keep their whole story here, from the alert to the result.
    </Empty>
  );
}
