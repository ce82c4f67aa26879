'use client';
import { useQuery } from '@tanstack/react-query';
import { usePathname } from 'next/navigation';
import { useTRPC } from '../api.ts';
import { PlaceLink } from '../place-link.tsx';
import { useViewer } from '../viewer.tsx';
import { STEPS, stateOf } from './steps.ts';

/** On every page until the first trade is filled: how far it is, and the next step. */
export function FirstVisitBar() {
  const { role } = useViewer();
  const path = usePathname();
  // an admin and a researcher are here for something else
  if (role !== 'user' || path === '/start') return null;
  return <NextStep />;
}

function NextStep() {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.firstVisit.progress.queryOptions(undefined, {
      // once there, there for good
      enabled: (query) => query.state.data?.finished !== true,
    }),
  );
  if (!data || data.finished) return null;
  const { done, next } = stateOf(data);
  if (!next) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-accent-soft px-3.5 py-2 desk:px-6">
      <span className="grow">
        First trade: {done} of {STEPS.length} steps done. Next: {next.name.toLowerCase()}.
      </span>
      <PlaceLink href="/start" className="font-medium text-accent hover:underline">
        Continue
      </PlaceLink>
    </div>
  );
}
