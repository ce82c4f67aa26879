'use client';
import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from '../api.ts';
import { Direction } from '../direction.tsx';
import { PlaceLink } from '../place-link.tsx';
import { Strip } from '../strip.tsx';
import { Time } from '../time.tsx';
import { Card } from '../ui/card.tsx';
import { cx } from '../ui/cx.ts';

type Page = inferRouterOutputs<Api>['signals']['list'];

const SHOWN = 6;
const ACTS: Record<string, string> = { EXIT: ' exit', CANCEL: ' cancel', ADD: ' add' };

/** The latest signals and what became of them. */
export function LatestSignals({ first }: { first: Page }) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.signals.list.queryOptions({}, { initialData: first, refetchInterval: 30_000 }),
  );
  return (
    <Card
      title="Latest signals"
      aside={
        <PlaceLink href="/signals" className="text-accent hover:underline">
          All
        </PlaceLink>
      }
    >
      {data.items.length === 0 ? (
        <p className="px-3.5 py-6 text-text-2">
          No signal yet. Send an alert to a strategy’s webhook address, and it shows here with what became of
          it.
        </p>
      ) : null}
      <ul>
        {data.items.slice(0, SHOWN).map((item) => (
          <li
            key={item.id}
            className="relative grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 border-line border-b px-3.5 py-2 last:border-0 hover:bg-raised"
          >
            <span className="pt-px font-mono text-text-3 text-xs">
              <Time at={item.recordedAt} />
            </span>
            <div className="min-w-0">
              <PlaceLink href={`/signals/${item.id}`} className="font-semibold after:absolute after:inset-0">
                {item.symbol}
                {ACTS[item.action] ?? ''}
              </PlaceLink>{' '}
              <Direction value={item.direction} /> <span className="text-text-2">{item.strategy}</span>{' '}
              <span className="text-text-3">{item.timeframe}</span>
              <span className="relative z-10 block w-fit">
                <Strip steps={item.steps} />
              </span>
              <span className={cx('block text-xs', item.refused ? 'text-loss' : 'text-text-2')}>
                {item.outcome}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
