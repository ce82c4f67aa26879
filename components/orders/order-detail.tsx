'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api.ts';
import { decimalsOf, money, price, quantity, span } from '../format.ts';
import { PlaceLink } from '../place-link.tsx';
import { Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { buttonClass } from '../ui/button.tsx';
import { Bar } from '../ui/shape.tsx';
import { CancelOrder } from './cancel-order.tsx';
import type { Order } from './order-list.tsx';

/** What an order opens to: its ids, what happened to it, its fills, and its cancel. */
export function OrderDetail({ order }: { order: Order }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.orders.get.queryOptions({ id: order.id }));
  if (query.isError && !query.data) {
    return (
      <Failed
        what="The events of this order could not be loaded"
        stillTrue="The order itself is as the list says."
        retry={() => void query.refetch()}
      />
    );
  }
  return (
    <section
      aria-label={`Order ${order.clientId}`}
      className="grid gap-4 bg-bg px-3.5 py-3 desk:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)]"
    >
      <Ids order={order} />
      <div>
        <h3 className="text-text-2 text-xs">What happened</h3>
        {query.data ? <Events events={query.data.events} /> : <Bar className="mt-2 h-16" />}
      </div>
      <div>
        <h3 className="text-text-2 text-xs">Fills</h3>
        {query.data ? <Fills order={order} fills={query.data.fills} /> : <Bar className="mt-2 h-16" />}
      </div>
    </section>
  );
}

function Ids({ order }: { order: Order }) {
  const rows: [string, string][] = [
    ['Our id', order.clientId],
    [`Id at ${order.broker.toLowerCase()}`, order.brokerId ?? 'not known yet'],
  ];
  if (order.answeredInMs !== null) rows.push(['Broker answered in', span(order.answeredInMs)]);
  return (
    <div>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name} className="mb-1.5">
            <dt className="text-text-2 text-xs">{name}</dt>
            <dd className="break-all font-mono text-xs">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-2 flex flex-wrap gap-2">
        {order.tradeId ? (
          <PlaceLink href={`/trades/${order.tradeId}`} className={buttonClass()}>
            Open its trade
          </PlaceLink>
        ) : null}
        {order.canCancel ? <CancelOrder order={order} /> : null}
      </div>
    </div>
  );
}

interface Happened {
  id: string;
  at: Date;
  text: string;
}

function Events({ events }: { events: Happened[] }) {
  return (
    <ol>
      {events.map((event) => (
        <li key={event.id} className="flex items-baseline gap-3 py-0.5">
          <span className="font-mono text-text-3 text-xs">
            <Time at={event.at} millis />
          </span>
          {event.text}
        </li>
      ))}
    </ol>
  );
}

interface Fill {
  id: string;
  at: Date;
  qty: string;
  price: string;
  fee: string;
  estimated: boolean;
  brokerFillId: string;
}

function Fills({ order, fills }: { order: Order; fills: Fill[] }) {
  if (fills.length === 0) return <p className="py-0.5 text-text-2">Nothing is filled.</p>;
  const decimals = decimalsOf(order.tickSize);
  return (
    <ul>
      {fills.map((fill) => (
        <li key={fill.id} className="flex flex-wrap items-baseline gap-x-3 py-0.5">
          <span className="font-mono text-text-3 text-xs">
            <Time at={fill.at} millis />
          </span>
          {quantity(fill.qty)} @ {price(fill.price, decimals, { average: true })}
          <span className="text-text-2">
            fee {money(fill.fee, order.currency)}
            {fill.estimated ? ' (estimated)' : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}
