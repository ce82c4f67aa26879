/**
 * The paper broker's engine: a simulated venue whose whole book is in PostgreSQL (schema paper).
 *
 * Entry points: `PaperEngine` with `matchSymbol` (once per tick, by the worker that holds the symbol's lease),
 * `deliverDueFills` (often, or at `nextDueAt` in simulated time), `openAccount`, `port`, `setKnobs`.
 *
 * Invariants
 * - Its pool is its own and logs in as lockstep_paper; no transaction of the pipeline ever spans the book, so an
 *   order may well be accepted here while its caller dies before writing that down.
 * - Every call is one statement, hence one transaction: a kill at any point leaves the book whole.
 * - Time is fn.clock() of the database, randomness a hash of the order's seed key: a replay repeats.
 * - News (fills, ends of orders) are leased, handed to the stream, then marked: they may repeat, never get lost.
 */
import type { Pool } from '#server/db.ts';
import type { Decimal, Numeric } from '#server/money.ts';
import type { BrokerPort, StreamHandle, StreamHandlers } from '../port.ts';
import { PaperPort } from './paper-port.ts';
import { type FillRow, type OrderRow, toFill, toOrder } from './rows.ts';

/** A quote as matching takes it; bid and ask are null where the feed has none. */
export interface MatchQuote {
  readonly bid: Numeric | null;
  readonly ask: Numeric | null;
  readonly last: Numeric;
}

/** On what terms an account is opened; money in `currency`, fees as in the account's schedule. */
export interface PaperTerms {
  readonly currency: string;
  readonly cash: Decimal;
  readonly makerBps?: Decimal;
  readonly takerBps?: Decimal;
  readonly feePerShare?: Decimal;
  readonly feePerContract?: Decimal;
  readonly feeMinimum?: Decimal;
}

/** How the venue behaves; what is absent stays as it is (defaults: seed 1, 20–80 ms, 1 bp, 10 %, no rejects). */
export interface PaperKnobs {
  readonly seed?: string;
  readonly latencyMinMs?: number;
  readonly latencyMaxMs?: number;
  readonly slippageBps?: number;
  readonly partialProbability?: number;
  readonly rejectProbability?: number;
  readonly quoteMaxAgeMs?: number;
}

export interface PaperEngineOptions {
  /** A pool that logs in as lockstep_paper and serves nothing else. */
  readonly pool: Pool;
  /** A stream's handler failed: its news come again after the lease. */
  readonly onError?: (error: unknown) => void;
  /** Accounts told at once (default 1: all news in one order, as a replay needs it). Of one account always one at a time. */
  readonly lanes?: number;
}

interface News {
  id: string;
  account_id: string;
  fill: FillRow | null;
  order: OrderRow | null;
}

/** A process that took news and died leaves them to the next one after this long. */
const NEWS_LEASE_MS = 5_000;
/** News taken at once, per lane: well within the lease; the rest follows in the next call. */
const NEWS_PER_LANE = 50;
const NEWS_LIMIT = 500;

export class PaperEngine {
  readonly pool: Pool;
  readonly #onError: (error: unknown) => void;
  readonly #lanes: number;
  readonly #streams = new Map<string, Set<StreamHandlers>>();

  constructor(options: PaperEngineOptions) {
    this.pool = options.pool;
    this.#onError = options.onError ?? (() => {});
    this.#lanes = options.lanes ?? 1;
  }

  /** Opens an account in the book; false when it was open already (its terms then stay as they were). */
  async openAccount(accountId: string, terms: PaperTerms): Promise<boolean> {
    const { rows } = await this.pool.query<{ opened: boolean }>(
      'select paper.account_open($1, $2::jsonb) as opened',
      [
        accountId,
        JSON.stringify({
          currency: terms.currency,
          cash: terms.cash,
          maker_bps: terms.makerBps,
          taker_bps: terms.takerBps,
          fee_per_share: terms.feePerShare,
          fee_per_contract: terms.feePerContract,
          fee_minimum: terms.feeMinimum,
        }),
      ],
    );
    return rows[0]?.opened ?? false;
  }

  /** The port of one account; `terms` are asked for when the account is used for the first time. */
  port(accountId: string, terms: () => Promise<PaperTerms>): BrokerPort {
    return new PaperPort(this, accountId, terms);
  }

