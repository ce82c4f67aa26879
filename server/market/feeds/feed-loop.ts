/**
 * The worker's feed: takes its share of the symbols, pulls their ticks, writes quotes and candles, hands on ticks.
 *
 * Entry points: `FeedLoop` (`start`, `stop`; `pass` is one turn), `FeedHooks`. Invariants: a symbol's ticks reach
 * the hooks only after its quote was written under a valid lease, so that whoever lost the lease stops feeding,
 * watching and matching in the same moment; hooks of one symbol never overlap; a hook that fails stops nobody.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Pool } from '#server/db.ts';
import type { Candle } from '../candles.ts';
import type { FeedInstrument, PriceFeed } from '../port.ts';
import type { Tick } from '../tick.ts';
import {
  checkCalendars,
  type QuoteWrite,
  type Reject,
  readClock,
  readInstruments,
  readOpenCandles,
  writeCandles,
  writeQuotes,
  writeRejects,
} from './feed-store.ts';
import { type Line, newLine, takeTicks } from './line.ts';
import { ShardHolder } from './shards.ts';

export interface FeedHooks {
  /** Good ticks of one symbol in order of time, its quote being stored already. */
  onTicks(instrumentId: string, ticks: readonly Tick[]): Promise<void>;
  /** The symbol's newest good quote, for the paper broker's orders. */
  matchPaper(instrumentId: string, quote: Tick): Promise<void>;
  /** This worker feeds the symbol from now on. */
  onGained?(instrumentId: string): void;
  /** Another worker may feed it from now on. */
  onLost?(instrumentId: string): void;
}

export interface FeedLoopOptions {
  readonly pool: Pool;
  readonly feed: PriceFeed;
  readonly hooks: FeedHooks;
  readonly log: Logger;
  /** Name that holds the leases: unique per process. */
  readonly worker: string;
  /** A clock of this process in ms; only its differences count, the time of day is the database's. */
  readonly clock: () => number;
}

/** Time between two passes, ms: at most four writes a second per symbol. */
export const PASS_MS = 250;
const RENEW_MS = 1000;
const REFRESH_MS = 500;
const REJECTS_MS = 5000;
const CALENDARS_MS = 3_600_000;

export class FeedLoop {
  readonly #options: FeedLoopOptions;
  readonly #shards: ShardHolder;
  readonly #lines = new Map<string, Line>();
  readonly #rejects = new Map<string, Reject>();
  readonly #due = { renew: 0, refresh: 0, rejects: 0, calendars: 0 };
  readonly #stop = new AbortController();
  #clockOffset = 0;
  #running: Promise<void> | null = null;

  constructor(options: FeedLoopOptions) {
    this.#options = options;
    this.#shards = new ShardHolder(options.pool, options.worker);
  }

