/**
 * Drives the real handlers through a file of bars, in one process, one at a time, in simulated time.
 *
 * Entry point: `Replay`. Invariants: what is due earlier happens earlier; at the same moment the venue's fills come
 * first, then jobs stage by stage, then signals, then the tick; a tick inside the quiet band of everything open touches
 * no database, and the result does not depend on that; a handler that fails ends the replay.
 */
import type { PaperEngine } from '#server/broker/paper/engine.ts';
import type { Pool } from '#server/db.ts';
import { sweepSignals } from '#server/pipeline/1-signal/sweep-signals.ts';
import { sweepLateDeliveries } from '#server/pipeline/2-delivery/fan-out.ts';
import { markAccountDays } from '#server/pipeline/3-intent/mark-account-days.ts';
import { checkLiveOrders } from '#server/pipeline/4-order/check-live-orders.ts';
import { sweepExits } from '#server/pipeline/7-exit/sweep-exits.ts';
import type { QuoteWatch } from '#server/pipeline/7-exit/watch-quotes.ts';
import { sessionAt } from '../market/calendar.ts';
import { addTick, type Candles, newCandles } from '../market/candles.ts';
import type { Bar } from '../market/feeds/bars-file.ts';
import { barLength, ticksOfBar } from '../market/feeds/replay.ts';
import type { FeedInstrument } from '../market/port.ts';
import { classRules, type Tick } from '../market/tick.ts';
import { type Hygiene, judgeTick, newHygiene } from '../market/tick-hygiene.ts';
import { act, type Hands, liftFlatten } from './act.ts';
import type { ReplayQueue } from './queue.ts';
import type { ReplaySignal } from './signals-file.ts';
import { isNearLatch, type ReplayState, readState } from './state.ts';
import type { SyncedDatabase } from './synced-database.ts';

export interface ReplayJob {
  readonly name: string;
  readonly run: (ctx: Hands['ctx'], ids: string[]) => Promise<unknown>;
}

export interface ReplayParts extends Hands {
  readonly database: SyncedDatabase;
  /** A pool that brings nothing up to date, for looking at the state. */
  readonly observer: Pool;
  readonly queue: ReplayQueue;
  readonly paper: PaperEngine;
  readonly watch: QuoteWatch;
  readonly jobs: readonly ReplayJob[];
  readonly instrument: FeedInstrument;
  readonly bars: readonly Bar[];
  readonly signals: readonly ReplaySignal[];
  readonly everyTick: boolean;
  /** Called before each tick; waits where a speed is asked for. */
  readonly pace: (at: number) => Promise<void>;
  /** First error of a stream's handler, if any. */
  readonly failure: () => unknown;
}

export interface ReplayCounts {
  bars: number;
  ticks: number;
  refusedTicks: number;
  signals: number;
  /** Lines that were not accepted, by code. */
  readonly refusedSignals: Map<string, number>;
}

/** Sweeps look at the clock once a second. */
const SWEEP_MS = 1000;
/** After the last bar what is under way gets this long to end, ms. */
const WIND_DOWN_MS = 600_000;
/** More turns than this at one moment mean that two handlers keep waking each other. */
const MOST_TURNS = 1000;

