'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api.ts';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { discrepancyWord, factsText, resolutionSentence } from './words.ts';

/** Where the account and its broker disagree, or did. */
export function Discrepancies({ accountId }: { accountId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.accounts.discrepancies.queryOptions({ accountId, withResolved: true }));
  if (!data || data.length === 0) return null;
  return (
    <ul aria-label="Differences" className="border-t border-line">
      {data.map((one) => (
        <li key={one.id} className="border-b border-line px-3.5 py-2.5 last:border-0">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <b className="font-medium">{one.symbol ?? 'Account'}</b> {discrepancyWord(one.code)}
            <Badge tone={one.resolvedAt ? 'plain' : 'loss'}>{one.resolvedAt ? 'settled' : 'open'}</Badge>
            <span className="grow text-right text-text-3 text-xs">
              <Time at={one.foundAt} />
            </span>
          </p>
          <p className="text-text-2">
            Ours: {factsText(one.ours)}. The broker: {factsText(one.theirs)}.
            {one.resolution ? ` ${resolutionSentence(one.resolution)}` : ''}
          </p>
        </li>
      ))}
    </ul>
  );
}
