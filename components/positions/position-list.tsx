'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from '../api.ts';
import { useLive } from '../live.tsx';
import { useLiveFigures } from '../live-figures.ts';
import { MoreButton } from '../more-button.tsx';
import { Empty, Failed, ToStrategies } from '../states.tsx';
import { GridTable } from '../table/grid-table.tsx';
import { useUrlParam } from '../table/use-url-param.ts';
import { withFigure } from './live-position.ts';
import { PositionPanel } from './position-panel.tsx';
import { POSITION_COLUMNS, POSITION_HEAD, PositionRow } from './position-row.tsx';

type Page = inferRouterOutputs<Api>['positions']['list'];
export type PositionFilter = Omit<inferRouterInputs<Api>['positions']['list'], 'cursor'>;

/** Live figures are asked for this many rows at most; the rest is as old as the list. */
const LIVE_ROWS = 200;

/** Open positions; one opens to its chart, its levels and what can be done about it. */
export function PositionList({ filter, first }: { filter: PositionFilter; first: Page }) {
  const trpc = useTRPC();
  const { lostAt } = useLive();
  const [selected, select] = useUrlParam('id');
  const query = useInfiniteQuery(
    trpc.positions.list.infiniteQueryOptions(filter, {
      getNextPageParam: (page) => page.nextCursor,
      initialData: { pages: [first], pageParams: [null] },
      refetchInterval: 10_000,
    }),
  );
  const items = query.data.pages.flatMap((page) => page.items);
  const figures = useLiveFigures(items.slice(0, LIVE_ROWS).map((item) => item.id));
  if (query.isError && items.length === 0) {
    return (
      <Failed
        what="Positions could not be loaded"
        stillTrue="They are watched and closed by the worker all the same."
        retry={() => void query.refetch()}
      />
    );
  }
  if (items.length === 0) return <Nothing filtered={Boolean(filter.symbol || filter.account)} />;
  return (
    <>
      <GridTable
        label="Open positions"
        columns={POSITION_COLUMNS}
        room="desk:min-w-[740px]"
        head={POSITION_HEAD}
      >
        {items.map((item) => (
          <PositionRow
            key={item.id}
            position={withFigure(item, figures.get(item.id), lostAt)}
            isOpen={selected === item.id}
            onToggle={() => select(selected === item.id ? '' : item.id)}
            panel={selected === item.id ? <PositionPanel id={item.id} /> : null}
          />
        ))}
      </GridTable>
      <MoreButton what="more positions" query={query} />
    </>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered)
    return <Empty title="No open position fits this filter">Take the filter away to see all of them.</Empty>;
  return (
    <Empty title="Nothing is open" action={<ToStrategies />}>
      An approved signal opens a position on each account that follows its strategy. It shows here with its
      profit or loss, the age of its price, and what would close it. Send an alert to a strategy’s webhook
      address to see one.
    </Empty>
  );
}
