/**
 * The broker port: the one interface behind which every broker stands, the paper broker included.
 *
 * Entry points: `BrokerPort` (what an adapter implements, one instance per account), `Capabilities`
 * (what the caller may rely on), and the outcomes of its calls.
 *
 * Invariants
 * - A call never throws because of the venue: what went wrong is an outcome. `rejected` is said only when
 *   the venue itself refused; every lost, late or unreadable answer is `unknown`, never a guess.
 * - A `place` is never repeated inside an adapter: one call is at most one request to the venue.
 * - Quantities and prices are `Decimal`; quantities of orders and fills are positive, the side says which way;
 *   a position's quantity is signed (short below zero).
 * - Every call takes an `AbortSignal`; once it fires, the outcome is `unknown` with why `TIMEOUT`.
 */
import type { Decimal } from '#server/money.ts';

export type Side = 'BUY' | 'SELL';
export type OrderType = 'MARKET' | 'LIMIT' | 'STOP';
export type TimeInForce = 'DAY' | 'GTC' | 'IOC';
export type AssetClass = 'EQUITY' | 'OPTION' | 'CRYPTO';
export type BrokerCode = 'PAPER' | 'ALPACA' | 'ZERODHA' | 'CCXT';

/** States as the port speaks them; an adapter maps its venue's words to these, what it cannot map to `OTHER`. */
export type BrokerOrderStatus =
  | 'PLACED'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCEL_REQUESTED'
  | 'CANCELLED'
  | 'EXPIRED'
  | 'REJECTED'
  | 'OTHER';

/** What an adapter can do. The pipeline asks these before it relies on a behaviour. */
export interface Capabilities {
  readonly broker: BrokerCode;
  readonly assetClasses: readonly AssetClass[];
  readonly orderTypes: readonly OrderType[];
  readonly timeInForce: readonly TimeInForce[];
  /** Orders carry our id and can be looked up by it. */
  readonly clientIds: boolean;
  /** A lookup by client id that finds nothing proves that the venue has no such order. */
  readonly missIsProof: boolean;
  /** A second order with the same client id is refused with `DUPLICATE_CLIENT_ORDER_ID`, for ever. */
  readonly duplicateIdRefused: boolean;
  /** Fills carry ids, so that status polls never need to create fills. */
  readonly fillIds: boolean;
  /** Native brackets (entry with take-profit and stop-loss children). */
  readonly brackets: boolean;
  readonly streaming: boolean;
  /** Orders go to a practice venue: no money moves. */
  readonly sandbox: boolean;
}

/** Options of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** An order to place. `limitPrice` is needed by LIMIT, `stopPrice` by STOP, and neither is taken otherwise. */
export interface PlaceOrder {
  readonly clientOrderId: string;
  /** Our instrument; adapters of real brokers use `symbol` only. */
  readonly instrumentId: string;
  readonly symbol: string;
  readonly assetClass: AssetClass;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly qty: Decimal;
  readonly limitPrice?: Decimal;
  readonly stopPrice?: Decimal;
  /**
   * What the simulated venue's randomness is derived from, beside its seed: the signal's dedupe key, the account's
   * ordinal and the order's number within its trade, joined by '|'. Must hold no random id, so that a replay repeats.
   * Without it, the client order id is taken.
   */
  readonly seedKey?: string;
}

/** Which order: by our id or by theirs. */
export type OrderRef = { readonly clientOrderId: string } | { readonly brokerOrderId: string };

/** An order as the venue tells it. */
export interface BrokerOrder {
  readonly brokerOrderId: string;
  readonly clientOrderId: string | null;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly qty: Decimal;
  /** Cumulative; monotonic. */
  readonly filledQty: Decimal;
  readonly avgPrice: Decimal | null;
  readonly limitPrice: Decimal | null;
  readonly stopPrice: Decimal | null;
  readonly status: BrokerOrderStatus;
  /** The venue's own word for the state. */
  readonly rawStatus: string;
  /** Set when REJECTED: the normalised code and a sentence for people. */
  readonly rejectCode: string | null;
  readonly rejectText: string | null;
  readonly submittedAt: Date;
  readonly updatedAt: Date;
}

/** One execution. `fillId` is unique within the account. */
export interface BrokerFill {
  readonly fillId: string;
  readonly brokerOrderId: string;
  readonly clientOrderId: string | null;
  readonly symbol: string;
  readonly side: Side;
  readonly qty: Decimal;
  readonly price: Decimal;
  /** Money in the account's currency; null when the venue does not say (then it is estimated by the caller). */
  readonly fee: Decimal | null;
  readonly occurredAt: Date;
}

