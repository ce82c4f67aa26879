import type { Metadata } from 'next';
import { SymbolFilter } from '../../../components/filters.tsx';
import { PositionList } from '../../../components/positions/position-list.tsx';
import { CsvLink } from '../../../components/table/csv-link.tsx';
import { AccountSelect, UrlSelect } from '../../../components/table/url-select.tsx';
import { pageApi } from '../../server-api.ts';
import { chosen, uuidOf } from '../search.ts';

export const metadata: Metadata = { title: 'Positions' };

const SORTS = [
  { value: '', name: 'Nearest exit first' },
  { value: 'best', name: 'Best result first' },
  { value: 'worst', name: 'Worst result first' },
  { value: 'newest', name: 'Latest first' },
  { value: 'symbol', name: 'By symbol' },
] as const;

type Search = Promise<{ symbol?: string; account?: string; sort?: string }>;

export default async function PositionsPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams;
  const filter = {
    symbol: search.symbol?.slice(0, 40) || null,
    account: uuidOf(search.account),
    sort: chosen(search.sort, ['exit', 'best', 'worst', 'newest', 'symbol']),
  };
  const api = await pageApi();
  const [first, accounts] = await Promise.all([api.positions.list(filter), api.overview.accounts()]);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto font-semibold text-[22px]">Positions</h1>
        <AccountSelect accounts={accounts} />
        <UrlSelect name="Order" param="sort" options={SORTS} />
        <SymbolFilter />
        <CsvLink kind="positions" filter={{ symbol: filter.symbol, account: filter.account }} />
      </div>
      <PositionList key={JSON.stringify(filter)} filter={filter} first={first} />
    </>
  );
}
