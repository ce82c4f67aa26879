'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import { PlaceLink } from '../place-link.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { EditSubscription } from './follow-dialog.tsx';
import type { Subscription } from './subscription-fields.tsx';
import { orderText, sidesWord, sizingText } from './words.ts';

interface Props {
  item: Subscription;
  rulesOpen: boolean;
  onRules: () => void;
}

/** One account that follows: in words, with what can be changed. */
export function SubscriptionRow({ item, rulesOpen, onRules }: Props) {
  const trpc = useTRPC();
  const [editing, setEditing] = useState(false);
  const status = useAct(trpc.subscriptions.setStatus.mutationOptions());
  const paused = item.status !== 'ACTIVE';
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-3.5 py-2.5 last:border-0">
      <div className="min-w-0 grow basis-72">
        <PlaceLink href={`/brokers/${item.accountId}`} className="font-semibold hover:underline">
          {item.account}
        </PlaceLink>{' '}
        {paused ? <Badge tone="warn">Paused</Badge> : null}{' '}
        {item.ownRules ? <Badge>own exit rules</Badge> : null}
        {!item.strategyOwned && item.strategyVisibility === 'PRIVATE' ? (
          <Badge tone="warn">no longer shared</Badge>
        ) : null}
        <p className="text-text-2">
          {sizingText(item)} ·{' '}
          {item.direction === 'BOTH' ? 'both sides' : sidesWord(item.direction).toLowerCase()} ·{' '}
          {orderText(item)}
          {item.rebuys ? ' · buys more' : ''}
          {item.openTrades > 0 ? ` · ${count(item.openTrades, 'open trade')}` : ''}
        </p>
        <Problem text={status.problem} />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button aria-label={`Change how ${item.account} follows`} onClick={() => setEditing(true)}>
          Change…
        </Button>
        <Button aria-expanded={rulesOpen} aria-label={`Exit rules of ${item.account}`} onClick={onRules}>
          Exit rules
        </Button>
        <Button
          aria-label={`${paused ? 'Resume' : 'Pause'} ${item.account}`}
          title={paused ? 'Entries are taken again' : 'No entries; what is open goes on to its exit'}
          disabled={status.busy}
          onClick={() => void status.run({ id: item.id, status: paused ? 'ACTIVE' : 'PAUSED' })}
        >
          {paused ? 'Resume' : 'Pause'}
        </Button>
      </div>
      {editing ? <EditSubscription of={item} onClose={() => setEditing(false)} /> : null}
    </li>
  );
}
