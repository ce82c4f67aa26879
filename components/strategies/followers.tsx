'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api.ts';
import { Empty, Failed } from '../states.tsx';
import { ListShape } from '../ui/shape.tsx';
import { ExitRulesAt } from './exit-rules-at.tsx';
import { FollowButton } from './follow-dialog.tsx';
import { SubscriptionRow } from './subscription-row.tsx';

/** The accounts that follow, each with its size, sides, orders and rules of its own. */
export function Followers({ strategyId }: { strategyId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.subscriptions.list.queryOptions({ strategyId }));
  const [rulesOf, setRulesOf] = useState<string | null>(null);
  if (query.isError && !query.data) {
    return (
      <Failed
        what="The following accounts could not be loaded"
        stillTrue="They trade all the same."
        retry={() => void query.refetch()}
      />
    );
  }
  if (!query.data) return <ListShape rows={3} label="Loading accounts" />;
  const items = query.data;
  const follow = <FollowButton strategyId={strategyId} following={items.map((item) => item.accountId)} />;
  if (items.length === 0) {
    return (
      <Empty title="No account of yours follows it" action={follow}>
        An account that follows trades every alert of this strategy, in its own size and within its own
        limits.
      </Empty>
    );
  }
  return (
    <>
      <div className="flex justify-end">{follow}</div>
      <ul
        aria-label="Accounts that follow"
        className="overflow-hidden rounded-lg border border-line bg-surface"
      >
        {items.map((item) => (
          <SubscriptionRow
            key={item.id}
            item={item}
            rulesOpen={rulesOf === item.id}
            onRules={() => setRulesOf(rulesOf === item.id ? null : item.id)}
          />
        ))}
      </ul>
      {rulesOf ? <ExitRulesAt key={rulesOf} layer="SUBSCRIPTION" id={rulesOf} /> : null}
    </>
  );
}
