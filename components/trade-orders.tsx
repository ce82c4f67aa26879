'use client';
import { decimalsOf, isZero, money, price, quantity } from './format.ts';
import { Time } from './time.tsx';
import type { Trade } from './trade-view.tsx';

type Order = Trade['orders'][number];

const readable = (code: string) => code.toLowerCase().replaceAll('_', ' ');

/** Orders with their states and ids, and every fill with its fee. */
export function TradeOrders({ trade }: { trade: Trade }) {
  const decimals = decimalsOf(trade.tickSize);
  if (trade.orders.length === 0) return <p className="px-3.5 py-3 text-text-2">No order was written.</p>;
  return (
    <>
      <ul>
        {trade.orders.map((order) => (
          <li key={order.id} className="border-b border-line px-3.5 py-2.5">
            <div className="flex justify-between gap-3">
              <span>
                <b className="font-medium">{order.kind === 'ENTRY' ? 'Entry' : 'Exit'}</b>{' '}
                {orderText(order, decimals)}
              </span>
              <span className="whitespace-nowrap text-text-2">{readable(order.status)}</span>
            </div>
            <div
              className="truncate font-mono text-text-3 text-xs"
              title={`${order.clientId} → ${order.brokerId ?? '–'}`}
            >
              {order.clientId}
              {order.brokerId ? ` → ${order.brokerId}` : ''}
            </div>
          </li>
        ))}
      </ul>
      <Fills trade={trade} decimals={decimals} />
    </>
  );
}

function orderText(order: Order, decimals: number): string {
  const how =
    order.type === 'LIMIT' && order.limitPrice ? `limit ${price(order.limitPrice, decimals)}` : 'market';
  const filled =
    isZero(order.filledQty) || order.filledQty === order.qty ? '' : `, ${quantity(order.filledQty)} filled`;
  return `${order.side.toLowerCase()} ${quantity(order.qty)} ${how}${filled}`;
}

function Fills({ trade, decimals }: { trade: Trade; decimals: number }) {
  if (trade.fills.length === 0) return <p className="px-3.5 py-3 text-text-2">Nothing is filled yet.</p>;
  return (
    <table className="w-full">
      <thead>
        <tr className="bg-raised text-left text-text-2 text-xs">
          <th className="py-1.5 pl-3.5 font-normal">Time</th>
          <th className="py-1.5 font-normal">Fill</th>
          <th className="py-1.5 text-right font-normal">Price</th>
          <th className="py-1.5 pr-3.5 text-right font-normal">Fee</th>
        </tr>
      </thead>
      <tbody>
        {trade.fills.map((fill) => (
          <tr key={fill.id} className="border-b border-line last:border-0">
            <td className="py-2 pl-3.5 font-mono text-text-3 text-xs">
              <Time at={fill.at} />
            </td>
            <td className="py-2">
              {fill.side === 'BUY' ? 'Bought' : 'Sold'} {quantity(fill.qty)}
            </td>
            <td className="py-2 text-right">{price(fill.price, decimals, { average: true })}</td>
            <td className="py-2 pr-3.5 text-right text-text-2">{money(fill.fee, trade.currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