export class Replay {
  readonly #parts: ReplayParts;
  readonly #hygiene: Hygiene = newHygiene(null);
  readonly #candles: Candles;
  readonly #jobs: ReadonlyMap<string, ReplayJob['run']>;
  readonly #counts: ReplayCounts = {
    bars: 0,
    ticks: 0,
    refusedTicks: 0,
    signals: 0,
    refusedSignals: new Map(),
  };
  #state: ReplayState = {
    isBusy: false,
    isResting: false,
    isOpen: false,
    dueAt: null,
    flattening: false,
    days: [],
  };
  #paperDueAt: number | null = null;
  #sweepAt: number | null = null;
  #nextSignal = 0;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
    this.#candles = newCandles(parts.instrument.market);
    this.#jobs = new Map(parts.jobs.map((job) => [job.name, job.run]));
  }

  async run(): Promise<ReplayCounts> {
    const { bars, watch, instrument, database } = this.#parts;
    const length = barLength(bars);
    watch.onGained(instrument.id);
    await watch.sync();
    for (const [index, bar] of bars.entries()) {
      for (const tick of ticksOfBar(bar, length)) await this.#moment(tick);
      this.#counts.bars += 1;
      // What a day ends with is what the next one begins with.
      const closesAt = sessionAt(instrument.market, bar.at)?.closesAt ?? Number.POSITIVE_INFINITY;
      if (this.#state.isOpen && (bars[index + 1]?.at ?? closesAt) >= closesAt) await this.#markDays();
    }
    await this.#signalsUntil(Number.POSITIVE_INFINITY);
    await this.#advance(database.now + WIND_DOWN_MS);
    await watch.stop();
    return this.#counts;
  }

  async #moment(tick: Tick): Promise<void> {
    await this.#parts.pace(tick.at);
    await this.#signalsUntil(tick.at);
    await this.#advance(tick.at);
    await this.#tick(tick);
  }

  async #signalsUntil(at: number): Promise<void> {
    const { signals, database } = this.#parts;
    for (
      let signal = signals[this.#nextSignal];
      signal !== undefined && signal.at <= at;
      signal = signals[this.#nextSignal]
    ) {
      this.#nextSignal += 1;
      await this.#advance(Math.max(signal.at, database.now));
      const outcome = await act(this.#parts, signal);
      this.#counts.signals += 1;
      if (outcome !== 'ACCEPTED') {
        this.#counts.refusedSignals.set(outcome, (this.#counts.refusedSignals.get(outcome) ?? 0) + 1);
      }
      await this.#settle();
    }
  }

  /** Lets everything happen that is due until `to` (ms), each at its own moment. */
  async #advance(to: number): Promise<void> {
    const { database, queue } = this.#parts;
    for (let turns = 0; ; ) {
      const due = [queue.nextAt(), this.#paperDueAt, this.#sweepAt].filter((at) => at !== null);
      const at = Math.max(Math.min(...due), database.now);
      if (due.length === 0 || at > to) break;
      turns = at > database.now ? 0 : turns + 1;
      if (turns > MOST_TURNS)
        throw new Error(`more than ${MOST_TURNS} turns at ${new Date(at).toISOString()}`);
      database.setNow(at);
      const isSweep = this.#sweepAt !== null && this.#sweepAt <= at;
      await this.#settle(isSweep);
    }
    database.setNow(to);
  }

  async #tick(tick: Tick): Promise<void> {
    const { database, watch, paper, instrument, everyTick } = this.#parts;
    this.#counts.ticks += 1;
    const session = sessionAt(instrument.market, tick.at);
    const { verdict } = judgeTick(this.#hygiene, tick, {
      rules: classRules(instrument.assetClass),
      now: tick.at,
      sessionOpen: session !== null,
      sessionOpenedAt: session?.opensAt ?? null,
      allowsNegative: instrument.allowsNegative,
    });
    if (verdict === 'DROP') {
      this.#counts.refusedTicks += 1;
      return;
    }
    database.addCandles(addTick(this.#candles, tick));
    database.setQuote(tick, this.#hygiene.changedAt);
    if (verdict === 'GOOD') {
      if (this.#state.isResting || everyTick) await paper.matchSymbol(instrument.id, tick);
      await watch.onTicks(instrument.id, [tick]);
    }
    if (everyTick || isNearLatch(this.#state.days, tick.last)) await this.#markDays();
    if (everyTick || this.#state.isBusy || database.takeLooked())
      await this.#settle(this.#state.isBusy || everyTick);
  }

  /** Everything that follows now, until nothing does; then looks at what is under way. */
  async #settle(withSweeps = false): Promise<void> {
    const { database, watch, observer, instrument, paper } = this.#parts;
    await this.#drain();
    if (withSweeps) {
      await this.#sweep();
      await this.#drain();
    }
    await watch.sync();
    await this.#drain();
    this.#state = await readState(observer, instrument.market, database.now);
    if (this.#state.flattening && !this.#state.isOpen) {
      await liftFlatten(this.#parts);
      this.#state = await readState(observer, instrument.market, database.now);
    }
    this.#paperDueAt = (await paper.nextDueAt())?.getTime() ?? null;
    this.#sweepAt = this.#state.dueAt === null ? null : Math.ceil(this.#state.dueAt / SWEEP_MS) * SWEEP_MS;
    database.takeLooked();
  }

  /** Fills that are due, then jobs stage by stage, until neither is left. */
  async #drain(): Promise<void> {
    const { database, queue, paper, ctx, failure } = this.#parts;
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const told = await paper.deliverDueFills(new Date(database.now));
      if (failure() !== undefined) throw failure();
      const job = queue.take(database.now);
      if (job === null && told === 0) return;
      if (job !== null) await this.#jobs.get(job.name)?.(ctx, job.ids);
    }
    throw new Error(`more than ${MOST_TURNS} turns at ${new Date(database.now).toISOString()}`);
  }

  async #sweep(): Promise<void> {
    const { ctx } = this.#parts;
    await sweepExits(ctx);
    await checkLiveOrders(ctx);
    await sweepLateDeliveries(ctx);
    await sweepSignals(ctx);
  }

  async #markDays(): Promise<void> {
    if (this.#state.isOpen) await markAccountDays(this.#parts.ctx);
  }
}
