'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api.ts';
import { Failed } from '../states.tsx';
import { Bar } from '../ui/shape.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { BreakdownTable } from './breakdown-table.tsx';
import type { HistoryFilter } from './history-results.tsx';
import { SourcesTable } from './sources-table.tsx';

const BY = [
  { value: 'STRATEGY', name: 'Strategy' },
  { value: 'SOURCE', name: 'Source' },
  { value: 'SYMBOL', name: 'Symbol' },
  { value: 'EXIT_REASON', name: 'Exit' },
] as const;
type By = (typeof BY)[number]['value'];

/** Where the result of a span came from. */
export function Breakdown({ filter }: { filter: HistoryFilter }) {
  const [by, setBy] = useState<By>('STRATEGY');
  return (
    <section
      aria-label="Where it came from"
      className="overflow-hidden rounded-lg border border-line bg-surface"
    >
      <div className="flex flex-wrap items-center justify-between gap-2 border-line border-b px-3.5 py-2">
        <h2 className="font-semibold">Where it came from</h2>
        <Tabs name="By" choices={BY} chosen={by} onChoose={setBy} />
      </div>
      {by === 'SOURCE' ? <Sources filter={filter} /> : <Closed filter={filter} by={by} />}
    </section>
  );
}

function Closed({ filter, by }: { filter: HistoryFilter; by: Exclude<By, 'SOURCE'> }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.history.breakdown.queryOptions({ ...filter, by }, { placeholderData: keepPreviousData }),
  );
  if (query.isError && !query.data) return <Lost retry={() => void query.refetch()} />;
  if (!query.data) return <Bar className="m-3.5 h-24" />;
  return <BreakdownTable lines={query.data} currency={filter.currency} by={by} />;
}

function Sources({ filter }: { filter: HistoryFilter }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.history.sources.queryOptions(filter));
  if (query.isError && !query.data) return <Lost retry={() => void query.refetch()} />;
  if (!query.data) return <Bar className="m-3.5 h-24" />;
  return <SourcesTable lines={query.data} currency={filter.currency} />;
}

const Lost = ({ retry }: { retry: () => void }) => (
  <Failed what="This part could not be loaded" stillTrue="The figures above are right." retry={retry} />
);
