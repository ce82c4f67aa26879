'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api.ts';
import { count, decimalsOf, price, quantity } from '../format.ts';
import { classWord } from '../limit-words.ts';
import type { Outputs } from '../outputs.ts';
import { Named, Row, Rows } from '../rows.tsx';
import { Empty, Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { Search } from '../ui/search.tsx';
import { Markets } from './markets.tsx';

type Instrument = Outputs['instruments']['list']['items'][number];

const COLUMNS = 'desk:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_110px_110px_130px_minmax(0,1fr)]';

interface Props {
  markets: Outputs['instruments']['markets'];
  first: Outputs['instruments']['list'];
}

/** What can be traded, and when its markets are open. */
export function InstrumentsView({ markets, first }: Props) {
  const trpc = useTRPC();
  const [symbol, setSymbol] = useState('');
  const query = useQuery(
    trpc.instruments.list.queryOptions(
      { symbol: symbol || null },
      {
        ...(symbol === '' ? { initialData: first } : {}),
        placeholderData: keepPreviousData,
        refetchInterval: 5_000,
      },
    ),
  );
  const items = query.data?.items ?? [];
  return (
    <>
      <h1 className="font-semibold text-[22px]">Instruments and calendars</h1>
      <Markets first={markets} />
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="grow font-semibold">Instruments</h2>
        <Search label="Symbol" className="w-40" maxLength={40} value={symbol} onChange={setSymbol} />
      </div>
      {query.isError ? (
        <Failed
          what="Instruments could not be asked for"
          stillTrue="What shows is from before."
          retry={() => void query.refetch()}
        />
      ) : null}
      {items.length === 0 ? (
        <Empty title="No such instrument">Take the search away to see all of them.</Empty>
      ) : (
        <Rows
          label="Instruments"
          columns={COLUMNS}
          names={['Symbol', 'Market', 'Tick', 'Lot', 'Last price', 'Priced']}
          right={[2, 3, 4]}
        >
          {items.map((item) => (
            <InstrumentRow key={item.id} item={item} />
          ))}
        </Rows>
      )}
      {query.data?.nextCursor ? (
        <p className="text-text-2">
          {count(items.length, 'instrument')} show. Search by symbol for the others.
        </p>
      ) : null}
    </>
  );
}

function InstrumentRow({ item }: { item: Instrument }) {
  return (
    <Row columns={COLUMNS}>
      <span className="min-w-0 grow">
        <b className="font-semibold">{item.symbol}</b>{' '}
        {item.status === 'ACTIVE' ? null : (
          <Badge tone="warn">{item.status === 'FROZEN' ? 'Frozen' : 'Delisted'}</Badge>
        )}
        {item.simulated ? <Badge>simulated</Badge> : null}
      </span>
      <span className="text-text-2">
        {item.market === 'CRYPTO' ? '' : `${item.market} · `}
        {classWord(item.assetClass)} · {item.currency}
      </span>
      <Named name="Tick" className="desk:text-right">
        {quantity(item.tickSize)}
      </Named>
      <Named name="Lot" className="desk:text-right">
        {quantity(item.lotSize)}
      </Named>
      <Named name="Last" className="desk:text-right">
        {item.last ? price(item.last, decimalsOf(item.tickSize)) : '–'}
      </Named>
      <Named name="Priced" className="text-text-2">
        {item.quotedAt ? <Time at={item.quotedAt} /> : 'not yet'}
      </Named>
    </Row>
  );
}
