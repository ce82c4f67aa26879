/**
 * A broker with a ledger of its own, whose answers a test decides: accepted, lost before or after it arrived, refused.
 *
 * Entry points: `ScriptedBroker`, `contextWith`. Invariant: an order is in `ledger` exactly when the venue has it,
 * whatever its caller was told; so a test can count what was really sent.
 */
import pino from 'pino';
import type { TestDatabase } from '#prisma/tests/harness.ts';
import type {
  Answer,
  BrokerFill,
  BrokerMoney,
  BrokerOrder,
  BrokerPort,
  BrokerPosition,
  CancelOutcome,
  Capabilities,
  LookupOutcome,
  OrderRef,
  PlaceOrder,
  PlaceOutcome,
  StreamHandlers,
} from '#server/broker/port.ts';
import { Decimal } from '#server/money.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import type { Job } from '#server/queue.ts';

/** What becomes of a call of `place`. LOST_BEFORE: never arrived; LOST_AFTER: arrived, its answer did not. */
export type Mood = 'ACCEPT' | 'REJECT' | 'LOST_BEFORE' | 'LOST_AFTER' | 'THROW';

const NOW = new Date('2026-03-02T15:00:00Z');

export class ScriptedBroker implements BrokerPort {
  capabilities: Capabilities = {
    broker: 'PAPER',
    assetClasses: ['CRYPTO'],
    orderTypes: ['MARKET', 'LIMIT'],
    timeInForce: ['GTC'],
    clientIds: true,
    missIsProof: false,
    duplicateIdRefused: true,
    fillIds: true,
    brackets: false,
    streaming: true,
    sandbox: true,
  };
  /** The mood of the calls to come; the last one stays. */
  moods: Mood[] = ['ACCEPT'];
  /** Whether anything can be read. */
  reachable = true;
  readonly ledger: BrokerOrder[] = [];
  readonly fills: BrokerFill[] = [];
  readonly calls: string[] = [];
  held: BrokerPosition[] | null = null;
  handlers: StreamHandlers | null = null;

  async place(order: PlaceOrder): Promise<PlaceOutcome> {
    this.calls.push(`place ${order.clientOrderId}`);
    const mood = this.moods.length > 1 ? this.moods.shift() : this.moods[0];
    if (mood === 'LOST_BEFORE') return { kind: 'unknown', why: 'RESET' };
    if (mood === 'REJECT')
      return { kind: 'rejected', code: 'INSUFFICIENT_FUNDS', sentence: 'Not enough money.' };
    if (mood === 'THROW') throw new Error('the adapter is broken');
    if (this.ledger.some((known) => known.clientOrderId === order.clientOrderId)) {
      return { kind: 'rejected', code: 'DUPLICATE_CLIENT_ORDER_ID', sentence: 'That id was used before.' };
    }
    const brokerOrderId = `theirs-${this.ledger.length + 1}-${order.clientOrderId}`;
    this.ledger.push({
      brokerOrderId,
      clientOrderId: this.capabilities.clientIds ? order.clientOrderId : null,
      symbol: order.symbol,
      side: order.side,
      type: order.type,
      qty: order.qty,
      filledQty: new Decimal(0),
      avgPrice: null,
      limitPrice: order.limitPrice ?? null,
      stopPrice: null,
      status: 'PLACED',
      rawStatus: 'open',
      rejectCode: null,
      rejectText: null,
      submittedAt: NOW,
      updatedAt: NOW,
    });
    return mood === 'LOST_AFTER' ? { kind: 'unknown', why: 'TIMEOUT' } : { kind: 'accepted', brokerOrderId };
  }

  /** Changes an order of the ledger. */
  change(at: number, change: Partial<BrokerOrder>): BrokerOrder {
    const order = { ...(this.ledger[at] as BrokerOrder), ...change };
    this.ledger[at] = order;
    return order;
  }

