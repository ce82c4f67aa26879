import type { Metadata } from 'next';
import { Attention } from '../../../components/overview/attention.tsx';
import { LatestSignals } from '../../../components/overview/latest-signals.tsx';
import { NearExit, OpenPositions } from '../../../components/overview/open-positions.tsx';
import { RangeCard } from '../../../components/overview/range-card.tsx';
import { TodayAccounts, TodayFigures } from '../../../components/overview/today.tsx';
import { pageApi } from '../../server-api.ts';
import { chosen } from '../search.ts';

export const metadata: Metadata = { title: 'Overview' };

export default async function OverviewPage({ searchParams }: { searchParams: Promise<{ span?: string }> }) {
  const span = chosen((await searchParams).span, ['30d', 'today', '7d', '90d', 'all']);
  const { overview, positions, signals } = await pageApi();
  const [today, closes, attention, open, latest, curves, results] = await Promise.all([
    overview.today(),
    overview.equity({ range: 'today' }),
    overview.attention(),
    positions.list({ sort: 'exit' }),
    signals.list({}),
    overview.equity({ range: span }),
    overview.results({ range: span === 'today' ? '1d' : span }),
  ]);
  return (
    <>
      <h1 className="sr-only">Overview</h1>
      <Attention first={attention} />
      <TodayFigures first={today} curves={closes} />
      <div className="grid items-start gap-4 min-[1400px]:grid-cols-[minmax(0,2.6fr)_minmax(0,1fr)]">
        <div className="grid gap-4">
          <OpenPositions first={open} />
          <RangeCard key={span} span={span} curves={curves} results={results} />
        </div>
        <div className="grid gap-4">
          <NearExit first={open} />
          <LatestSignals first={latest} />
          <TodayAccounts first={today} />
        </div>
      </div>
    </>
  );
}
