// What a decision reads: the facts of one batch, loaded under the accounts' locks (fn.intents_load).
// Types only. Invariants: all prices are per unit, money is in the account's currency, times are the
// database's; what is unknown is null, never 0.
import type { Decimal } from '#server/money.ts';
import type { ExitRules } from '../7-exit/exit-rules.ts';
import type { Layer, LimitRow } from './limits.ts';
import type { SizingMode } from './sizing.ts';

export type Direction = 'LONG' | 'SHORT';
export type AssetClass = 'EQUITY' | 'OPTION' | 'CRYPTO';

export interface QuoteFacts {
  bid: Decimal | null;
  ask: Decimal | null;
  last: Decimal;
  ageMs: number;
  /** In an open session, neither stale for its class nor frozen. */
  good: boolean;
  /** From a simulated or replayed feed: never decides for a live account. */
  simulated: boolean;
}

export interface SessionFacts {
  open: boolean;
  /** Null on a market that never closes. */
  closesAt: Date | null;
}

export interface InstrumentFacts {
  id: string;
  symbol: string;
  assetClass: AssetClass;
  market: string;
  status: 'ACTIVE' | 'FROZEN' | 'DELISTED';
  currency: string;
  tick: Decimal;
  lot: Decimal;
  multiplier: Decimal;
  quote: QuoteFacts | null;
  session: SessionFacts;
  /** The price that the trading day is measured from: the last one before it began; null when unknown. */
  dayBase: Decimal | null;
  /** ATR(14, 5m), or null before enough candles exist. */
  atr: Decimal | null;
}

/** A trade that is CREATED, ENTERING, OPEN or EXITING. */
export interface LiveTrade {
  id: string;
  instrumentId: string;
  strategyId: string | null;
  direction: Direction;
  tradeType: 'NEWBUY' | 'REBUY';
  openQty: Decimal;
  /** Open plus unfilled entry quantity. */
  qty: Decimal;
  /** Its entry order still works (or is about to). */
  entryWorking: boolean;
  /** Open quantity × mark × multiplier + unfilled entry quantity × reserve price × multiplier. */
  exposure: Decimal;
}

/** The account's trading day so far, recomputed under the lock. */
export interface DayFacts {
  pnl: Decimal;
  lossHitAt: Date | null;
  lossLimit: Decimal | null;
  /** Who had set the limit that was reached. */
  lossLayer: Layer | null;
  profitHitAt: Date | null;
  tradesOpened: number;
  consecutiveLosses: number;
  /** Percent below the best that capital and results ever were. */
  drawdown: Decimal;
  lastLossAt: Date | null;
  /** Last losing close per instrument, for the cooldown. */
  lossBySymbol: ReadonlyMap<string, Date>;
}

export interface OperationalRefusal {
  code: string;
  detail: Readonly<Record<string, string>>;
}

export interface AccountFacts {
  id: string;
  userId: string;
  name: string;
  /** Adapter code, "PAPER" for the paper broker. */
  broker: string;
  environment: 'PAPER' | 'LIVE';
  currency: string;
  timeZone: string;
  capital: Decimal;
  /** What stops every entry of this account; empty: it may trade. */
  operational: readonly OperationalRefusal[];
  trades: readonly LiveTrade[];
  day: DayFacts;
}

export interface SubscriptionFacts {
  id: string;
  status: 'ACTIVE' | 'PAUSED';
  direction: Direction | 'BOTH';
  sizingMode: SizingMode;
  sizingValue: Decimal;
  rebuys: boolean;
  entryOrderType: 'MARKET' | 'LIMIT';
  entryOffsetBps: Decimal;
}

export interface StrategyFacts {
  id: string;
  name: string;
  sides: Direction | 'BOTH';
  allowedSymbols: readonly string[] | null;
  utilityGate: boolean;
}

export interface SignalFacts {
  id: string;
  action: 'ENTRY' | 'ADD';
  direction: Direction;
  price: Decimal | null;
  stop: Decimal | null;
  target: Decimal | null;
  limitPrice: Decimal | null;
  quantity: Decimal | null;
  quantityType: string | null;
}

export interface DeliveryFacts {
  id: string;
  accountId: string;
  instrumentId: string;
  expiresAt: Date;
  signal: SignalFacts;
  strategy: StrategyFacts;
  subscription: SubscriptionFacts;
  exitRules: ExitRules;
}

/** Deliveries in the order in which they are decided; every account and instrument they name is present. */
export interface DecisionBatch {
  deliveries: readonly DeliveryFacts[];
  accounts: ReadonlyMap<string, AccountFacts>;
  instruments: ReadonlyMap<string, InstrumentFacts>;
  limits: readonly LimitRow[];
}
