/**
 * The database of a replay, brought up to date only when somebody looks.
 *
 * Entry point: `SyncedDatabase`. Invariants: whoever takes a connection from a guarded pool finds the clock at the
 * replay's present, the newest tick as the quote, recorded at its own moment, and every completed candle; nothing is
 * written for a tick that nobody looks at, and no answer depends on whether it was.
 */
import pg from 'pg';
import type { Pool } from '#server/db.ts';
import type { Candle } from '../market/candles.ts';
import { priceText, type Tick } from '../market/tick.ts';

interface Pending {
  readonly tick: Tick;
  readonly changedAt: number;
  readonly ticks: number;
}

export class SyncedDatabase {
  readonly #client: pg.Client;
  readonly #instrumentId: string;
  #now: number;
  #writtenNow = Number.NaN;
  #pending: Pending | null = null;
  #candles: Candle[] = [];
  #syncing: Promise<void> | null = null;
  #looked = false;

  /** @param client a connection of the owner; @param now the beginning, ms */
  constructor(client: pg.Client, instrumentId: string, now: number) {
    this.#client = client;
    this.#instrumentId = instrumentId;
    this.#now = now;
  }

  /** The simulated time, ms. */
  get now(): number {
    return this.#now;
  }

  /** Moves the simulated time on; never back. */
  setNow(now: number): void {
    if (now < this.#now)
      throw new RangeError(`the clock of a replay never goes back: ${now} after ${this.#now}`);
    this.#now = now;
  }

  /** The newest quote, to be seen by whoever looks next. */
  setQuote(tick: Tick, changedAt: number): void {
    this.#pending = { tick, changedAt, ticks: (this.#pending?.ticks ?? 0) + 1 };
  }

  addCandles(candles: readonly Candle[]): void {
    this.#candles.push(...candles);
  }

  /** Whether anybody looked since the last call. */
  takeLooked(): boolean {
    const looked = this.#looked;
    this.#looked = false;
    return looked;
  }

  /** Makes a pool bring the database up to date before it hands out a connection. */
  guard(pool: Pool): Pool {
    const connect = pool.connect.bind(pool);
    type Callback = (
      error: Error | undefined,
      client?: pg.PoolClient,
      done?: (release?: boolean | Error) => void,
    ) => void;
    // Both forms are needed: pool.query takes its connection by the one with a callback.
    const guarded = (callback?: Callback): Promise<pg.PoolClient> | undefined => {
      this.#looked = true;
      const ready = this.sync();
      if (callback === undefined) return ready.then(() => connect());
      ready.then(
        () => connect(callback as Parameters<typeof connect>[0]),
        (error: Error) => callback(error),
      );
      return undefined;
    };
    pool.connect = guarded as typeof pool.connect;
    return pool;
  }

  /** Writes what is not written yet. */
  async sync(): Promise<void> {
    while (this.#syncing !== null) await this.#syncing;
    if (this.#pending === null && this.#candles.length === 0 && this.#writtenNow === this.#now) return;
    this.#syncing = this.#write().finally(() => {
      this.#syncing = null;
    });
    await this.#syncing;
  }

  async #write(): Promise<void> {
    const statements: string[] = [];
    const pending = this.#pending;
    if (pending !== null) {
      statements.push(clockAt(pending.tick.at), `select fn.quotes_put(${this.#quoteText(pending)}, null)`);
    }
    if (this.#candles.length > 0) statements.push(`select fn.candles_put(${this.#candlesText()})`);
    statements.push(clockAt(this.#now));
    this.#pending = null;
    this.#candles = [];
    this.#writtenNow = this.#now;
    await this.#client.query(statements.join('; '));
  }

  #quoteText({ tick, changedAt, ticks }: Pending): string {
    const row = {
      instrument_id: this.#instrumentId,
      bid: priceText(tick.bid),
      ask: priceText(tick.ask),
      last: priceText(tick.last),
      source_time: isoOf(tick.at),
      changed_at: isoOf(changedAt),
      ticks,
      provider: tick.source,
      simulated: true,
    };
    return pg.escapeLiteral(JSON.stringify([row]));
  }

  #candlesText(): string {
    const rows = this.#candles.map((candle) => ({
      instrument_id: this.#instrumentId,
      timeframe: candle.timeframe,
      opens_at: isoOf(candle.opensAt),
      open: priceText(candle.open),
      high: priceText(candle.high),
      low: priceText(candle.low),
      close: priceText(candle.close),
      volume: candle.volume.toFixed(8),
      complete: candle.complete,
    }));
    return pg.escapeLiteral(JSON.stringify(rows));
  }
}

function clockAt(at: number): string {
  return `update public.test_clock set now_at = ${pg.escapeLiteral(isoOf(at))}`;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
