/** What a shape tells about a body: who speaks (head), and, for an entry, the order's details. */
import type { QuantityType, Shape } from '../alert.ts';
import { QUANTITY_TYPES } from '../alert.ts';
import type { Fields } from '../fields.ts';
import type { PositionAfter, Verb } from '../meaning.ts';

export interface Head {
  symbol: string;
  symbolField: string;
  exchange: string | null;
  verb: Verb;
  after: PositionAfter | null;
}

export interface Details {
  price: string | null;
  stop: string | null;
  target: string | null;
  limitPrice: string | null;
}

export interface ShapeReader {
  shape: Shape;
  /** Fields that may hold the time, the first present one counts. */
  timeFields: string[];
  quantityFields: string[];
  /** Fields of the shape that are understood to mean nothing here. */
  silent: string[];
  head(fields: Fields): Head;
  quantityType(fields: Fields): QuantityType | null;
  /** `direction` is the one opened; prices given as a distance are resolved with it. */
  details(fields: Fields, direction: 'LONG' | 'SHORT' | null): Details;
}

/** Reads a quantity type that is spelled as ours, in any case. */
export function readQuantityType(fields: Fields, ...names: string[]): QuantityType | null {
  const text = fields.text(...names);
  if (text === null) return null;
  const upper = text.toUpperCase();
  const found = QUANTITY_TYPES.find((type) => type === upper);
  const list = QUANTITY_TYPES.map((type) => type.toLowerCase()).join(', ');
  return found ?? fields.fail(names[0] ?? '', `must be one of ${list}; it was ${text.slice(0, 40)}`);
}
