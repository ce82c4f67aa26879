'use client';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '../api.ts';
import type { Outputs } from '../outputs.ts';
import { Named, Row, RowName, Rows } from '../rows.tsx';
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

/** What it is instead of active. */
function Stopped({ status }: { status: string }) {
  if (status === 'ACTIVE') return null;
  return <Badge tone={STATUS[status]?.tone}>{STATUS[status]?.word ?? status}</Badge>;
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
          <RowName href={`/strategies/${item.id}`} name={item.name}>
            <Stopped status={item.status} /> {item.visibility === 'SHARED' ? <Badge>Shared</Badge> : null}
          </RowName>
          <span className="text-text-2">
            {sidesWord(item.sides)}
            {item.allowedSymbols ? ` · ${item.allowedSymbols.slice(0, 3).join(', ')}` : ''}
          </span>
          <Named name="Webhooks" className="desk:text-right">
            {item.sources}
          </Named>
          <Named name="Accounts" className="desk:text-right">
            {item.followers === 0 ? <span className="text-warn">none follows</span> : item.followers}
          </Named>
          <Named name="Last alert" className="text-text-2 desk:text-right">
            {item.lastAlertAt ? <Time at={item.lastAlertAt} /> : 'none yet'}
          </Named>
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
        names={['Strategy', 'By', 'Trades', 'My accounts']}
        right={[3]}
      >
        {items.map((item) => (
          <Row key={item.id} columns={SHARED_COLUMNS}>
            <RowName href={`/strategies/${item.id}`} name={item.name}>
              <Stopped status={item.status} />
            </RowName>
            <Named name="By" className="text-text-2">
              {item.owner}
            </Named>
            <span className="text-text-2">{sidesWord(item.sides)}</span>
            <span className="desk:text-right">{item.followed ? 'following' : 'none follows'}</span>
          </Row>
        ))}
      </Rows>
    </section>
  );
}
