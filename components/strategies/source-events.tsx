'use client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useTRPC } from '../api.ts';
import { Choices } from '../filters.tsx';
import { MoreButton } from '../more-button.tsx';
import type { Outputs } from '../outputs.ts';
import { PlaceLink } from '../place-link.tsx';
import { Empty, Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { ListShape } from '../ui/shape.tsx';

type Event = Outputs['sources']['events']['items'][number];

const VERDICTS: Record<string, { word: string; tone: Tone }> = {
  ACCEPTED: { word: 'Accepted', tone: 'gain' },
  DUPLICATE: { word: 'Duplicate', tone: 'plain' },
  REARM: { word: 'Too soon', tone: 'plain' },
  REFUSED: { word: 'Refused', tone: 'loss' },
  TEST: { word: 'Dry run', tone: 'accent' },
};
const STATUSES = ['ACCEPTED', 'DUPLICATE', 'REARM', 'REFUSED', 'TEST'] as const;

/** What arrived at the strategy's webhooks, newest first, with its verdict. */
export function SourceEvents({ strategyId }: { strategyId: string }) {
  const trpc = useTRPC();
  const params = useSearchParams();
  const { data: sources } = useQuery(trpc.sources.list.queryOptions({ strategyId }));
  if (!sources) return <ListShape label="Loading the event log" />;
  const source = sources.find((one) => one.id === params.get('source')) ?? sources[0];
  if (!source)
    return <Empty title="No webhook yet">Make a webhook first; what arrives at it shows here.</Empty>;
  return (
    <>
      <div className="flex flex-wrap gap-3">
        {sources.length > 1 ? (
          <Choices
            name="Webhook"
            param="source"
            choices={sources.map((one, index) => ({ value: index === 0 ? '' : one.id, name: one.name }))}
          />
        ) : null}
        <Choices
          name="Verdict"
          param="status"
          choices={[
            { value: '', name: 'All' },
            ...STATUSES.map((value) => ({ value, name: VERDICTS[value]?.word ?? value })),
          ]}
        />
      </div>
      <EventList id={source.id} status={STATUSES.find((one) => one === params.get('status')) ?? null} />
    </>
  );
}

function EventList({ id, status }: { id: string; status: (typeof STATUSES)[number] | null }) {
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.sources.events.infiniteQueryOptions(
      { id, status },
      { getNextPageParam: (page) => page.nextCursor, refetchInterval: 5_000 },
    ),
  );
  if (query.isError && !query.data) {
    return (
      <Failed
        what="The event log could not be loaded"
        stillTrue="Alerts are taken and recorded all the same."
        retry={() => void query.refetch()}
      />
    );
  }
  if (!query.data) return <ListShape label="Loading the event log" />;
  const items = query.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return status ? (
      <Empty title="Nothing with this verdict">Choose All to see everything that arrived.</Empty>
    ) : (
      <Empty title="Nothing arrived yet">
        Every request to the webhook’s address shows here within seconds, refused ones too, with what was
        wrong.
      </Empty>
    );
  }
  return (
    <>
      <ul aria-label="Event log" className="overflow-hidden rounded-lg border border-line bg-surface">
        {items.map((event) => (
          <EventRow key={`${event.receivedAt.getTime()}-${event.id}`} event={event} />
        ))}
      </ul>
      <MoreButton what="older events" query={query} />
    </>
  );
}

function EventRow({ event }: { event: Event }) {
  const verdict = VERDICTS[event.status];
  const what = [event.symbol, event.action?.toLowerCase(), event.direction?.toLowerCase(), event.timeframe]
    .filter(Boolean)
    .join(' ');
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-3 gap-y-0.5 border-b border-line px-3.5 py-2.5 last:border-0 desk:grid-cols-[116px_92px_minmax(0,200px)_minmax(0,1fr)_auto]">
      <span className="font-mono text-text-3 text-xs">
        <Time at={event.receivedAt} />
      </span>
      <span>
        <Badge tone={verdict?.tone}>{verdict?.word ?? event.status}</Badge>
      </span>
      <span className="col-start-2 font-medium desk:col-start-auto">
        {event.signalId ? (
          <PlaceLink href={`/signals/${event.signalId}`} className="text-accent hover:underline">
            {what || 'Signal'}
          </PlaceLink>
        ) : (
          what || 'not readable'
        )}
      </span>
      <span
        className={`col-start-2 desk:col-start-auto ${event.status === 'REFUSED' ? 'text-loss' : 'text-text-2'}`}
      >
        {event.message ?? (event.indicator ? `by ${event.indicator}` : '')}
      </span>
      <span
        className="col-start-2 text-text-3 text-xs desk:col-start-auto desk:text-right"
        title={`Request ${event.requestId}`}
      >
        {event.address ? `from ${event.address} · ` : ''}answered {event.httpStatus}
        {event.processingUs === null ? '' : ` in ${(event.processingUs / 1000).toFixed(1)} ms`}
      </span>
    </li>
  );
}
