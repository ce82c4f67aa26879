import type { Metadata } from 'next';
import { Choices, SymbolFilter } from '../../../../components/filters.tsx';
import { SignalList } from '../../../../components/signal-list.tsx';
import { pageApi } from '../../../server-api.ts';

export const metadata: Metadata = { title: 'Signals' };

const ACTIONS = ['ENTRY', 'EXIT', 'CANCEL', 'ADD'] as const;

type Search = Promise<{ symbol?: string; action?: string }>;

export default async function SignalsPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams;
  const filter = {
    symbol: search.symbol?.slice(0, 40) || null,
    action: ACTIONS.find((action) => action === search.action?.toUpperCase()) ?? null,
  };
  const api = await pageApi();
  const first = await api.signals.list(filter);
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="grow font-semibold text-[22px]">Signals</h1>
        <Choices
          name="Kind"
          param="action"
          choices={[
            { value: '', name: 'All' },
            { value: 'entry', name: 'Entries' },
            { value: 'exit', name: 'Exits' },
          ]}
        />
        <SymbolFilter />
      </div>
      <SignalList key={JSON.stringify(filter)} filter={filter} first={first} />
    </>
  );
}