  /** The instruments that are fed here at the moment. */
  held(): string[] {
    return [...this.#lines.keys()];
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after the pass under way, writes the candles in the making, gives the leases back. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    const { pool } = this.#options;
    const open = [...this.#lines.values()].flatMap((line) => openCandles(line));
    for (const id of this.held()) this.#drop(id);
    if (open.length > 0) await writeCandles(pool, open);
    await this.#writeRejects();
    await this.#shards.release();
  }

  /** One turn: leases and instruments when due, then ticks, quotes, candles, hooks. */
  async pass(): Promise<void> {
    if (this.#isDue('renew', RENEW_MS)) await this.#renew();
    if (this.#isDue('refresh', REFRESH_MS)) await this.#refresh();
    await this.#feed(this.#options.clock() + this.#clockOffset);
    if (this.#isDue('rejects', REJECTS_MS)) await this.#writeRejects();
    if (this.#isDue('calendars', CALENDARS_MS)) await checkCalendars(this.#options.pool);
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const began = clock();
      await this.pass().catch((error: unknown) => log.error({ err: error }, 'feed pass failed'));
      const rest = Math.max(10, PASS_MS - (clock() - began));
      await sleep(rest, undefined, { signal }).catch(() => undefined);
    }
  }

  async #renew(): Promise<void> {
    const { pool, clock } = this.#options;
    await this.#shards.renew();
    this.#clockOffset = (await readClock(pool)) - clock();
    for (const id of this.held()) if (this.#shards.leaseOf(id) === null) this.#drop(id);
  }

  async #refresh(): Promise<void> {
    const instruments = await readInstruments(this.#options.pool);
    const listed = new Set(instruments.map((instrument) => instrument.id));
    for (const id of this.held()) if (!listed.has(id)) this.#drop(id);
    for (const instrument of instruments) {
      if (!this.#lines.has(instrument.id) && this.#shards.leaseOf(instrument.id) !== null)
        await this.#gain(instrument);
    }
  }

  async #gain(instrument: FeedInstrument): Promise<void> {
    const { pool, feed, hooks, clock } = this.#options;
    this.#lines.set(instrument.id, newLine(instrument, await readOpenCandles(pool, instrument)));
    feed.open(instrument, clock() + this.#clockOffset);
    hooks.onGained?.(instrument.id);
  }

  #drop(id: string): void {
    this.#lines.delete(id);
    this.#options.feed.close(id);
    this.#options.hooks.onLost?.(id);
  }

  async #feed(now: number): Promise<void> {
    const { pool, feed, worker } = this.#options;
    const quotes: (QuoteWrite & { good: readonly Tick[] })[] = [];
    const candles: { instrumentId: string; candle: Candle }[] = [];
    for (const [id, line] of this.#lines) {
      const taken = takeTicks(line, feed.pull(id, now), now);
      this.#note(id, taken.refused);
      candles.push(...taken.completed.map((candle) => ({ instrumentId: id, candle })));
      // With the minute that ended go the longer candles in the making, so that a crash costs a minute of them.
      if (taken.completed.length > 0) candles.push(...openCandles(line));
      const lease = this.#shards.leaseOf(id);
      if (taken.quote === null || lease === null) continue;
      quotes.push({
        instrumentId: id,
        tick: taken.quote,
        changedAt: line.hygiene.changedAt,
        ticks: taken.accepted,
        lease,
        good: taken.good,
      });
    }
    if (quotes.length > 0) {
      const written = await writeQuotes(pool, quotes, worker, feed.simulated);
      for (const quote of quotes) if (!written.has(quote.instrumentId)) this.#drop(quote.instrumentId);
      await Promise.all(
        quotes.filter((q) => written.has(q.instrumentId)).map((q) => this.#handOn(q.instrumentId, q.good)),
      );
    }
    const mine = candles.filter(({ instrumentId }) => this.#lines.has(instrumentId));
    if (mine.length > 0) await writeCandles(pool, mine);
  }

  /** Orders rest at the paper venue before the book raises new ones, as they would at a real one. */
  async #handOn(id: string, good: readonly Tick[]): Promise<void> {
    const last = good.at(-1);
    if (last === undefined) return;
    const { hooks, log } = this.#options;
    const failed = (what: string) => (error: unknown) =>
      log.error({ err: error, instrumentId: id }, `${what} failed`);
    await hooks.matchPaper(id, last).catch(failed('matching paper orders'));
    await hooks.onTicks(id, good).catch(failed('watching ticks'));
  }

  #note(id: string, refused: readonly { reason: string; tick: Tick }[]): void {
    for (const { reason, tick } of refused) {
      const minute = Math.floor((this.#options.clock() + this.#clockOffset) / 60_000) * 60_000;
      const key = `${id} ${reason} ${minute}`;
      const known = this.#rejects.get(key);
      if (known === undefined)
        this.#rejects.set(key, { instrumentId: id, reason, minute, count: 1, example: tick });
      else known.count += 1;
    }
  }

  async #writeRejects(): Promise<void> {
    if (this.#rejects.size === 0) return;
    const rejects = [...this.#rejects.values()];
    this.#rejects.clear();
    await writeRejects(this.#options.pool, rejects);
  }

  #isDue(what: 'renew' | 'refresh' | 'rejects' | 'calendars', every: number): boolean {
    const now = this.#options.clock();
    if (now < this.#due[what]) return false;
    this.#due[what] = now + every;
    return true;
  }
}

function openCandles(line: Line): { instrumentId: string; candle: Candle }[] {
  return [...line.candles.current.values()].map((candle) => ({ instrumentId: line.instrument.id, candle }));
}
