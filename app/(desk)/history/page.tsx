import type { Metadata } from 'next';
import { Choices, SymbolFilter } from '../../../components/filters.tsx';
import { ClosedList } from '../../../components/history/closed-list.tsx';
import { HistoryResults } from '../../../components/history/history-results.tsx';
import { LotList } from '../../../components/history/lot-list.tsx';
import { CsvLink } from '../../../components/table/csv-link.tsx';
import { AccountSelect, UrlSelect } from '../../../components/table/url-select.tsx';
import { pageApi } from '../../server-api.ts';
import { chosen, uuidOf } from '../search.ts';
import { BOOKS, EXITS, RANGES, SORTS, VIEWS } from './filters.ts';

export const metadata: Metadata = { title: 'History' };

type Name = 'view' | 'range' | 'account' | 'book' | 'symbol' | 'exit' | 'sort' | 'year';
type Search = Partial<Record<Name, string>>;
type Api = Awaited<ReturnType<typeof pageApi>>;

export default async function HistoryPage({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const api = await pageApi();
  const [books, accounts] = await Promise.all([api.history.books(), api.overview.accounts()]);
  const book = books.find((one) => `${one.environment}-${one.currency}` === search.book) ??
    books[0] ?? { environment: 'PAPER' as const, currency: 'USD' };
  const filter = {
    ...book,
    account: uuidOf(search.account),
    range: chosen(search.range, ['30d', '7d', '90d', '365d', 'all']),
    symbol: search.symbol?.slice(0, 40) || null,
  };
  const view = chosen(search.view, ['results', 'trades', 'lots']);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto font-semibold text-[22px]">History</h1>
        <Choices name="View" param="view" choices={VIEWS} />
        {books.length > 1 ? <UrlSelect name="Book" param="book" options={BOOKS(books)} /> : null}
        {view === 'lots' ? null : <UrlSelect name="Span" param="range" options={RANGES} />}
        <AccountSelect
          accounts={accounts.filter(
            (one) => one.environment === book.environment && one.currency === book.currency,
          )}
        />
        {view === 'trades' ? <UrlSelect name="Exit" param="exit" options={EXITS} /> : null}
        {view === 'trades' ? <UrlSelect name="Order" param="sort" options={SORTS} /> : null}
        {view === 'results' ? null : <SymbolFilter />}
      </div>
      {view === 'results' ? <Results api={api} filter={filter} /> : null}
      {view === 'trades' ? <Trades api={api} filter={filter} search={search} /> : null}
      {view === 'lots' ? <Lots api={api} filter={filter} search={search} /> : null}
      <Exports filter={filter} year={search.year} />
    </>
  );
}

interface Filter {
  environment: 'PAPER' | 'LIVE';
  currency: string;
  account: string | null;
  range: '30d' | '7d' | '90d' | '365d' | 'all';
  symbol: string | null;
}

async function Results({ api, filter }: { api: Api; filter: Filter }) {
  const { symbol: _, ...wanted } = filter;
  const first = await api.history.results(wanted);
  return <HistoryResults key={JSON.stringify(wanted)} filter={wanted} first={first} />;
}

async function Trades({ api, filter, search }: { api: Api; filter: Filter; search: Search }) {
  const exit = EXITS.find((one) => one.value !== '' && one.value === search.exit)?.value ?? null;
  const wanted = { ...filter, reason: exit, sort: chosen(search.sort, ['newest', 'best', 'worst']) };
  const first = await api.history.closed(wanted);
  return <ClosedList key={JSON.stringify(wanted)} filter={wanted} first={first} />;
}

async function Lots({ api, filter, search }: { api: Api; filter: Filter; search: Search }) {
  const asked = Number(search.year);
  const year = Number.isInteger(asked) && asked >= 1990 && asked <= 2200 ? asked : null;
  const { range: _, ...wanted } = { ...filter, year };
  const first = await api.history.lots(wanted);
  const years = first.years.map((one, index) => ({
    value: index === 0 ? '' : String(one.year),
    name: String(one.year),
  }));
  return (
    <>
      {years.length > 1 ? (
        <div>
          <UrlSelect name="Tax year" param="year" options={years} />
        </div>
      ) : null}
      <LotList
        key={JSON.stringify(wanted)}
        filter={wanted}
        first={first}
        year={year ?? first.years[0]?.year}
      />
    </>
  );
}

function Exports({ filter, year }: { filter: Filter; year: string | undefined }) {
  const { environment, currency, account, range, symbol } = filter;
  return (
    <section aria-label="Exports" className="flex flex-wrap items-center gap-2">
      <h2 className="mr-1 text-text-2">As files</h2>
      <CsvLink kind="trades" name="Trades" filter={{ environment, currency, account, range, symbol }} />
      <CsvLink kind="fills" name="Fills" filter={{}} />
      <CsvLink kind="lots" name="Tax lots" filter={{ environment, currency, account, symbol, year }} />
    </section>
  );
}