/** `qty` is signed. `instrumentId` is set only where the venue knows our ids (PAPER). */
export interface BrokerPosition {
  readonly symbol: string;
  readonly instrumentId: string | null;
  readonly qty: Decimal;
  readonly avgPrice: Decimal | null;
}

/** Money of the account, in its currency. */
export interface BrokerMoney {
  readonly currency: string;
  readonly cash: Decimal;
  /** Cash plus positions, at cost where the venue gives no marks. */
  readonly equity: Decimal;
  readonly buyingPower: Decimal;
}

/**
 * Normalised codes of a refusal. `OTHER` keeps the venue's words in the sentence. `DUPLICATE_CLIENT_ORDER_ID` says that an
 * order with this id exists, perhaps an earlier sending of the very same one: look it up, it is no refusal of the order.
 * `RATE_LIMITED` and `SESSION_EXPIRED` say that the venue has not taken the order.
 */
export type RejectCode =
  | 'DUPLICATE_CLIENT_ORDER_ID'
  | 'INSUFFICIENT_FUNDS'
  | 'UNKNOWN_SYMBOL'
  | 'MARKET_CLOSED'
  | 'INVALID_ORDER'
  | 'NOT_SUPPORTED'
  | 'ORDER_NOT_FOUND'
  | 'ORDER_NOT_CANCELLABLE'
  | 'SESSION_EXPIRED'
  | 'RATE_LIMITED'
  | 'VENUE_REJECTED'
  | 'OTHER';

export interface Rejected {
  readonly kind: 'rejected';
  readonly code: RejectCode;
  /** One sentence for people. */
  readonly sentence: string;
}

/** The answer is not known: time-out, reset, 5xx, unreadable body. `why` is `TIMEOUT` or a short reason. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly why: string;
}

export type PlaceOutcome = { readonly kind: 'accepted'; readonly brokerOrderId: string } | Rejected | Unknown;

/**
 * `accepted`: the venue took the request; `order` is its state then, when it says (CANCELLED, or CANCEL_REQUESTED while
 * it is under way). `rejected` with ORDER_NOT_CANCELLABLE (already terminal) or ORDER_NOT_FOUND.
 */
export type CancelOutcome =
  | { readonly kind: 'accepted'; readonly brokerOrderId: string; readonly order: BrokerOrder | null }
  | Rejected
  | Unknown;

/**
 * `missing` is proof of absence only with `missIsProof`. Even then a request that is still on its way (its sender was
 * killed a moment ago) may arrive later: a resend is safe because the same id is refused, nothing else is.
 */
export type LookupOutcome =
  | { readonly kind: 'found'; readonly order: BrokerOrder }
  | { readonly kind: 'missing' }
  | Unknown;

/** A read: its value, or unknown. An empty value is not evidence that something is gone. */
export type Answer<T> = { readonly kind: 'ok'; readonly value: T } | Unknown;

/** What a stream calls. Handlers may be awaited; messages may repeat and come out of order. */
export interface StreamHandlers {
  onFill(fill: BrokerFill): void | Promise<void>;
  onOrder(order: BrokerOrder): void | Promise<void>;
  /** The stream may have missed something: poll orders and fills. */
  onGap(why: string): void;
}

export interface StreamHandle {
  close(): Promise<void>;
}

/** One account at one broker. */
export interface BrokerPort {
  readonly capabilities: Capabilities;
  place(order: PlaceOrder, options?: CallOptions): Promise<PlaceOutcome>;
  cancel(ref: OrderRef, options?: CallOptions): Promise<CancelOutcome>;
  getOrder(ref: OrderRef, options?: CallOptions): Promise<LookupOutcome>;
  /** Orders changed at or after `since`, oldest first. */
  listOrders(since: Date, options?: CallOptions): Promise<Answer<readonly BrokerOrder[]>>;
  /** Fills that became known to the venue at or after `since`, oldest first; complete. */
  listFills(since: Date, options?: CallOptions): Promise<Answer<readonly BrokerFill[]>>;
  positions(options?: CallOptions): Promise<Answer<readonly BrokerPosition[]>>;
  account(options?: CallOptions): Promise<Answer<BrokerMoney>>;
  /** Fills and order changes as they happen, until closed. */
  stream(handlers: StreamHandlers): Promise<StreamHandle>;
  /** Opens or renews the session with the broker; `ok` once orders can be sent. */
  connect(options?: CallOptions): Promise<Answer<true>>;
  refresh(options?: CallOptions): Promise<Answer<true>>;
}
