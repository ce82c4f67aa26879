'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from '../api.ts';
import { Direction } from '../direction.tsx';
import { Pnl } from '../figure.tsx';
import { decimalsOf, price, quantity, span } from '../format.ts';
import { MoreButton } from '../more-button.tsx';
import { PlaceLink } from '../place-link.tsx';
import { Empty, Failed } from '../states.tsx';
import { GridCell, GridRow, GridTable } from '../table/grid-table.tsx';
import { Time } from '../time.tsx';

type Page = inferRouterOutputs<Api>['history']['closed'];
type Item = Page['items'][number];
export type ClosedFilter = Omit<inferRouterInputs<Api>['history']['closed'], 'cursor'>;

const COLUMNS =
  'desk:grid-cols-[minmax(0,1.1fr)_minmax(0,1fr)_90px_minmax(0,1.3fr)_minmax(0,1fr)_90px_130px_112px]';

const HEAD = [
  { name: 'Symbol' },
  { name: 'Account' },
  { name: 'Qty', right: true },
  { name: 'Entry → exit', right: true },
  { name: 'Exit', className: 'pl-3' },
  { name: 'Held', right: true },
  { name: 'Closed', right: true },
  { name: 'P&L', right: true },
] as const;

/** Closed trades, each leading to its whole story. */
export function ClosedList({ filter, first }: { filter: ClosedFilter; first: Page }) {
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.history.closed.infiniteQueryOptions(filter, {
      getNextPageParam: (page) => page.nextCursor,
      initialData: { pages: [first], pageParams: [null] },
      refetchInterval: 30_000,
    }),
  );
  const items = query.data.pages.flatMap((page) => page.items);
  if (query.isError && items.length === 0) {
    return (
      <Failed
        what="Closed trades could not be loaded"
        stillTrue="They are kept all the same."
        retry={() => void query.refetch()}
      />
    );
  }
  if (items.length === 0) {
    return (
      <Empty title="No closed trade fits this filter">
        Choose a longer span or take the filter away. A trade comes here when it is closed, with its result
        and how it went out.
      </Empty>
    );
  }
  return (
    <>
      <GridTable label="Closed trades" columns={COLUMNS} head={HEAD}>
        {items.map((item) => (
          <ClosedRow key={item.id} item={item} />
        ))}
      </GridTable>
      <MoreButton what="more trades" query={query} />
    </>
  );
}

function ClosedRow({ item }: { item: Item }) {
  const decimals = decimalsOf(item.tickSize);
  const at = (value: string | null) => (value ? price(value, decimals, { average: true }) : '–');
  const plain = 'hidden desk:block';
  return (
    <GridRow columns={COLUMNS}>
      <GridCell>
        <PlaceLink href={`/trades/${item.id}`} className="font-semibold after:absolute after:inset-0">
          {item.symbol}
        </PlaceLink>{' '}
        <Direction value={item.direction} />
      </GridCell>
      <GridCell phone="order-3 col-span-2 desk:col-span-1" className="truncate text-text-2">
        {item.account}
        <span className="hidden truncate text-text-3 desk:block">{item.strategy}</span>
        <span className="text-text-3 desk:hidden">
          {' '}
          · {quantity(item.qty)} @ {at(item.entryAverage)} → {at(item.exitAverage)}
        </span>
      </GridCell>
      <GridCell right className={plain}>
        {quantity(item.qty)}
      </GridCell>
      <GridCell right className={plain}>
        {at(item.entryAverage)} → {at(item.exitAverage)}
      </GridCell>
      <GridCell phone="order-4" className="text-text-2 desk:pl-3">
        {item.exitReason ?? '–'}
        {item.realisedR ? (
          <span
            className="whitespace-nowrap text-text-3 text-xs max-desk:ml-2 desk:block"
            title="Result in units of the risk at the stop"
          >
            {item.realisedR.replace('-', '−')} R
            {item.plannedR ? <span className="max-desk:hidden">, planned {item.plannedR} R</span> : null}
          </span>
        ) : null}
      </GridCell>
      <GridCell right className={`${plain} text-text-2`}>
        {span(Math.max(0, item.closedAt.getTime() - item.openedAt.getTime()))}
      </GridCell>
      <GridCell right phone="order-5" className="text-text-3">
        <Time at={item.closedAt} />
      </GridCell>
      <GridCell right phone="order-2">
        <Pnl value={item.pnl} currency={item.currency} percentOf={item.pnlPercent} />
      </GridCell>
    </GridRow>
  );
}
