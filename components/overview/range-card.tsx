'use client';
import { useQuery } from '@tanstack/react-query';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { useTRPC } from '../api.ts';
import { Choices } from '../filters.tsx';
import { count, money, percent, timeOfDay, toneOf } from '../format.ts';
import { useNow } from '../now.ts';
import { dayText } from '../results/compact.ts';
import { CurveCard } from '../results/curve-card.tsx';
import { useViewer } from '../viewer.tsx';

type Curves = inferRouterOutputs<Api>['overview']['equity'];
type Results = inferRouterOutputs<Api>['overview']['results'];
export type Span = NonNullable<inferRouterInputs<Api>['overview']['equity']['range']>;

const SPANS = [
  { value: '', name: '30 d' },
  { value: 'today', name: 'Today' },
  { value: '7d', name: '7 d' },
  { value: '90d', name: '90 d' },
  { value: 'all', name: 'All' },
] as const;

const TONE = { gain: 'text-gain', loss: 'text-loss', flat: '' } as const;

/** Results over a span: the curve, how many won, and what one trade brought on average. A card per book. */
export function RangeCard({ span, curves, results }: { span: Span; curves: Curves; results: Results }) {
  const trpc = useTRPC();
  const { timeZone } = useViewer();
  const now = useNow();
  const refetchInterval = 30_000;
  const equity = useQuery(
    trpc.overview.equity.queryOptions({ range: span }, { initialData: curves, refetchInterval }),
  ).data;
  const summed = useQuery(
    trpc.overview.results.queryOptions(
      { range: span === 'today' ? '1d' : span },
      { initialData: results, refetchInterval },
    ),
  ).data;
  const label = (at: string) => (span === 'today' ? timeOfDay(new Date(at), timeZone, now) : dayText(at));
  const books = equity.length > 0 ? equity : [{ environment: 'PAPER', currency: 'USD', points: [] }];
  return (
    <section aria-label="Results" className="grid gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">Results</h2>
        <Choices name="Span" param="span" choices={SPANS} />
      </div>
      {books.map((book) => (
        <CurveCard
          key={`${book.environment}${book.currency}`}
          title={`Equity curve${books.length > 1 ? `, ${book.environment.toLowerCase()} ${book.currency}` : ''}`}
          points={book.points}
          currency={book.currency}
          label={label}
          empty={span === 'today' ? 'No trade has closed today.' : 'There is no result in this span yet.'}
          aside={
            <Summary
              result={summed.find(
                (one) => one.environment === book.environment && one.currency === book.currency,
              )}
            />
          }
        />
      ))}
    </section>
  );
}

function Summary({ result }: { result: Results[number] | undefined }) {
  if (!result || result.trades === 0 || !result.winRate || !result.average) return null;
  return (
    <span className="text-text-2">
      {percent(result.winRate)} won of {count(result.trades, 'trade')} · average{' '}
      <span className={TONE[toneOf(result.average)]}>
        {money(result.average, result.currency, { sign: true })}
      </span>
    </span>
  );
}
