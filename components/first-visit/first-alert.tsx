'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api.ts';
import { TestAlert } from '../strategies/test-alert.tsx';
import { Bar } from '../ui/shape.tsx';

/** The form that sends an alert, filled in for an instrument that trades day and night. */
export function FirstAlert({ strategyId }: { strategyId: string }) {
  const trpc = useTRPC();
  const { data: sources } = useQuery(trpc.sources.list.queryOptions({ strategyId }));
  const { data: followers } = useQuery(trpc.subscriptions.list.queryOptions({ strategyId }));
  if (!sources || !followers) return <Bar className="h-20 w-full" />;
  return (
    <div className="w-full">
      <TestAlert sources={sources} followers={followers.length} />
    </div>
  );
}
