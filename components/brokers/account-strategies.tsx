'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api.ts';
import { PlaceLink } from '../place-link.tsx';
import { sizingText } from '../strategies/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';

/** What the account follows. */
export function AccountStrategies({ accountId }: { accountId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.subscriptions.list.queryOptions({ accountId }));
  return (
    <Card
      title="Follows"
      aside={
        <PlaceLink href="/strategies" className="text-accent hover:underline">
          Strategies
        </PlaceLink>
      }
    >
      {data?.length === 0 ? (
        <p className="p-3.5 text-text-2">No strategy. Open one and let this account follow it.</p>
      ) : null}
      <ul>
        {(data ?? []).map((item) => (
          <li
            key={item.id}
            className="flex flex-wrap justify-between gap-x-3 border-b border-line px-3.5 py-2 last:border-0"
          >
            <span>
              <PlaceLink
                href={`/strategies/${item.strategyId}${item.strategyOwned ? '?show=accounts' : ''}`}
                className="text-accent hover:underline"
              >
                {item.strategy}
              </PlaceLink>{' '}
              {item.status === 'ACTIVE' ? null : <Badge tone="warn">Paused</Badge>}
            </span>
            <span className="text-text-2">{sizingText(item)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
