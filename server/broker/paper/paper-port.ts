/**
 * One account of the paper broker behind the broker port.
 *
 * Entry point: `PaperPort` (made by `PaperEngine.port`). Invariants: each call is one statement on the book; a failed or
 * late statement is `unknown`, because the book may hold the order all the same.
 */
import { answered, unknown } from '../answered.ts';
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
  RejectCode,
  Rejected,
  StreamHandle,
  StreamHandlers,
} from '../port.ts';
import type { PaperEngine, PaperTerms } from './engine.ts';
import {
  type FillRow,
  type MoneyRow,
  type OrderRow,
  type PositionRow,
  toFill,
  toMoney,
  toOrder,
  toPosition,
} from './rows.ts';

export const PAPER_CAPABILITIES: Capabilities = {
  broker: 'PAPER',
  assetClasses: ['EQUITY', 'OPTION', 'CRYPTO'],
  orderTypes: ['MARKET', 'LIMIT', 'STOP'],
  timeInForce: ['DAY', 'GTC', 'IOC'],
  clientIds: true,
  missIsProof: true,
  duplicateIdRefused: true,
  fillIds: true,
  brackets: false,
  streaming: true,
  sandbox: true,
};

/** Rows of one page of a list, and pages of one list at most. */
const PAGE = 1_000;
const PAGES = 100;

type PlaceRow =
  | { kind: 'accepted'; broker_order_id: string }
  | { kind: 'rejected'; code: RejectCode; sentence: string };
type CancelRow =
  | { kind: 'accepted'; broker_order_id: string; order: OrderRow }
  | { kind: 'rejected'; code: RejectCode; sentence: string };
interface PageRow {
  at: string;
  id: string;
}

export class PaperPort implements BrokerPort {
  readonly capabilities = PAPER_CAPABILITIES;
  readonly #engine: PaperEngine;
  readonly #account: string;
  readonly #terms: () => Promise<PaperTerms>;
  #opened: Promise<void> | null = null;

  constructor(engine: PaperEngine, accountId: string, terms: () => Promise<PaperTerms>) {
    this.#engine = engine;
    this.#account = accountId;
    this.#terms = terms;
  }

