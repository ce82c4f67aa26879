/**
 * What the functions of schema paper answer, and its translation into the port's types.
 *
 * Entry points: `toOrder`, `toFill`, `toPosition`, `toMoney`. Pure. Decimals arrive as text.
 */
import { Decimal, decimalOrNull } from '#server/money.ts';
import type { BrokerFill, BrokerMoney, BrokerOrder, BrokerPosition, OrderType, Side } from '../port.ts';

export interface OrderRow {
  broker_order_id: string;
  client_order_id: string;
  symbol: string;
  side: Side;
  type: OrderType;
  qty: string;
  filled_qty: string;
  avg_price: string | null;
  limit_price: string | null;
  stop_price: string | null;
  status: 'PLACED' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELLED' | 'EXPIRED' | 'REJECTED';
  reject_code: string | null;
  reject_text: string | null;
  submitted_at: string;
  updated_at: string;
}

export interface FillRow {
  fill_id: string;
  broker_order_id: string;
  client_order_id: string;
  symbol: string;
  side: Side;
  qty: string;
  price: string;
  fee: string;
  occurred_at: string;
}

export interface PositionRow {
  symbol: string;
  instrument_id: string;
  qty: string;
  avg_price: string;
}

export interface MoneyRow {
  currency: string;
  cash: string;
  equity: string;
  buying_power: string;
}

export function toOrder(row: OrderRow): BrokerOrder {
  return {
    brokerOrderId: row.broker_order_id,
    clientOrderId: row.client_order_id,
    symbol: row.symbol,
    side: row.side,
    type: row.type,
    qty: new Decimal(row.qty),
    filledQty: new Decimal(row.filled_qty),
    avgPrice: decimalOrNull(row.avg_price),
    limitPrice: decimalOrNull(row.limit_price),
    stopPrice: decimalOrNull(row.stop_price),
    status: row.status,
    rawStatus: row.status,
    rejectCode: row.reject_code,
    rejectText: row.reject_text,
    submittedAt: new Date(row.submitted_at),
    updatedAt: new Date(row.updated_at),
  };
}

export function toFill(row: FillRow): BrokerFill {
  return {
    fillId: row.fill_id,
    brokerOrderId: row.broker_order_id,
    clientOrderId: row.client_order_id,
    symbol: row.symbol,
    side: row.side,
    qty: new Decimal(row.qty),
    price: new Decimal(row.price),
    fee: new Decimal(row.fee),
    occurredAt: new Date(row.occurred_at),
  };
}

export function toPosition(row: PositionRow): BrokerPosition {
  return {
    symbol: row.symbol,
    instrumentId: row.instrument_id,
    qty: new Decimal(row.qty),
    avgPrice: new Decimal(row.avg_price),
  };
}

export function toMoney(row: MoneyRow): BrokerMoney {
  return {
    currency: row.currency,
    cash: new Decimal(row.cash),
    equity: new Decimal(row.equity),
    buyingPower: new Decimal(row.buying_power),
  };
}
