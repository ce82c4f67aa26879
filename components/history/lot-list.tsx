'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from '../api.ts';
import { Direction } from '../direction.tsx';
import { Pnl } from '../figure.tsx';
import { decimalsOf, money, price, quantity, toneOf } from '../format.ts';
import { MoreButton } from '../more-button.tsx';
import { Kpi } from '../results/kpi.tsx';
import { Empty, Failed } from '../states.tsx';
import { GridCell, GridRow, GridTable } from '../table/grid-table.tsx';
import { Time } from '../time.tsx';

type Page = inferRouterOutputs<Api>['history']['lots'];
type Lot = Page['items'][number];
export type LotFilter = Omit<inferRouterInputs<Api>['history']['lots'], 'cursor'>;

const COLUMNS =
  'desk:grid-cols-[minmax(0,1.1fr)_minmax(0,0.8fr)_110px_130px_130px_minmax(0,1fr)_minmax(0,1fr)_90px_112px]';

const HEAD = [
  { name: 'Symbol' },
  { name: 'Account' },
  { name: 'Qty', right: true },
  { name: 'Bought', right: true },
  { name: 'Sold', right: true },
  { name: 'Cost', right: true },
  { name: 'Proceeds, net', right: true },
  { name: 'Fees', right: true },
  { name: 'Result', right: true },
] as const;

/** Tax lots by first in, first out, with the totals of their year. */
export function LotList({
  filter,
  first,
  year,
}: {
  filter: LotFilter;
  first: Page;
  year: number | undefined;
}) {
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.history.lots.infiniteQueryOptions(filter, {
      getNextPageParam: (page) => page.nextCursor,
      initialData: { pages: [first], pageParams: [null] },
    }),
  );
  const items = query.data.pages.flatMap((page) => page.items);
  const total = query.data.pages[0]?.years.find((one) => one.year === year);
  if (query.isError && items.length === 0) {
    return (
      <Failed
        what="Tax lots could not be loaded"
        stillTrue="They are kept all the same."
        retry={() => void query.refetch()}
      />
    );
  }
  if (items.length === 0 || !total) {
    return (
      <Empty title="No tax lot is closed yet">
        Every sale uses up the oldest purchase of its account and symbol (first in, first out). Each part
        shows here with its cost, its proceeds and its result.
      </Empty>
    );
  }
  const { currency } = filter;
  return (
    <>
      <div className="grid grid-cols-2 gap-3 desk:grid-cols-4">
        <Kpi
          name={`Result ${total.year}`}
          tone={toneOf(total.pnl)}
          below={`${total.lots} lots, FIFO, ${currency}`}
        >
          {money(total.pnl, currency, { sign: true })}
        </Kpi>
        <Kpi name="Cost">{money(total.costBasis, currency)}</Kpi>
        <Kpi name="Proceeds, net">{money(total.netProceeds, currency)}</Kpi>
        <Kpi name="Fees">{money(total.fees, currency)}</Kpi>
      </div>
      <GridTable label="Tax lots" columns={COLUMNS} head={HEAD}>
        {items.map((item) => (
          <LotRow key={item.id} lot={item} />
        ))}
      </GridTable>
      <MoreButton what="more lots" query={query} />
    </>
  );
}

function LotRow({ lot }: { lot: Lot }) {
  const decimals = decimalsOf(lot.tickSize);
  const plain = 'hidden desk:block';
  return (
    <GridRow columns={COLUMNS}>
      <GridCell>
        <b className="font-semibold">{lot.symbol}</b> <Direction value={lot.direction} />
      </GridCell>
      <GridCell className={`${plain} truncate text-text-2`}>{lot.account}</GridCell>
      <GridCell right className={plain}>
        {quantity(lot.qty)}
      </GridCell>
      <GridCell right className={`${plain} text-text-2`}>
        <Time at={lot.boughtAt} />
      </GridCell>
      <GridCell right className={`${plain} text-text-2`}>
        <Time at={lot.soldAt} />
      </GridCell>
      <GridCell right className={plain}>
        {money(lot.costBasis, lot.currency)}
        <small className="block text-[11px] text-text-3">
          {price(lot.direction === 'LONG' ? lot.openPrice : lot.closePrice, decimals)}
        </small>
      </GridCell>
      <GridCell right className={plain}>
        {money(lot.netProceeds, lot.currency)}
        <small className="block text-[11px] text-text-3">
          {price(lot.direction === 'LONG' ? lot.closePrice : lot.openPrice, decimals)}
        </small>
      </GridCell>
      <GridCell right className={`${plain} text-text-2`}>
        {money(lot.fees, lot.currency)}
      </GridCell>
      <GridCell right>
        <Pnl value={lot.pnl} currency={lot.currency} />
      </GridCell>
      <GridCell phone="col-span-2" className="text-text-2 text-xs desk:hidden">
        {lot.account} · {quantity(lot.qty)} · cost {money(lot.costBasis, lot.currency)}, proceeds{' '}
        {money(lot.netProceeds, lot.currency)}, fees {money(lot.fees, lot.currency)} · bought{' '}
        <Time at={lot.boughtAt} />, sold <Time at={lot.soldAt} />
      </GridCell>
    </GridRow>
  );
}
