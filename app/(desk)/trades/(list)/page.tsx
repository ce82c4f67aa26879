import type { Metadata } from 'next';
import { Choices, SymbolFilter } from '../../../../components/filters.tsx';
import { TradeList } from '../../../../components/trade-list.tsx';
import { pageApi } from '../../../server-api.ts';

export const metadata: Metadata = { title: 'Trades' };

type Search = Promise<{ symbol?: string; state?: string }>;

export default async function TradesPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams;
  const state = search.state === 'ended' ? ('ended' as const) : ('live' as const);
  const filter = { state, symbol: search.symbol?.slice(0, 40) || null };
  const api = await pageApi();
  const first = await api.trades.list(filter);
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="grow font-semibold text-[22px]">Trades</h1>
        <Choices
          name="State"
          param="state"
          choices={[
            { value: '', name: 'Open' },
            { value: 'ended', name: 'Closed' },
          ]}
        />
        <SymbolFilter />
      </div>
      <TradeList
        key={JSON.stringify(filter)}
        filter={filter}
        first={first}
        title={state === 'live' ? 'Open trades' : 'Closed trades'}
      />
    </>
  );
}
