'use client';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import type { Outputs } from '../outputs.ts';
import { PlaceLink } from '../place-link.tsx';
import { Named, Row, Rows } from '../rows.tsx';
import { Empty, Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { NewStrategy } from './new-strategy.tsx';
import { STATUS, sidesWord } from './words.ts';

type Strategies = Outputs['strategies']['list'];

/** Own strategies, and those that others share. */
export function StrategyList({ first }: { first: Strategies }) {
  const trpc = useTRPC();
  const router = useRouter();
  const query = useQuery(trpc.strategies.list.queryOptions(undefined, { initialData: first }));
  const { own, shared } = query.data;
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="grow font-semibold text-[22px]">Strategies</h1>
        <NewStrategy onMade={(id) => router.push(`/strategies/${id}`)} />
      </div>
      {query.isError ? (
        <Failed
          what="Strategies could not be asked for again"
          stillTrue="What shows is from before; alerts are taken all the same."
          retry={() => void query.refetch()}
        />
      ) : null}
      {own.length === 0 ? (
        <Empty title="No strategy yet">
          A strategy receives the alerts of one idea and hands them to every account that follows it. Make
          one, and it gets an address for TradingView.
        </Empty>
      ) : (
        <OwnStrategies items={own} />
      )}
      {shared.length > 0 ? <SharedStrategies items={shared} /> : null}
    </>
  );
}

const OWN_COLUMNS = 'desk:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)_110px_140px_150px]';

function OwnStrategies({ items }: { items: Strategies['own'] }) {
  return (
    <Rows
      label="My strategies"
      columns={OWN_COLUMNS}
      names={['Strategy', 'Trades', 'Webhooks', 'My accounts', 'Last alert']}
      right={[2, 3, 4]}
    >
      {items.map((item) => (
        <Row key={item.id} columns={OWN_COLUMNS}>
          <span className="min-w-0 grow basis-full desk:basis-auto">
            <PlaceLink
              href={`/strategies/${item.id}`}
              className="font-semibold after:absolute after:inset-0 focus-visible:after:outline-2"
            >
              {item.name}
            </PlaceLink>{' '}
            {item.status === 'ACTIVE' ? null : (
              <Badge tone={STATUS[item.status]?.tone}>{STATUS[item.status]?.word ?? item.status}</Badge>
            )}{' '}
            {item.visibility === 'SHARED' ? <Badge>Shared</Badge> : null}
          </span>
          <span className="text-text-2">
            {sidesWord(item.sides)}
            {item.allowedSymbols ? ` · ${item.allowedSymbols.slice(0, 3).join(', ')}` : ''}
          </span>
          <Named name="Webhooks" className="desk:text-right">
            {item.sources}
          </Named>
          <Named name="Accounts" className="desk:text-right">
            {item.followers === 0 ? (
              <span className="text-warn">none follows</span>
            ) : (
              count(item.followers, 'account')
            )}
          </Named>
          <span className="text-text-2 desk:text-right">
            {item.lastAlertAt ? <Time at={item.lastAlertAt} /> : 'no alert yet'}
          </span>
        </Row>
      ))}
    </Rows>
  );
}

const SHARED_COLUMNS = 'desk:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)_minmax(0,1fr)_150px]';

function SharedStrategies({ items }: { items: Strategies['shared'] }) {
  return (
    <section className="grid gap-2" aria-label="Shared by others">
      <h2 className="mt-2 font-semibold">Shared by others</h2>
      <Rows
        label="Shared strategies"
        columns={SHARED_COLUMNS}
        names={['Strategy', 'Of', 'Trades', 'Mine']}
        right={[3]}
      >
        {items.map((item) => (
          <Row key={item.id} columns={SHARED_COLUMNS}>
            <span className="min-w-0 grow basis-full desk:basis-auto">
              <PlaceLink
                href={`/strategies/${item.id}`}
                className="font-semibold after:absolute after:inset-0 focus-visible:after:outline-2"
              >
                {item.name}
              </PlaceLink>{' '}
              {item.status === 'ACTIVE' ? null : (
                <Badge tone={STATUS[item.status]?.tone}>{STATUS[item.status]?.word ?? item.status}</Badge>
              )}
            </span>
            <Named name="Of" className="text-text-2">
              {item.owner}
            </Named>
            <span className="text-text-2">{sidesWord(item.sides)}</span>
            <span className="desk:text-right">{item.followed ? 'I follow it' : 'Not followed'}</span>
          </Row>
        ))}
      </Rows>
    </section>
  );
}
