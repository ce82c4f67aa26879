import type { Metadata } from 'next';
import { Choices, SymbolFilter } from '../../../components/filters.tsx';
import { OrderList } from '../../../components/orders/order-list.tsx';
import { CsvLink } from '../../../components/table/csv-link.tsx';
import { AccountSelect, UrlSelect } from '../../../components/table/url-select.tsx';
import { pageApi } from '../../server-api.ts';
import { chosen, uuidOf } from '../search.ts';

export const metadata: Metadata = { title: 'Orders' };

const STATES = [
  { value: '', name: 'All' },
  { value: 'working', name: 'Working' },
  { value: 'filled', name: 'Filled' },
  { value: 'ended', name: 'Not filled' },
] as const;

const KINDS = [
  { value: '', name: 'Entries and exits' },
  { value: 'entry', name: 'Entries' },
  { value: 'exit', name: 'Exits' },
] as const;

const SORTS = [
  { value: '', name: 'Newest first' },
  { value: 'oldest', name: 'Oldest first' },
] as const;

type Search = Promise<Partial<Record<'id' | 'state' | 'kind' | 'symbol' | 'account' | 'sort', string>>>;

export default async function OrdersPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams;
  const kind =
    search.kind === 'entry' ? ('ENTRY' as const) : search.kind === 'exit' ? ('EXIT' as const) : null;
  const filter = {
    id: uuidOf(search.id),
    state: chosen(search.state, ['all', 'working', 'filled', 'ended']),
    kind,
    symbol: search.symbol?.slice(0, 40) || null,
    account: uuidOf(search.account),
    sort: chosen(search.sort, ['newest', 'oldest']),
  };
  const api = await pageApi();
  const [first, accounts] = await Promise.all([api.orders.list(filter), api.overview.accounts()]);
  const { state, symbol, account } = filter;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto font-semibold text-[22px]">Orders</h1>
        <Choices name="State" param="state" choices={STATES} />
        <UrlSelect name="Kind" param="kind" options={KINDS} />
        <AccountSelect accounts={accounts} />
        <UrlSelect name="Order" param="sort" options={SORTS} />
        <SymbolFilter />
        <CsvLink kind="orders" filter={{ state, kind, symbol, account }} />
      </div>
      <OrderList key={JSON.stringify(filter)} filter={filter} first={first} />
    </>
  );
}
