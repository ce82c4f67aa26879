'use client';
import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from '../api.ts';
import { useLive } from '../live.tsx';
import { useLiveFigures } from '../live-figures.ts';
import { PlaceLink } from '../place-link.tsx';
import { type Position, withFigure } from '../positions/live-position.ts';
import { isNear, NextExit } from '../positions/next-exit.tsx';
import { BRIEF_COLUMNS, BRIEF_HEAD, PositionRow } from '../positions/position-row.tsx';
import { Empty } from '../states.tsx';
import { GridTable } from '../table/grid-table.tsx';
import { Card } from '../ui/card.tsx';

type Page = inferRouterOutputs<Api>['positions']['list'];

/** The overview shows the positions nearest to an exit; the rest is on their own page. */
const SHOWN = 8;

/** Open positions with the figures of this second. */
function usePositions(first: Page): { items: Position[]; total: number } {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.positions.list.queryOptions({ sort: 'exit' }, { initialData: first, refetchInterval: 10_000 }),
  );
  const { lostAt } = useLive();
  const items = data.items.slice(0, 100);
  const figures = useLiveFigures(items.map((item) => item.id));
  return { items: items.map((item) => withFigure(item, figures.get(item.id), lostAt)), total: data.total };
}

export function OpenPositions({ first }: { first: Page }) {
  const { items, total } = usePositions(first);
  return (
    <section aria-label="Positions that are open" className="grid gap-2">
      <div className="flex items-baseline justify-between">
        <h2 className="font-semibold">Open positions</h2>
        <PlaceLink href="/positions" className="text-accent hover:underline">
          {total > SHOWN ? `All ${total}` : 'All'}
        </PlaceLink>
      </div>
      {items.length === 0 ? (
        <Empty title="Nothing is open">
          An approved signal opens a position on each account that follows its strategy. Send an alert to a
          strategy’s webhook address to see one.
        </Empty>
      ) : (
        <GridTable label="Open positions" columns={BRIEF_COLUMNS} room="desk:min-w-[660px]" head={BRIEF_HEAD}>
          {items.slice(0, SHOWN).map((item) => (
            <PositionRow key={item.id} position={item} isBrief />
          ))}
        </GridTable>
      )}
    </section>
  );
}

/** Positions that meet an exit condition, are being closed, or are close to one; absent when there is none. */
export function NearExit({ first }: { first: Page }) {
  const near = usePositions(first).items.filter(isNear);
  if (near.length === 0) return null;
  return (
    <Card title="At or near an exit">
      <ul>
        {near.slice(0, SHOWN).map((item) => (
          <li
            key={item.id}
            className="relative flex items-baseline justify-between gap-3 border-line border-b px-3.5 py-2 last:border-0 hover:bg-raised"
          >
            <span>
              <PlaceLink
                href={`/positions?id=${item.id}`}
                className="font-semibold after:absolute after:inset-0"
              >
                {item.symbol}
              </PlaceLink>{' '}
              <span className="text-text-2">{item.account}</span>
            </span>
            <span className="text-right text-text-2">
              <NextExit position={item} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
