'use client';
import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from '../api.ts';
import { Changed } from '../figure.tsx';
import { count, isZero, money, percent, toneOf } from '../format.ts';
import { useLive } from '../live.tsx';
import { Kpi } from '../results/kpi.tsx';
import { Sparkline } from '../results/sparkline.tsx';
import { AccountsCard } from './accounts-card.tsx';
import { LossMeter } from './loss-meter.tsx';

export type Today = inferRouterOutputs<Api>['overview']['today'];
type Curves = inferRouterOutputs<Api>['overview']['equity'];
type Sums = Today['books'][number];

const EVERY_MS = 2_000;

/** The day of all accounts, a figure per environment and currency, moving with the market. */
export function useToday(first: Today): Today {
  const trpc = useTRPC();
  return useQuery(
    trpc.overview.today.queryOptions(undefined, { initialData: first, refetchInterval: EVERY_MS }),
  ).data;
}

/** The first row of figures. */
export function TodayFigures({ first, curves }: { first: Today; curves: Curves }) {
  const trpc = useTRPC();
  const today = useToday(first);
  const { data: closes } = useQuery(
    trpc.overview.equity.queryOptions({ range: 'today' }, { initialData: curves, refetchInterval: 30_000 }),
  );
  const many = today.books.length > 1;
  return (
    <>
      {today.books.map((book) => (
        <div
          key={`${book.environment}${book.currency}`}
          className="grid grid-cols-2 gap-3 desk:grid-cols-[2fr_1fr_1fr]"
        >
          <TodayKpi book={book} many={many} curve={curveOf(closes, book)} />
          <Kpi
            name="Open positions"
            below={
              book.openCount > 0
                ? `${money(book.exposure, book.currency)} exposure · ${percent(book.exposurePercent)} of capital`
                : 'no exposure'
            }
          >
            {book.openCount}
          </Kpi>
          <LossMeter accounts={today.accounts.filter((one) => sameBook(one, book))} />
        </div>
      ))}
    </>
  );
}

interface Place {
  environment: string;
  currency: string;
}

const sameBook = (one: Place, other: Place) =>
  one.environment === other.environment && one.currency === other.currency;

const curveOf = (curves: Curves, book: Place): number[] => [
  0,
  ...(curves.find((one) => sameBook(one, book))?.points ?? []).map((point) => Number(point.value)),
];

const TONE = { gain: 'text-gain', loss: 'text-loss', flat: '' } as const;

function TodayKpi({ book, many, curve }: { book: Sums; many: boolean; curve: number[] }) {
  const tone = useLive().lostAt ? 'flat' : toneOf(book.pnl);
  const whose = `${count(book.accounts, 'account')}${many ? `, ${book.environment.toLowerCase()} ${book.currency}` : ''}`;
  return (
    <Kpi
      name={`Today, ${whose}`}
      tone={tone}
      className="col-span-2 desk:col-span-1"
      below={
        <>
          <span className={TONE[tone]}>{percent(book.pnlPercent, { sign: true })}</span>
          <span className="block">realised {money(book.realised, book.currency, { sign: true })}</span>
          <span className="block">open {money(book.open, book.currency, { sign: true })}</span>
        </>
      }
    >
      <span data-testid="today">
        <Changed value={book.pnl}>{money(book.pnl, book.currency, { sign: true })}</Changed>
      </span>
      {isZero(book.pnl) && curve.length < 2 ? null : (
        <Sparkline values={[...curve, Number(book.pnl)]} className="absolute right-0 bottom-0 h-3/5 w-2/5" />
      )}
    </Kpi>
  );
}

/** Every account's day, with its limit. */
export function TodayAccounts({ first }: { first: Today }) {
  return <AccountsCard accounts={useToday(first).accounts} />;
}