  /** Fills an order of the ledger; the fill is listed, and returned for a stream. */
  execute(at: number, qty: string, price: string): BrokerFill {
    const order = this.ledger[at] as BrokerOrder;
    const filledQty = order.filledQty.plus(qty);
    this.change(at, {
      filledQty,
      avgPrice: new Decimal(price),
      status: filledQty.gte(order.qty) ? 'FILLED' : 'PARTIALLY_FILLED',
    });
    const fill: BrokerFill = {
      fillId: `fill-${order.brokerOrderId}-${this.fills.length + 1}`,
      brokerOrderId: order.brokerOrderId,
      clientOrderId: order.clientOrderId,
      symbol: order.symbol,
      side: order.side,
      qty: new Decimal(qty),
      price: new Decimal(price),
      fee: new Decimal(0),
      occurredAt: NOW,
    };
    this.fills.push(fill);
    return fill;
  }

  async cancel(ref: OrderRef): Promise<CancelOutcome> {
    const at = this.#find(ref);
    this.calls.push(`cancel ${at}`);
    if (!this.reachable) return { kind: 'unknown', why: 'DOWN' };
    const order = this.ledger[at];
    if (order === undefined) return { kind: 'rejected', code: 'ORDER_NOT_FOUND', sentence: 'No such order.' };
    if (['FILLED', 'CANCELLED', 'EXPIRED', 'REJECTED'].includes(order.status)) {
      return { kind: 'rejected', code: 'ORDER_NOT_CANCELLABLE', sentence: 'It has ended.' };
    }
    return {
      kind: 'accepted',
      brokerOrderId: order.brokerOrderId,
      order: this.change(at, { status: 'CANCELLED' }),
    };
  }

  async getOrder(ref: OrderRef): Promise<LookupOutcome> {
    if (!this.reachable) return { kind: 'unknown', why: 'DOWN' };
    const order = this.ledger[this.#find(ref)];
    return order === undefined ? { kind: 'missing' } : { kind: 'found', order };
  }

  async listOrders(): Promise<Answer<readonly BrokerOrder[]>> {
    return this.#answer(this.ledger);
  }

  async listFills(): Promise<Answer<readonly BrokerFill[]>> {
    return this.#answer(this.fills);
  }

  /** What is held: `held` where the test says so, else the sum of the fills. */
  async positions(): Promise<Answer<readonly BrokerPosition[]>> {
    const sums = new Map<string, Decimal>();
    for (const { symbol, side, qty } of this.fills) {
      sums.set(symbol, (sums.get(symbol) ?? new Decimal(0)).plus(side === 'BUY' ? qty : qty.neg()));
    }
    const summed = [...sums].map(([symbol, qty]) => ({ symbol, qty, instrumentId: null, avgPrice: null }));
    return this.#answer(this.held ?? summed);
  }

  async account(): Promise<Answer<BrokerMoney>> {
    const zero = new Decimal(0);
    return this.#answer({ currency: 'USD', cash: zero, equity: zero, buyingPower: zero });
  }

  async stream(handlers: StreamHandlers) {
    this.handlers = handlers;
    return { close: async () => undefined };
  }

  connect = async () => this.#answer(true as const);
  refresh = this.connect;

  #find(ref: OrderRef): number {
    return this.ledger.findIndex((order) =>
      'brokerOrderId' in ref
        ? order.brokerOrderId === ref.brokerOrderId
        : order.clientOrderId === ref.clientOrderId,
    );
  }

  #answer<T>(value: T): Answer<T> {
    return this.reachable ? { kind: 'ok', value } : { kind: 'unknown', why: 'DOWN' };
  }
}

/** A pipeline's context over the test's database: jobs are collected in `jobs`, every account has the same broker. */
export function contextWith(db: TestDatabase, broker: BrokerPort): PipelineContext & { jobs: Job[] } {
  const jobs: Job[] = [];
  return {
    pool: db.worker,
    queue: {
      enqueue: async (_client, more) => {
        jobs.push(...more);
      },
    },
    log: pino({ level: 'silent' }),
    brokers: { brokerFor: () => broker },
    worker: 'w1',
    jobs,
  };
}
