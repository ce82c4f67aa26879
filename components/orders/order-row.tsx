'use client';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { decimalsOf, isZero, money, price, quantity } from '../format.ts';
import { GridCell, GridRow } from '../table/grid-table.tsx';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { cx } from '../ui/cx.ts';
import type { Order } from './order-list.tsx';

export const ORDER_COLUMNS =
  'desk:grid-cols-[104px_minmax(110px,1.2fr)_minmax(56px,0.8fr)_minmax(90px,0.9fr)_88px_88px_64px_minmax(110px,1.4fr)]';

export const ORDER_HEAD = [
  { name: 'Made' },
  { name: 'Order' },
  { name: 'Account' },
  { name: 'Filled', right: true },
  { name: 'Limit', right: true },
  { name: 'Average', right: true },
  { name: 'Fees', right: true },
  { name: 'State', className: 'pl-3' },
] as const;

interface Props {
  order: Order;
  isOpen: boolean;
  onToggle: () => void;
  detail: ReactNode;
}

/** One order: columns at the desk, two lines on a phone. */
export function OrderRow({ order, isOpen, onToggle, detail }: Props) {
  const decimals = decimalsOf(order.tickSize);
  const limit = order.limitPrice ? price(order.limitPrice, decimals) : 'market';
  const average = order.average ? price(order.average, decimals, { average: true }) : '–';
  const whole = order.filledQty === order.qty;
  const filled = whole ? quantity(order.qty) : `${quantity(order.filledQty)} of ${quantity(order.qty)}`;
  const plain = 'hidden desk:block';
  return (
    <GridRow columns={ORDER_COLUMNS} below={isOpen ? detail : undefined} id={`order-${order.id}`}>
      <GridCell className={cx(plain, 'font-mono text-text-3 text-xs')}>
        <Time at={order.createdAt} />
      </GridCell>
      <GridCell>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={`${order.side === 'BUY' ? 'Buy' : 'Sell'} ${order.symbol}, ${quantity(order.qty)} on ${order.account}`}
          onClick={onToggle}
          className="inline-flex items-center gap-1 font-semibold after:absolute after:inset-0"
        >
          <ChevronRight size={14} aria-hidden className={cx('text-text-3', isOpen && 'rotate-90')} />
          {order.side === 'BUY' ? 'Buy' : 'Sell'} {order.symbol}
        </button>
        <span className="block truncate pl-[18px] text-text-2">
          {order.kind === 'ENTRY' ? 'Entry' : order.kind === 'EXIT' ? 'Exit' : 'Protection'}
          <span className="text-text-3"> · {order.purpose}</span>
        </span>
      </GridCell>
      <GridCell className={cx(plain, 'truncate text-text-2')}>{order.account}</GridCell>
      <GridCell right className={plain}>
        {filled}
      </GridCell>
      <GridCell right className={cx(plain, !order.limitPrice && 'text-text-3')}>
        {limit}
      </GridCell>
      <GridCell right className={plain}>
        {average}
      </GridCell>
      <GridCell right className={cx(plain, 'text-text-2')}>
        {isZero(order.fees) ? '–' : money(order.fees, order.currency)}
      </GridCell>
      <GridCell phone="order-2 text-right desk:text-left" className="desk:pl-3">
        <Badge tone={order.tone}>{stateWord(order.state)}</Badge>
        <span className="block text-text-2 text-xs">{stateRest(order.state)}</span>
        <span className="block font-mono text-text-3 text-xs leading-5 desk:hidden">
          <Time at={order.createdAt} />
        </span>
      </GridCell>
      <GridCell phone="order-3 col-span-2" className="pl-[18px] text-text-2 desk:hidden">
        {order.account} · {filled}
        {order.average ? ` @ ${average}` : order.limitPrice ? `, limit ${limit}` : ''}
      </GridCell>
    </GridRow>
  );
}

/** "cancelled: by hand" → "cancelled", and the reason on its own line. */
const stateWord = (state: string): string => state.split(/[:,]/)[0] ?? state;
const stateRest = (state: string): string => state.slice(stateWord(state).length).replace(/^[:,]\s*/, '');
