/**
 * A broker that misbehaves on demand, around any port: for tests and drills.
 *
 * Entry point: `FaultyBroker`. Calls get lost, refused or emptied by its `FaultPlan`; answers wait at a gate; fills come
 * twice, backwards, late (after the cancel was confirmed) or too many.
 * Invariants: the venue behind stays the truth and its ledger the oracle, save for fills that `overfill` invents, which
 * are in every later answer of the wrapper; nothing is lost for good: `showFills` and `openGate` end every delay.
 */
import type { Decimal } from '#server/money.ts';
import { unknown } from './answered.ts';
import { FaultPlan, type Operation } from './faults.ts';
import type {
  Answer,
  BrokerFill,
  BrokerMoney,
  BrokerOrder,
  BrokerPort,
  BrokerPosition,
  CallOptions,
  CancelOutcome,
  Capabilities,
  LookupOutcome,
  OrderRef,
  PlaceOrder,
  PlaceOutcome,
  StreamHandle,
  StreamHandlers,
  Unknown,
} from './port.ts';

/** How the stream repeats and orders fills. */
export interface StreamFaults {
  /** Each fill comes this many times (default 1). */
  copies: number;
  /** Fills are kept until `flush` and then come newest first. */
  backwards: boolean;
}

const EVER = new Date(0);
const LOST = 'the answer was lost';

export class FaultyBroker implements BrokerPort {
  readonly capabilities: Capabilities;
  readonly plan: FaultPlan;
  readonly streamFaults: StreamFaults = { copies: 1, backwards: false };
  readonly #inner: BrokerPort;
  readonly #streams = new Set<StreamHandlers>();
  #gate: { opened: Promise<void>; open: () => void } | null = null;
  #hiding = false;
  /** Fills that were told to anybody; while hiding, all others do not exist for the caller. */
  readonly #shown = new Set<string>();
  /** Orders whose cancel was confirmed although their hidden fills had ended them. */
  readonly #saidCancelled = new Set<string>();
  readonly #invented: BrokerFill[] = [];
  #kept: { fill: BrokerFill; to: readonly StreamHandlers[] }[] = [];

  constructor(inner: BrokerPort, plan: FaultPlan = new FaultPlan()) {
    this.#inner = inner;
    this.plan = plan;
    this.capabilities = inner.capabilities;
  }

  /** From now on placements reach the venue and their answers wait until the gate is opened. */
  closeGate(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = { opened: promise, open: resolve };
  }

  openGate(): void {
    this.#gate?.open();
    this.#gate = null;
  }