  async place(order: PlaceOrder, options?: CallOptions): Promise<PlaceOutcome> {
    const refusal = malformed(order);
    if (refusal !== null) return refusal;
    return answered(async () => {
      const row = await this.#ask<PlaceRow>('select paper.order_place($1::jsonb) as answer', [
        JSON.stringify({
          account_id: this.#account,
          client_order_id: order.clientOrderId,
          instrument_id: order.instrumentId,
          symbol: order.symbol,
          asset_class: order.assetClass,
          side: order.side,
          type: order.type,
          time_in_force: order.timeInForce,
          qty: order.qty,
          limit_price: order.limitPrice,
          stop_price: order.stopPrice,
          seed_key: order.seedKey,
        }),
      ]);
      return row.kind === 'accepted'
        ? { kind: 'accepted', brokerOrderId: row.broker_order_id }
        : { kind: 'rejected', code: row.code, sentence: row.sentence };
    }, options?.signal);
  }

  async cancel(ref: OrderRef, options?: CallOptions): Promise<CancelOutcome> {
    return answered(async () => {
      const row = await this.#ask<CancelRow>('select paper.order_cancel($1, $2::jsonb) as answer', [
        this.#account,
        JSON.stringify(refRow(ref)),
      ]);
      return row.kind === 'accepted'
        ? { kind: 'accepted', brokerOrderId: row.broker_order_id, order: toOrder(row.order) }
        : { kind: 'rejected', code: row.code, sentence: row.sentence };
    }, options?.signal);
  }

  async getOrder(ref: OrderRef, options?: CallOptions): Promise<LookupOutcome> {
    return answered(async () => {
      const row = await this.#ask<OrderRow | null>('select paper.order_read($1, $2::jsonb) as answer', [
        this.#account,
        JSON.stringify(refRow(ref)),
      ]);
      return row === null ? { kind: 'missing' } : { kind: 'found', order: toOrder(row) };
    }, options?.signal);
  }

  async listOrders(since: Date, options?: CallOptions): Promise<Answer<readonly BrokerOrder[]>> {
    const sql = 'select paper.orders_read($1, $2, $3, $4) as answer';
    return this.#list(sql, since, (row: PageRow & { order: OrderRow }) => toOrder(row.order), options);
  }

  async listFills(since: Date, options?: CallOptions): Promise<Answer<readonly BrokerFill[]>> {
    const sql = 'select paper.fills_read($1, $2, $3, $4) as answer';
    return this.#list(sql, since, (row: PageRow & { fill: FillRow }) => toFill(row.fill), options);
  }

  async positions(options?: CallOptions): Promise<Answer<readonly BrokerPosition[]>> {
    return answered(async () => {
      const rows = await this.#ask<PositionRow[]>('select paper.positions_read($1) as answer', [
        this.#account,
      ]);
      return { kind: 'ok', value: rows.map(toPosition) };
    }, options?.signal);
  }

  async account(options?: CallOptions): Promise<Answer<BrokerMoney>> {
    return answered(async () => {
      const row = await this.#ask<MoneyRow>('select paper.account_read($1) as answer', [this.#account]);
      return { kind: 'ok', value: toMoney(row) };
    }, options?.signal);
  }

  async stream(handlers: StreamHandlers): Promise<StreamHandle> {
    return this.#engine.subscribe(this.#account, handlers);
  }

  async connect(options?: CallOptions): Promise<Answer<true>> {
    return answered(async () => {
      await this.#open();
      return { kind: 'ok', value: true };
    }, options?.signal);
  }

  async refresh(options?: CallOptions): Promise<Answer<true>> {
    return this.connect(options);
  }

  /** One statement that answers one value, on an account that is open. */
  async #ask<T>(sql: string, values: unknown[]): Promise<T> {
    await this.#open();
    const { rows } = await this.#engine.pool.query<{ answer: T }>(sql, values);
    const row = rows[0];
    if (row === undefined) throw new Error('the paper book gave no answer');
    return row.answer;
  }

  #open(): Promise<void> {
    this.#opened ??= this.#terms()
      .then((terms) => this.#engine.openAccount(this.#account, terms))
      .then(() => undefined)
      .catch((error: unknown) => {
        this.#opened = null;
        throw error;
      });
    return this.#opened;
  }

  /** All pages of a list; unknown rather than incomplete when there are too many. */
  async #list<R extends PageRow, T>(
    sql: string,
    since: Date,
    read: (row: R) => T,
    options?: CallOptions,
  ): Promise<Answer<readonly T[]>> {
    return answered(async () => {
      const value: T[] = [];
      let at: Date | string = since;
      let after = '0';
      for (let page = 0; page < PAGES; page += 1) {
        const rows: R[] = await this.#ask<R[]>(sql, [this.#account, at, after, PAGE]);
        value.push(...rows.map(read));
        const last = rows.at(-1);
        if (last === undefined || rows.length < PAGE) return { kind: 'ok', value };
        at = last.at;
        after = last.id;
      }
      return unknown(`more than ${PAGE * PAGES} rows since ${since.toISOString()}`);
    }, options?.signal);
  }
}

function refRow(ref: OrderRef): { client_order_id: string } | { broker_order_id: string } {
  return 'clientOrderId' in ref
    ? { client_order_id: ref.clientOrderId }
    : { broker_order_id: ref.brokerOrderId };
}

/** What no venue takes and no row is kept of, or null. */
function malformed(order: PlaceOrder): Rejected | null {
  const refuse = (sentence: string): Rejected => ({ kind: 'rejected', code: 'INVALID_ORDER', sentence });
  if (order.clientOrderId.length < 1 || order.clientOrderId.length > 128) {
    return refuse('The client order id must have 1 to 128 characters.');
  }
  if (!order.qty.isFinite() || order.qty.lte(0)) return refuse('The quantity must be above zero.');
  if ((order.limitPrice !== undefined) !== (order.type === 'LIMIT')) {
    return refuse('A limit price belongs to limit orders, and only to them.');
  }
  if ((order.stopPrice !== undefined) !== (order.type === 'STOP')) {
    return refuse('A stop price belongs to stop orders, and only to them.');
  }
  const price = order.limitPrice ?? order.stopPrice;
  if (price !== undefined && !price.isFinite()) return refuse('The price must be a number.');
  return null;
}