  /**
   * Matches the resting orders of an instrument against a new quote. Returns how many fills it decided; they happen
   * at their due times. Call it once per good tick, holding the symbol's lease.
   */
  async matchSymbol(instrumentId: string, quote: MatchQuote): Promise<number> {
    const text = (value: Numeric | null) => (value === null ? null : String(value));
    const { rows } = await this.pool.query<{ n: number }>(
      'select paper.quote_match($1, $2::numeric, $3::numeric, $4::numeric) as n',
      [instrumentId, text(quote.bid), text(quote.ask), text(quote.last)],
    );
    return rows[0]?.n ?? 0;
  }

  /** Instruments with orders that wait for a price: the only ones that need `matchSymbol`. */
  async waitingInstruments(): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ id: string }>(
      `select distinct instrument_id as id from paper.orders
       where status in ('PLACED', 'PARTIALLY_FILLED') and matched_qty < qty`,
    );
    return new Set(rows.map((row) => row.id));
  }

  /**
   * Lets everything due by `now` (default: the database's clock) happen, and hands fills and ended orders to the
   * streams that are open in this process, in order, one at a time for each account. Returns how many messages were handled.
   */
  async deliverDueFills(now?: Date): Promise<number> {
    const { rows } = await this.pool.query<{ news: News[] }>(
      'select paper.news_claim($1::uuid[], $2, $3, $4) as news',
      [
        [...this.#streams.keys()],
        now ?? null,
        NEWS_LEASE_MS,
        this.#lanes > 1 ? this.#lanes * NEWS_PER_LANE : NEWS_LIMIT,
      ],
    );
    const news = rows[0]?.news ?? [];
    const groups = this.#lanes > 1 ? [...Map.groupBy(news, (one) => one.account_id).values()] : [news];
    let count = 0;
    const lane = async (): Promise<void> => {
      for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
        const told = await this.#tellAll(group);
        count += told;
      }
    };
    await Promise.all(Array.from({ length: this.#lanes }, lane));
    return count;
  }

  /** Tells news one after the other and marks what was heard; returns how many were. */
  async #tellAll(news: readonly News[]): Promise<number> {
    const told: string[] = [];
    for (const { id, account_id, fill, order } of news) {
      const heard = await this.#tell(account_id, async (to) => {
        if (fill !== null) await to.onFill(toFill(fill));
        if (order !== null) await to.onOrder(toOrder(order));
      });
      if (heard) told.push(id);
    }
    if (told.length > 0) await this.pool.query('select paper.news_done($1::bigint[])', [told]);
    return told.length;
  }

  /** When the book changes next by itself, or null: how far a replay may jump. */
  async nextDueAt(): Promise<Date | null> {
    const { rows } = await this.pool.query<{ at: Date | null }>('select paper.next_due_at() as at');
    return rows[0]?.at ?? null;
  }

  /** Violations of the book's own bookkeeping; empty is healthy. */
  async ledgerCheck(): Promise<{ name: string; account_id: string; detail: unknown }[]> {
    const { rows } = await this.pool.query<{ name: string; account_id: string; detail: unknown }>(
      'select name, account_id, detail from paper.ledger_check()',
    );
    return rows;
  }

  /** Changes how the venue behaves, for every process. */
  async setKnobs(knobs: PaperKnobs): Promise<void> {
    await this.pool.query(
      `update paper.knobs set seed = coalesce($1, seed), latency_min_ms = coalesce($2, latency_min_ms),
         latency_max_ms = coalesce($3, latency_max_ms), slippage_bps = coalesce($4, slippage_bps),
         partial_probability = coalesce($5, partial_probability), reject_probability = coalesce($6, reject_probability),
         quote_max_age_ms = coalesce($7, quote_max_age_ms)`,
      [
        knobs.seed ?? null,
        knobs.latencyMinMs ?? null,
        knobs.latencyMaxMs ?? null,
        knobs.slippageBps ?? null,
        knobs.partialProbability ?? null,
        knobs.rejectProbability ?? null,
        knobs.quoteMaxAgeMs ?? null,
      ],
    );
  }

  /** Opens a stream of one account in this process. */
  subscribe(accountId: string, handlers: StreamHandlers): StreamHandle {
    const streams = this.#streams.get(accountId) ?? new Set();
    streams.add(handlers);
    this.#streams.set(accountId, streams);
    return {
      close: async () => {
        streams.delete(handlers);
        if (streams.size === 0 && this.#streams.get(accountId) === streams) this.#streams.delete(accountId);
      },
    };
  }

  /** False when nobody took the message: it stays leased and comes again. */
  async #tell(
    accountId: string,
    message: (handlers: StreamHandlers) => void | Promise<void>,
  ): Promise<boolean> {
    const streams = [...(this.#streams.get(accountId) ?? [])];
    if (streams.length === 0) return false;
    try {
      for (const stream of streams) await message(stream);
      return true;
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }
}