  /** From now on new fills are told to nobody: not on the stream, in no list, in no order's quantity. */
  async hideFills(): Promise<void> {
    for (const fill of await this.#innerFills(EVER)) this.#shown.add(fill.fillId);
    this.#hiding = true;
  }

  /** Ends the hiding: what was hidden arrives late, on the stream and in the lists. */
  async showFills(): Promise<void> {
    this.#hiding = false;
    this.#saidCancelled.clear();
    for (const fill of await this.#innerFills(EVER)) {
      if (!this.#shown.has(fill.fillId)) await this.#emit(fill, [...this.#streams]);
    }
  }

  /** The venue fills more than was ordered: `qty` on top, at the price of the order's last fill. */
  async overfill(brokerOrderId: string, qty: Decimal): Promise<BrokerFill> {
    const last = (await this.#innerFills(EVER)).findLast((fill) => fill.brokerOrderId === brokerOrderId);
    if (last === undefined) throw new Error(`order ${brokerOrderId} has no fill yet`);
    const fill = { ...last, fillId: `${last.fillId}-over${this.#invented.length + 1}`, qty };
    this.#invented.push(fill);
    await this.#emit(fill, [...this.#streams]);
    return fill;
  }

  /** Sends the fills kept by `backwards`, newest first. */
  async flush(): Promise<void> {
    const kept = this.#kept.reverse();
    this.#kept = [];
    for (const { fill, to } of kept) await this.#send(fill, to);
  }

  async place(order: PlaceOrder, options?: CallOptions): Promise<PlaceOutcome> {
    const fault = this.plan.take('place');
    if (fault === 'LOST_REQUEST') return unknown(LOST);
    if (fault === 'REFUSED') {
      return { kind: 'rejected', code: 'VENUE_REJECTED', sentence: 'The venue rejected the order.' };
    }
    const gate = this.#gate;
    const outcome = await this.#inner.place(order, options);
    await gate?.opened;
    return fault === 'LOST_ANSWER' ? unknown(LOST) : outcome;
  }

  async cancel(ref: OrderRef, options?: CallOptions): Promise<CancelOutcome> {
    const fault = this.plan.take('cancel');
    if (fault === 'LOST_REQUEST') return unknown(LOST);
    if (fault === 'REFUSED') {
      return {
        kind: 'rejected',
        code: 'ORDER_NOT_CANCELLABLE',
        sentence: 'The order cannot be cancelled now.',
      };
    }
    const outcome = await this.#inner.cancel(ref, options);
    if (fault === 'LOST_ANSWER') return unknown(LOST);
    return this.#hiding ? this.#cancelWhileHiding(ref, outcome) : outcome;
  }

  async getOrder(ref: OrderRef, options?: CallOptions): Promise<LookupOutcome> {
    const lost = this.#read('getOrder');
    if (lost !== null) return lost;
    const outcome = await this.#inner.getOrder(ref, options);
    return outcome.kind === 'found' ? { kind: 'found', order: await this.#seen(outcome.order) } : outcome;
  }

  async listOrders(since: Date, options?: CallOptions): Promise<Answer<readonly BrokerOrder[]>> {
    const answer = await this.#list('listOrders', () => this.#inner.listOrders(since, options));
    if (answer.kind !== 'ok') return answer;
    return { kind: 'ok', value: await Promise.all(answer.value.map((order) => this.#seen(order))) };
  }

  async listFills(since: Date, options?: CallOptions): Promise<Answer<readonly BrokerFill[]>> {
    const answer = await this.#list('listFills', () => this.#inner.listFills(since, options));
    if (answer.kind !== 'ok') return answer;
    const told = answer.value.filter((fill) => !this.#hiding || this.#shown.has(fill.fillId));
    for (const fill of told) this.#shown.add(fill.fillId);
    return { kind: 'ok', value: [...told, ...this.#invented] };
  }

  async positions(options?: CallOptions): Promise<Answer<readonly BrokerPosition[]>> {
    const answer = await this.#list('positions', () => this.#inner.positions(options));
    if (answer.kind !== 'ok') return answer;
    const value: { -readonly [K in keyof BrokerPosition]: BrokerPosition[K] }[] = answer.value.map(
      (position) => ({
        ...position,
      }),
    );
    for (const fill of this.#invented) {
      const known = value.find((position) => position.symbol === fill.symbol);
      if (known === undefined) {
        value.push({ symbol: fill.symbol, instrumentId: null, qty: signed(fill), avgPrice: fill.price });
      } else known.qty = known.qty.plus(signed(fill));
    }
    return { kind: 'ok', value: value.filter((position) => !position.qty.isZero()) };
  }

  async account(options?: CallOptions): Promise<Answer<BrokerMoney>> {
    return this.#read('account') ?? this.#inner.account(options);
  }

  async stream(handlers: StreamHandlers): Promise<StreamHandle> {
    this.#streams.add(handlers);
    const handle = await this.#inner.stream({
      onFill: (fill) => (this.#hiding ? undefined : this.#emit(fill, [handlers])),
      onOrder: (order) => (this.#hiding ? undefined : handlers.onOrder(order)),
      onGap: handlers.onGap,
    });
    return {
      close: async () => {
        this.#streams.delete(handlers);
        await handle.close();
      },
    };
  }

  connect(options?: CallOptions): Promise<Answer<true>> {
    return this.#inner.connect(options);
  }

  refresh(options?: CallOptions): Promise<Answer<true>> {
    return this.#inner.refresh(options);
  }

  /** Breaks the stream: what happened meanwhile must be polled. */
  gap(why: string): void {
    for (const stream of this.#streams) stream.onGap(why);
  }

  #read(operation: Operation): Unknown | null {
    const fault = this.plan.take(operation);
    return fault === 'LOST_REQUEST' || fault === 'LOST_ANSWER' ? unknown(LOST) : null;
  }

  async #list<T>(
    operation: Operation,
    ask: () => Promise<Answer<readonly T[]>>,
  ): Promise<Answer<readonly T[]>> {
    const fault = this.plan.take(operation);
    if (fault === 'EMPTY') return { kind: 'ok', value: [] };
    return fault === undefined ? ask() : unknown(LOST);
  }

  async #emit(fill: BrokerFill, to: readonly StreamHandlers[]): Promise<void> {
    this.#shown.add(fill.fillId);
    if (this.streamFaults.backwards) this.#kept.push({ fill, to });
    else await this.#send(fill, to);
  }

  async #send(fill: BrokerFill, to: readonly StreamHandlers[]): Promise<void> {
    for (let copy = 0; copy < this.streamFaults.copies; copy += 1) {
      for (const stream of to) await stream.onFill(fill);
    }
  }

  async #innerFills(since: Date): Promise<readonly BrokerFill[]> {
    const answer = await this.#inner.listFills(since);
    if (answer.kind !== 'ok') throw new Error(`the venue behind does not answer: ${answer.why}`);
    return answer.value;
  }

  /** The order as the caller may see it: without hidden fills, with invented ones. */
  async #seen(order: BrokerOrder): Promise<BrokerOrder> {
    const id = order.brokerOrderId;
    const invented = this.#invented.filter((fill) => fill.brokerOrderId === id);
    const hidden = this.#hiding
      ? (await this.#innerFills(EVER)).filter(
          (fill) => fill.brokerOrderId === id && !this.#shown.has(fill.fillId),
        )
      : [];
    const filledQty = [...invented.map((fill) => fill.qty), ...hidden.map((fill) => fill.qty.neg())].reduce(
      (sum, qty) => sum.plus(qty),
      order.filledQty,
    );
    if (hidden.length === 0) return { ...order, filledQty };
    const live = filledQty.gt(0) ? 'PARTIALLY_FILLED' : 'PLACED';
    const status = this.#saidCancelled.has(id) || order.status === 'CANCELLED' ? 'CANCELLED' : live;
    return { ...order, filledQty, avgPrice: null, status, rawStatus: status };
  }

  async #cancelWhileHiding(ref: OrderRef, outcome: CancelOutcome): Promise<CancelOutcome> {
    if (outcome.kind === 'unknown') return outcome;
    const lookup = await this.#inner.getOrder(ref);
    if (lookup.kind !== 'found') return outcome;
    if (outcome.kind === 'rejected' && lookup.order.status !== 'FILLED') return outcome;
    this.#saidCancelled.add(lookup.order.brokerOrderId);
    return {
      kind: 'accepted',
      brokerOrderId: lookup.order.brokerOrderId,
      order: await this.#seen(lookup.order),
    };
  }
}

function signed(fill: BrokerFill): Decimal {
  return fill.side === 'BUY' ? fill.qty : fill.qty.neg();
}
