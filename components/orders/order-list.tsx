'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from '../api.ts';
import { MoreButton } from '../more-button.tsx';
import { Empty, Failed, ToStrategies } from '../states.tsx';
import { GridTable } from '../table/grid-table.tsx';
import { OrderDetail } from './order-detail.tsx';
import { ORDER_COLUMNS, ORDER_HEAD, OrderRow } from './order-row.tsx';

type Page = inferRouterOutputs<Api>['orders']['list'];
export type Order = Page['items'][number];
export type OrderFilter = Omit<inferRouterInputs<Api>['orders']['list'], 'cursor'>;

/** Entries and exits in one list; one opens to its ids, its events and its fills. */
export function OrderList({ filter, first }: { filter: OrderFilter; first: Page }) {
  const trpc = useTRPC();
  const [opened, open] = useState<string | null>(filter.id ?? null);
  const query = useInfiniteQuery(
    trpc.orders.list.infiniteQueryOptions(filter, {
      getNextPageParam: (page) => page.nextCursor,
      initialData: { pages: [first], pageParams: [null] },
      refetchInterval: 15_000,
    }),
  );
  const items = query.data.pages.flatMap((page) => page.items);
  if (query.isError && items.length === 0) {
    return (
      <Failed
        what="Orders could not be loaded"
        stillTrue="What is at the broker stays there, and is followed."
        retry={() => void query.refetch()}
      />
    );
  }
  if (items.length === 0) return <Nothing filter={filter} />;
  return (
    <>
      <GridTable label="Orders" columns={ORDER_COLUMNS} head={ORDER_HEAD}>
        {items.map((item) => (
          <OrderRow
            key={item.id}
            order={item}
            isOpen={opened === item.id}
            onToggle={() => open(opened === item.id ? null : item.id)}
            detail={opened === item.id ? <OrderDetail order={item} /> : null}
          />
        ))}
      </GridTable>
      <MoreButton what={filter.sort === 'oldest' ? 'newer orders' : 'older orders'} query={query} />
    </>
  );
}

function Nothing({ filter }: { filter: OrderFilter }) {
  const filtered = filter.id || filter.kind || filter.symbol || filter.account || filter.state !== 'all';
  if (filtered)
    return <Empty title="No order fits this filter">Take the filter away to see all of them.</Empty>;
  return (
    <Empty title="No order yet" action={<ToStrategies />}>
      Every order shows here, entries and exits, with its state and the broker’s id. The first one comes with
      the first approved signal: send an alert to a strategy’s webhook address.
    </Empty>
  );
}
