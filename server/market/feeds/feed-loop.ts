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
import { type Line, newLine, type Taken, takeTicks } from './line.ts';
import { ShardHolder } from './shards.ts';

export interface FeedHooks {
  /** Good ticks of one symbol in order of time, its quote being stored already. */
  onTicks(instrumentId: string, ticks: readonly Tick[]): Promise<void>;
  /** The symbol's newest good quote, for the paper broker's orders. */
  matchPaper(instrumentId: string, quote: Tick): Promise<void>;
  /** Whether good ticks may not wait for their symbol's turn: they reach a trigger. */
  isUrgent?(instrumentId: string, ticks: readonly Tick[]): boolean;
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

/** Time between two writes of a symbol, ms: at most four a second, unless a tick reaches a trigger. */
export const PASS_MS = 250;
/** Time between two turns, ms: how long a tick may wait before it is judged. Each turn writes what is due then. */
const TURN_MS = 20;
const RENEW_MS = 1000;
const REFRESH_MS = 500;
const REJECTS_MS = 5000;
const CALENDARS_MS = 3_600_000;

/** Of one symbol: judged, and waiting to be written. */
interface Waiting {
  quote: Tick;
  accepted: number;
  good: Tick[];
}

export class FeedLoop {
  readonly #options: FeedLoopOptions;
  readonly #shards: ShardHolder;
  readonly #lines = new Map<string, Line>();
  readonly #rejects = new Map<string, Reject>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #writtenAt = new Map<string, number>();
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

  /** Leases and instruments when due, then ticks, quotes, candles, hooks of every symbol. */
  async pass(): Promise<void> {
    await this.#turn(0);
  }

  /** One turn; of the symbols whose last write is younger than `restMs` only what is urgent is written. */
  async #turn(restMs: number): Promise<void> {
    if (this.#isDue('renew', RENEW_MS)) await this.#renew();
    if (this.#isDue('refresh', REFRESH_MS)) await this.#refresh();
    await this.#feed(this.#options.clock() + this.#clockOffset, restMs);
    if (this.#isDue('rejects', REJECTS_MS)) await this.#writeRejects();
    if (this.#isDue('calendars', CALENDARS_MS)) await checkCalendars(this.#options.pool);
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const began = clock();
      await this.#turn(PASS_MS).catch((error: unknown) => log.error({ err: error }, 'feed turn failed'));
      const rest = Math.max(5, TURN_MS - (clock() - began));
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
    const gained = instruments.filter(({ id }) => !this.#lines.has(id) && this.#shards.leaseOf(id) !== null);
    if (gained.length === 0) return;
    const candles = await readOpenCandles(this.#options.pool, gained);
    for (const instrument of gained) this.#gain(instrument, candles.get(instrument.id) ?? []);
  }

  #gain(instrument: FeedInstrument, candles: readonly Candle[]): void {
    const { feed, hooks, clock } = this.#options;
    this.#lines.set(instrument.id, newLine(instrument, candles));
    const now = clock() + this.#clockOffset;
    // symbols that come together are not all written in the same turn
    this.#writtenAt.set(instrument.id, now - (this.#lines.size % PASS_MS));
    feed.open(instrument, now);
    hooks.onGained?.(instrument.id);
  }

  #drop(id: string): void {
    this.#lines.delete(id);
    this.#waiting.delete(id);
    this.#writtenAt.delete(id);
    this.#options.feed.close(id);
    this.#options.hooks.onLost?.(id);
  }

  async #feed(now: number, restMs: number): Promise<void> {
    const candles: { instrumentId: string; candle: Candle }[] = [];
    for (const [id, line] of this.#lines) {
      const taken = takeTicks(line, this.#options.feed.pull(id, now), now);
      if (taken.refused.length > 0) this.#note(id, taken.refused);
      for (const candle of taken.completed) candles.push({ instrumentId: id, candle });
      // With the minute that ended go the longer candles in the making, so that a crash costs a minute of them.
      if (taken.completed.length > 0) candles.push(...openCandles(line));
      this.#wait(id, taken);
    }
    await this.#write(this.#whatIsDue(now, restMs));
    const mine = candles.filter(({ instrumentId }) => this.#lines.has(instrumentId));
    if (mine.length > 0) await writeCandles(this.#options.pool, mine);
  }

  #wait(id: string, { quote, accepted, good }: Taken): void {
    if (quote === null) return;
    const known = this.#waiting.get(id);
    if (known === undefined) {
      this.#waiting.set(id, { quote, accepted, good: [...good] });
      return;
    }
    known.quote = quote;
    known.accepted += accepted;
    known.good.push(...good);
  }

  /** Takes out what is to be written now: symbols whose time has come, and those with a tick that cannot wait. */
  #whatIsDue(now: number, restMs: number): (QuoteWrite & { good: readonly Tick[] })[] {
    const { hooks } = this.#options;
    const due: (QuoteWrite & { good: readonly Tick[] })[] = [];
    for (const [id, waiting] of this.#waiting) {
      const lease = this.#shards.leaseOf(id);
      const line = this.#lines.get(id);
      const rested = now - (this.#writtenAt.get(id) ?? 0) >= restMs;
      if (!rested && !hooks.isUrgent?.(id, waiting.good)) continue;
      this.#waiting.delete(id);
      if (lease === null || line === undefined) continue;
      this.#writtenAt.set(id, now);
      const { quote: tick, accepted: ticks, good } = waiting;
      due.push({ instrumentId: id, tick, changedAt: line.hygiene.changedAt, ticks, lease, good });
    }
    return due;
  }

  async #write(quotes: readonly (QuoteWrite & { good: readonly Tick[] })[]): Promise<void> {
    if (quotes.length === 0) return;
    const { pool, feed, worker } = this.#options;
    const written = await writeQuotes(pool, quotes, worker, feed.simulated);
    for (const quote of quotes) if (!written.has(quote.instrumentId)) this.#drop(quote.instrumentId);
    await Promise.all(
      quotes.filter((q) => written.has(q.instrumentId)).map((q) => this.#handOn(q.instrumentId, q.good)),
    );
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
