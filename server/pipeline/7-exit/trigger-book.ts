// The trigger book: per symbol, the trigger prices of its open trades and the quiet band between the nearest ones.
// Entry points: TriggerBook.tick (hot), .apply (trades changed), .pass (proposals since the last pass).
// Pure: no clock, no I/O; prices are doubles, since it only proposes and Postgres decides.
// Invariants: inside the band a tick costs two comparisons against it and two for the second's range, and allocates
// nothing; a change of a symbol's triggers cuts the fold; a fold is tested with the triggers of its start; a stop goes
// before a target; what came before a trade's triggers were set never counts for it.
import { type BookTrade, crossedBy, type TriggerRow, tradeOf } from './book-trade.ts';
import { SecondRanges } from './second-ranges.ts';

/** What the book saw of one trade: the extremes of the fold, its last price, and since when it was folded. */
export interface Proposal {
  readonly tradeId: string;
  readonly version: number;
  readonly low: number;
  readonly high: number;
  readonly last: number;
  /** Source time of the last price, ms. */
  readonly at: number;
  /** Every tick of the fold came at or after this, ms. */
  readonly since: number;
}

/** A trigger that was proposed and is still crossed is proposed again after this long, in case it was refused. */
const REPEAT_MS = 1_000;

interface SymbolBook {
  readonly trades: Map<string, BookTrade>;
  readonly ranges: SecondRanges;
  below: number;
  above: number;
  /** Fold since the last pass, of the ticks outside the band. */
  low: number;
  high: number;
  last: number;
  lastAt: number;
  /** Time of its first tick. */
  since: number;
  isDirty: boolean;
  /** When a silenced trigger is listened to again; Infinity when none is silenced. */
  wakeAt: number;
}

export class TriggerBook {
  readonly #symbols = new Map<string, SymbolBook>();
  #dirty: SymbolBook[] = [];
  #pending: Proposal[] = [];

