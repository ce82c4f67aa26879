// Facts of a decision that passes every check, for tests to spoil one thing at a time. Used by tests alone.
import { Decimal } from '#server/money.ts';
import { EXIT_DEFAULTS } from '../7-exit/exit-rules.ts';
import type { AccountFacts, DecisionBatch, DeliveryFacts, InstrumentFacts, LiveTrade } from './context.ts';
import { defaultLimitRows } from './default-limits.ts';
import type { LimitCode, LimitRow, Scope } from './limits.ts';

export const d = (value: string | number) => new Decimal(value);
export const NOW = new Date('2026-03-02T14:32:00Z');

export const DEFAULT_LIMITS: LimitRow[] = defaultLimitRows().map((row) => ({
  ...row,
  layer: 'GLOBAL',
  userId: null,
  accountId: null,
  subscriptionId: null,
  value: d(row.value),
}));

export function limit(code: LimitCode, value: string | number, over: Partial<LimitRow> = {}): LimitRow {
  const scope: Scope = over.scope ?? DEFAULT_LIMITS.find((row) => row.code === code)?.scope ?? 'ACCOUNT';
  const place = { layer: 'GLOBAL', userId: null, accountId: null, subscriptionId: null } as const;
  return { ...place, code, currency: null, assetClass: null, value: d(value), ...over, scope };
}

export function instrument(over: Partial<InstrumentFacts> = {}): InstrumentFacts {
  return {
    id: 'i1',
    symbol: 'SPY',
    assetClass: 'EQUITY',
    market: 'XNYS',
    status: 'ACTIVE',
    currency: 'USD',
    tick: d('0.01'),
    lot: d(1),
    multiplier: d(1),
    quote: { bid: d('99.99'), ask: d('100'), last: d('100'), ageMs: 200, good: true, simulated: true },
    session: { open: true, closesAt: new Date('2026-03-02T21:00:00Z') },
    atr: null,
    dayBase: d(100),
    ...over,
  };
}

export function account(over: Partial<AccountFacts> = {}): AccountFacts {
  return {
    id: 'a1',
    userId: 'u1',
    name: 'Alpha',
    broker: 'PAPER',
    environment: 'PAPER',
    currency: 'USD',
    timeZone: 'UTC',
    capital: d(100_000),
    operational: [],
    trades: [],
    day: {
      pnl: d(0),
      lossHitAt: null,
      lossLimit: null,
      lossLayer: null,
      profitHitAt: null,
      tradesOpened: 0,
      consecutiveLosses: 0,
      drawdown: d(0),
      lastLossAt: null,
      lossBySymbol: new Map(),
    },
    ...over,
  };
}

export function trade(over: Partial<LiveTrade> = {}): LiveTrade {
  return {
    id: 't1',
    instrumentId: 'i1',
    strategyId: 's1',
    direction: 'LONG',
    tradeType: 'NEWBUY',
    openQty: d(5),
    qty: d(5),
    entryWorking: false,
    exposure: d(500),
    ...over,
  };
}

interface DeliveryOver extends Partial<Omit<DeliveryFacts, 'signal' | 'strategy' | 'subscription'>> {
  signal?: Partial<DeliveryFacts['signal']>;
  strategy?: Partial<DeliveryFacts['strategy']>;
  subscription?: Partial<DeliveryFacts['subscription']>;
}

export function delivery(over: DeliveryOver = {}): DeliveryFacts {
  return {
    id: 'd1',
    accountId: 'a1',
    instrumentId: 'i1',
    expiresAt: new Date('2026-03-02T14:34:00Z'),
    exitRules: EXIT_DEFAULTS.EQUITY,
    ...over,
    signal: {
      id: 'x1',
      action: 'ENTRY',
      direction: 'LONG',
      price: d(100),
      stop: null,
      target: null,
      limitPrice: null,
      quantity: null,
      quantityType: null,
      ...over.signal,
    },
    strategy: {
      id: 's1',
      name: 'Trend',
      sides: 'BOTH',
      allowedSymbols: null,
      utilityGate: false,
      ...over.strategy,
    },
    subscription: {
      id: 'c1',
      status: 'ACTIVE',
      direction: 'BOTH',
      sizingMode: 'FIXED_QTY',
      sizingValue: d(5),
      rebuys: false,
      entryOrderType: 'MARKET',
      entryOffsetBps: d(1),
      ...over.subscription,
    },
  };
}

export interface BatchOver {
  deliveries?: DeliveryFacts[];
  accounts?: AccountFacts[];
  instruments?: InstrumentFacts[];
  limits?: LimitRow[];
}

export function batch(over: BatchOver = {}): DecisionBatch {
  return {
    deliveries: over.deliveries ?? [delivery()],
    accounts: new Map((over.accounts ?? [account()]).map((one) => [one.id, one])),
    instruments: new Map((over.instruments ?? [instrument()]).map((one) => [one.id, one])),
    limits: over.limits ?? DEFAULT_LIMITS,
  };
}
