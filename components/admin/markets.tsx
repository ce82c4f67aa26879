'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api.ts';
import type { Outputs } from '../outputs.ts';
import { Named, Row, Rows } from '../rows.tsx';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';

type Market = Outputs['instruments']['markets'][number];

const COLUMNS = 'desk:grid-cols-[minmax(0,1.3fr)_minmax(0,1.3fr)_minmax(0,1.6fr)_110px_130px]';

/** The markets' calendars, read only: they come with each release. */
export function Markets({ first }: { first: Market[] }) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.instruments.markets.queryOptions(undefined, { initialData: first, refetchInterval: 30_000 }),
  );
  return (
    <Rows
      label="Markets"
      columns={COLUMNS}
      names={['Market', 'Now', 'Short days ahead', 'Instruments', 'Known until']}
      right={[3, 4]}
    >
      {data.map((market) => (
        <Row key={market.code} columns={COLUMNS}>
          <span className="min-w-0 grow basis-full desk:basis-auto">
            <b className="font-semibold">{market.name}</b>
            <span className="block text-text-2">
              {market.code} · {market.timeZone}
            </span>
          </span>
          <span>
            <Badge tone={market.isOpen ? 'accent' : 'plain'}>{market.isOpen ? 'Open' : 'Closed'}</Badge>{' '}
            <span className="text-text-2">{sessionWords(market)}</span>
          </span>
          <Named name="Short days ahead" className="text-text-2">
            {market.special.length === 0 ? 'none' : market.special.map((day) => day.day).join(', ')}
          </Named>
          <Named name="Instruments" className="desk:text-right">
            {market.instruments}
          </Named>
          <Named name="Known until" className="text-text-2 desk:text-right">
            {market.alwaysOpen ? 'always' : (market.calendarUntil ?? 'not known')}
          </Named>
        </Row>
      ))}
    </Rows>
  );
}

function sessionWords(market: Market) {
  if (market.alwaysOpen) return 'day and night';
  if (market.closesAt) {
    return (
      <>
        until <Time at={market.closesAt} />
      </>
    );
  }
  return market.nextOpen ? (
    <>
      opens <Time at={market.nextOpen} />
    </>
  ) : (
    'no session is known'
  );
}
