// The trigger book of one worker, kept up to date and fed: symbols come and go with their leases, trades with their
// changes, ticks with the feed; what the book proposes is raised.
// Entry points: QuoteWatch.onGained, .onLost, .onTicks (the feed's hooks), .sync, .start, .stop.
// Invariants: memory only, rebuilt from Postgres for every symbol gained; "trades changed" carries no ids, the changes
// are read by transaction id, so that a late commit is not lost; reads never overlap, raises never overlap.
import type { Client } from '#server/db.ts';
import type { PipelineContext } from '../context.ts';
import { raiseExits } from './raise-exit.ts';
import { type Raised, readTriggers } from './store.ts';
import { TriggerBook } from './trigger-book.ts';

/** What the watch needs of a tick. */
export interface WatchedTick {
  readonly last: number;
  /** Source time, ms since 1970. */
  readonly at: number;
}

/** Channel of fn.trade_stamp; equal notifications of one transaction are folded by Postgres. */
const CHANNEL = 'lockstep_trades';
/** Without a notification changes are read this often: it may have been lost with its connection. */
const POLL_MS = 1_000;
/** Symbols whose trades are read together: the trades of 5,000 in one answer were half of the memory of a worker. */
const SYMBOLS_AT_ONCE = 250;

export class QuoteWatch {
  readonly #ctx: PipelineContext;
  readonly #book = new TriggerBook();
  readonly #unread = new Set<string>();
  #cursor: string | null = null;
  #syncing: Promise<void> | null = null;
  #isStale = false;
  #raising: Promise<unknown> = Promise.resolve();
  #listener: Client | null = null;
  #poll: NodeJS.Timeout | null = null;

  constructor(ctx: PipelineContext) {
    this.#ctx = ctx;
  }

  /** Symbols held at the moment. */
  held(): string[] {
    return this.#book.instruments();
  }

  /** Trades in the book. */
  size(): number {
    return this.held().reduce((sum, id) => sum + this.#book.tradeIds(id).length, 0);
  }

  /** This worker feeds the symbol from now on: its trades are read before the next proposal. */
  onGained = (instrumentId: string): void => {
    this.#book.hold(instrumentId);
    this.#unread.add(instrumentId);
    this.#sync();
  };

  /** Another worker feeds it from now on. */
  onLost = (instrumentId: string): void => {
    this.#book.release(instrumentId);
    this.#unread.delete(instrumentId);
  };

  /** Whether some of these ticks reach a trigger, so that their quote is written at once. */
  isUrgent = (instrumentId: string, ticks: readonly WatchedTick[]): boolean =>
    ticks.some((tick) => this.#book.isOutside(instrumentId, tick.last));

  /**
   * Good ticks of one symbol within its session, in order of time. Resolves when what they crossed is raised.
   * Throws when Postgres cannot be reached: the sweep raises it then.
   */
  onTicks = async (instrumentId: string, ticks: readonly WatchedTick[]): Promise<void> => {
    let isOutside = false;
    for (const tick of ticks) isOutside = this.#book.tick(instrumentId, tick.last, tick.at) || isOutside;
    if (isOutside) await this.#raise();
  };

  /** Reads what changed since the last time and raises what follows from it. Calls while it runs are one more run. */
  async sync(): Promise<void> {
    this.#sync();
    while (this.#syncing) await this.#syncing;
  }

  /** Listens for changes, with polling below it. */
  start(): void {
    this.#poll ??= setInterval(() => {
      void this.#listen();
      this.#sync();
    }, POLL_MS);
    void this.#listen();
  }

  /** Ends listening and waits for what is under way. */
  async stop(): Promise<void> {
    if (this.#poll) clearInterval(this.#poll);
    this.#poll = null;
    this.#listener?.release(true);
    this.#listener = null;
    while (this.#syncing) await this.#syncing;
    await this.#raising;
  }

  #sync(): void {
    if (this.#syncing) {
      this.#isStale = true;
      return;
    }
    this.#syncing = this.#read()
      .catch((error: unknown) =>
        this.#ctx.log.error({ err: error }, 'the trigger book could not read changes'),
      )
      .finally(() => {
        this.#syncing = null;
        if (!this.#isStale) return;
        this.#isStale = false;
        this.#sync();
      });
  }

  async #read(): Promise<void> {
    while (this.#unread.size > 0) {
      const some = [...this.#unread].slice(0, SYMBOLS_AT_ONCE);
      const all = await readTriggers(this.#ctx.pool, some, null);
      for (const id of some) this.#unread.delete(id);
      this.#cursor ??= all.cursor;
      this.#book.apply(all.trades);
    }
    const held = this.held();
    if (this.#cursor !== null && held.length > 0) {
      const changed = await readTriggers(this.#ctx.pool, held, this.#cursor);
      this.#cursor = changed.cursor;
      this.#book.apply(changed.trades);
    }
    await this.#raise();
  }

  /** Raises what the book proposes, one batch after the other. */
  #raise(): Promise<Raised[]> {
    const next = this.#raising
      .catch(() => undefined)
      .then(() => {
        const proposals = this.#book.pass();
        return proposals.length > 0 ? raiseExits(this.#ctx, proposals) : [];
      });
    this.#raising = next.catch(() => undefined);
    return next;
  }

  async #listen(): Promise<void> {
    if (this.#listener || !this.#poll) return;
    try {
      const client = await this.#ctx.pool.connect();
      this.#listener = client;
      client.on('notification', () => this.#sync());
      client.on('error', () => {
        if (this.#listener === client) this.#listener = null;
        client.release(true);
      });
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      this.#listener?.release(true);
      this.#listener = null;
      this.#ctx.log.warn({ err: error }, 'the trigger book listens again in a moment');
    }
  }
}