  /** Begins to hold a symbol; ticks of others are ignored. */
  hold(instrumentId: string): void {
    if (this.#symbols.has(instrumentId)) return;
    this.#symbols.set(instrumentId, {
      trades: new Map(),
      ranges: new SecondRanges(),
      below: Number.NEGATIVE_INFINITY,
      above: Number.POSITIVE_INFINITY,
      low: Number.POSITIVE_INFINITY,
      high: Number.NEGATIVE_INFINITY,
      last: Number.NaN,
      lastAt: 0,
      since: 0,
      isDirty: false,
      wakeAt: Number.POSITIVE_INFINITY,
    });
  }

  /** Forgets a symbol: its lease went to another worker, which proposes from now on. */
  release(instrumentId: string): void {
    const symbol = this.#symbols.get(instrumentId);
    if (!symbol) return;
    this.#dirty = this.#dirty.filter((one) => one !== symbol);
    this.#symbols.delete(instrumentId);
  }

  /**
   * One good tick within the session.
   * @param price the tick's price; @param at its source time, ms since 1970
   * @returns true when it lies outside the quiet band: a pass is worth while now
   */
  tick(instrumentId: string, price: number, at: number): boolean {
    const s = this.#symbols.get(instrumentId);
    if (s === undefined) return false;
    s.ranges.add(price, at);
    s.last = price;
    s.lastAt = at;
    if (price > s.below && price < s.above && at < s.wakeAt) return false;
    return this.#outside(s, price, at);
  }

  /** Whether a price reaches a trigger that is listened to, as tick() would say of it. Changes nothing. */
  isOutside(instrumentId: string, price: number): boolean {
    const s = this.#symbols.get(instrumentId);
    return s !== undefined && !(price > s.below && price < s.above);
  }

  #outside(s: SymbolBook, price: number, at: number): boolean {
    if (at >= s.wakeAt) {
      wake(s, at);
      if (price > s.below && price < s.above) return s.isDirty;
    }
    if (price < s.low) s.low = price;
    if (price > s.high) s.high = price;
    if (!s.isDirty) {
      s.isDirty = true;
      s.since = at;
      this.#dirty.push(s);
    }
    return true;
  }

  /**
   * Trades that opened, changed or closed. Each touched symbol's fold is cut first, with the triggers as they were.
   * A trade with new triggers is tested against what came after they were set (whole seconds of the last 60).
   */
  apply(rows: readonly TriggerRow[]): void {
    const touched = new Set<SymbolBook>();
    for (const row of rows) {
      const s = this.#symbols.get(row.instrument_id);
      const known = s?.trades.get(row.id);
      if (!s || (known && known.version >= row.version) || (!known && !row.open)) continue;
      if (!touched.has(s)) this.#cut(s);
      touched.add(s);
      if (!row.open) {
        s.trades.delete(row.id);
        continue;
      }
      const trade = tradeOf(row);
      s.trades.set(row.id, trade);
      if (!known || known.at !== trade.at) this.#catchUp(s, trade);
    }
    for (const s of touched) setBand(s);
  }

  /** Ids of the trades held for a symbol. */
  tradeIds(instrumentId: string): string[] {
    return [...(this.#symbols.get(instrumentId)?.trades.keys() ?? [])];
  }

  /** The symbols held. */
  instruments(): string[] {
    return [...this.#symbols.keys()];
  }

  /** What is to be proposed since the last pass; the folds begin anew. */
  pass(): Proposal[] {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const s of dirty) this.#test(s);
    const proposals = this.#pending;
    this.#pending = [];
    return proposals;
  }

  #cut(s: SymbolBook): void {
    if (!s.isDirty) return;
    this.#dirty = this.#dirty.filter((one) => one !== s);
    this.#test(s);
  }

  /** Tests the fold against every trade of the symbol and begins a new one. */
  #test(s: SymbolBook): void {
    const low = Math.min(s.low, s.last);
    const high = Math.max(s.high, s.last);
    for (const trade of s.trades.values()) this.#propose(s, trade, low, high, s.since);
    s.isDirty = false;
    s.low = Number.POSITIVE_INFINITY;
    s.high = Number.NEGATIVE_INFINITY;
    setBand(s);
  }

  #catchUp(s: SymbolBook, trade: BookTrade): void {
    const range = s.ranges.since(trade.at);
    if (range) this.#propose(s, trade, range.low, range.high, range.since);
  }

  #propose(s: SymbolBook, trade: BookTrade, low: number, high: number, since: number): void {
    const crossed = crossedBy(trade, low, high) & ~trade.silenced;
    if (crossed === 0) return;
    trade.silenced |= crossed;
    trade.wakeAt = s.lastAt + REPEAT_MS;
    this.#pending.push({
      tradeId: trade.id,
      version: trade.version,
      low,
      high,
      last: s.last,
      at: s.lastAt,
      since,
    });
  }
}

/** Listens again to the triggers whose silence is over. */
function wake(s: SymbolBook, at: number): void {
  for (const trade of s.trades.values()) if (trade.wakeAt <= at) trade.silenced = 0;
  setBand(s);
}

/** The nearest triggers below and above that are listened to. */
function setBand(s: SymbolBook): void {
  s.below = Number.NEGATIVE_INFINITY;
  s.above = Number.POSITIVE_INFINITY;
  s.wakeAt = Number.POSITIVE_INFINITY;
  for (const trade of s.trades.values()) {
    if (trade.silenced !== 0 && trade.wakeAt < s.wakeAt) s.wakeAt = trade.wakeAt;
    for (let i = 0; i < trade.prices.length; i += 1) {
      const price = trade.prices[i] as number;
      if (Number.isNaN(price) || (trade.silenced & (1 << i)) !== 0) continue;
      if ((trade.isBelow & (1 << i)) !== 0) s.below = Math.max(s.below, price);
      else s.above = Math.min(s.above, price);
    }
  }
}
