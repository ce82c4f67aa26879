/**
 * What an alert means once read, whatever shape it came in. Types only, and the two ways reading ends:
 * an {@link Alert}, or a {@link Refusal} that names the field. Decimals are plain strings (`"101.25"`).
 */

export type Shape = 'LOCKSTEP' | 'TRADERSPOST' | 'THREE_COMMAS' | 'OPENALGO';
export type Action = 'ENTRY' | 'EXIT' | 'CANCEL' | 'ADD';
export type Direction = 'LONG' | 'SHORT';
/** Which directions a strategy trades; it decides what a bare buy or sell means. */
export type Sides = Direction | 'BOTH';

export const QUANTITY_TYPES = [
  'FIXED_QUANTITY',
  'DOLLAR_AMOUNT',
  'RISK_DOLLAR_AMOUNT',
  'PERCENT_OF_EQUITY',
  'PERCENT_OF_POSITION',
] as const;
export type QuantityType = (typeof QUANTITY_TYPES)[number];

/** A part to close: open quantity × quantity ÷ (quantity + positionAfter), both in the sender's units. */
export interface Reduce {
  quantity: string;
  /** Absolute size wanted afterwards; null when the sender did not say. */
  positionAfter: string | null;
}

/** What the sender wants done: the row of the buy/sell table that it fell into. */
export interface Meaning {
  action: Action;
  /** ENTRY, ADD: the direction opened. EXIT: the direction closed, null for both. CANCEL: null. */
  direction: Direction | null;
  reduce: Reduce | null;
  /** Units to open: what the order names, less what only closes an opposite position. */
  quantity: string | null;
}

export interface Alert extends Meaning {
  shape: Shape;
  symbol: string;
  /** Exchange named by the sender, without its delayed-data suffix. */
  exchange: string | null;
  /** The sender's data is delayed (`_DL`, `_DLY`). */
  delayed: boolean;
  /** Normalised: 30s, 5m, 1h, 4h, 1d, 1w, 1mo. */
  timeframe: string | null;
  /** ISO with milliseconds, as the sender gave it; null when it gave none. May be the open of a bar. */
  signalTime: string | null;
  /** Name of the field that held the time, for sentences. */
  timeField: string;
  price: string | null;
  stop: string | null;
  target: string | null;
  limitPrice: string | null;
  quantityType: QuantityType | null;
  key: string | null;
  source: string | null;
  indicator: string | null;
  /** The sender's own limit of age; the source's own limit holds where it is stricter. */
  maxLagMs: number | null;
  test: boolean;
  /** Fields that mean nothing here or, on an exit, could not be read: told to the sender, never guessed. */
  ignored: string[];
}

export interface Refusal {
  code: string;
  field: string | null;
  message: string;
}

/** Ends the reading of one alert; only parse-alert.ts catches it. */
export class AlertRefused extends Error {
  readonly refusal: Refusal;

  constructor(code: string, field: string | null, message: string) {
    super(message);
    this.name = 'AlertRefused';
    this.refusal = { code, field, message };
  }
}

export function opposite(direction: Direction): Direction {
  return direction === 'LONG' ? 'SHORT' : 'LONG';
}
