'use client';
import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import { PlaceLink } from '../place-link.tsx';
import { Time } from '../time.tsx';
import { cx } from '../ui/cx.ts';

type Items = inferRouterOutputs<Api>['overview']['attention'];

/** More than this are counted. */
const SHOWN = 6;

/** What needs the person, most urgent first; absent when nothing does. */
export function Attention({ first }: { first: Items }) {
  const trpc = useTRPC();
  const { data: items } = useQuery(
    trpc.overview.attention.queryOptions(undefined, { initialData: first, refetchInterval: 5_000 }),
  );
  if (items.length === 0) return null;
  const critical = items.some((item) => item.severity === 'CRITICAL');
  const rest = items.length - SHOWN;
  return (
    <section
      aria-label="Needs attention"
      className={cx(
        'rounded-lg border border-line border-l-[3px] bg-surface px-3.5 py-2.5',
        critical ? 'border-l-loss' : 'border-l-warn',
      )}
    >
      <h2 className="font-semibold">{count(items.length, 'thing needs', 'things need')} you</h2>
      <ul className="mt-1 grid gap-1">
        {items.slice(0, SHOWN).map((item) => (
          <li key={item.key} className="flex items-baseline gap-2 text-text-2">
            <i
              role="img"
              aria-label={item.severity === 'CRITICAL' ? 'Urgent' : 'Warning'}
              className={cx(
                'size-[7px] flex-none rounded-full',
                item.severity === 'CRITICAL' ? 'bg-loss' : 'bg-warn',
              )}
            />
            <span className="min-w-0">
              {item.href ? (
                <PlaceLink href={item.href} className="hover:text-text hover:underline">
                  {item.text}
                </PlaceLink>
              ) : (
                item.text
              )}{' '}
              <span className="text-text-3 text-xs">
                <Time at={item.at} />
              </span>
            </span>
          </li>
        ))}
      </ul>
      {rest > 0 ? <p className="mt-1 text-text-3">and {rest} more</p> : null}
    </section>
  );
}
