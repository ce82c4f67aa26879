// One trade as the trigger book holds it: its trigger prices as doubles, and which side each one fires on.
// Entry points: tradeOf, crossedBy. Pure.

/** A row of fn.triggers_read. Prices are doubles: the book compares, Postgres decides. */
export interface TriggerRow {
  readonly id: string;
  readonly instrument_id: string;
  readonly direction: 'LONG' | 'SHORT';
  readonly version: number;
  readonly open: boolean;
  /** When the present triggers were set, ms since 1970. */
  readonly at: number;
  readonly hard_stop: number | null;
  readonly stop: number | null;
  readonly target: number | null;
  /** Null once the trail is armed. */
  readonly trail_activate: number | null;
  readonly trail_stop: number | null;
  /** Where the trailing stop is next moved. */
  readonly trail_raise: number | null;
}

export interface BookTrade {
  readonly id: string;
  readonly version: number;
  readonly at: number;
  /** Hard stop, stop, trailing stop, target, arming or raising level; NaN where there is none. */
  readonly prices: readonly number[];
  /** Bit i: prices[i] fires at or below itself; otherwise at or above. */
  readonly isBelow: number;
  /** Bit i: proposed, and not listened to until wakeAt. */
  silenced: number;
  wakeAt: number;
}

const STOPS = 0b00111;
const GAINS = 0b11000;

/** The book's form of a row. */
export function tradeOf(row: TriggerRow): BookTrade {
  const level = row.trail_stop === null ? row.trail_activate : row.trail_raise;
  // an array of doubles: a Float64Array for each of 100,000 trades took three times the memory
  const prices = [
    row.hard_stop ?? Number.NaN,
    row.stop ?? Number.NaN,
    row.trail_stop ?? Number.NaN,
    row.target ?? Number.NaN,
    level ?? Number.NaN,
  ];
  return {
    id: row.id,
    version: row.version,
    at: row.at,
    prices,
    isBelow: row.direction === 'LONG' ? STOPS : GAINS,
    silenced: 0,
    wakeAt: Number.POSITIVE_INFINITY,
  };
}

/** Which triggers a range of prices reaches, as bits. */
export function crossedBy(trade: BookTrade, low: number, high: number): number {
  let bits = 0;
  for (let i = 0; i < trade.prices.length; i += 1) {
    const price = trade.prices[i] as number;
    if ((trade.isBelow & (1 << i)) !== 0 ? low <= price : high >= price) bits |= 1 << i;
  }
  return bits;
}
