/** Joins the fields that speak of the position wanted afterwards into one. Pure. */
import type { Direction } from './alert.ts';
import { AlertRefused } from './alert.ts';
import type { Fields } from './fields.ts';
import type { PositionAfter } from './meaning.ts';

const SIDES: Record<string, 'FLAT' | Direction> = {
  long: 'LONG',
  bullish: 'LONG',
  short: 'SHORT',
  bearish: 'SHORT',
  flat: 'FLAT',
  none: 'FLAT',
};

interface Names {
  /** Fields that hold long, short or flat. */
  sides: string[];
  /** Size with its sign (negative is short). */
  signedSize: string[];
  /** Size without a sign. */
  size: string[];
}

function readSide(fields: Fields, name: string): 'FLAT' | Direction | null {
  const text = fields.text(name);
  if (text === null) return null;
  return (
    SIDES[text.toLowerCase()] ?? fields.fail(name, `must be long, short or flat; it was ${text.slice(0, 40)}`)
  );
}

/**
 * Flat or 0 in any of them means flat; two that name different sides contradict each other and are refused.
 * A positive size beside a "short" is read as the size alone: senders mix the signed and the unsigned one.
 */
export function readPositionAfter(fields: Fields, names: Names): PositionAfter | null {
  const said = names.sides.flatMap((name) => {
    const side = readSide(fields, name);
    return side === null ? [] : [{ name, side }];
  });
  const signed = fields.signed(...names.signedSize);
  const unsigned = fields.quantity(...names.size);
  const sizeField = fields.first(...names.signedSize, ...names.size) ?? '';
  const flat = said.find((entry) => entry.side === 'FLAT');
  if (flat !== undefined) return { side: 'FLAT', size: null, field: flat.name };
  if (signed?.isZero() || unsigned?.isZero()) return { side: 'FLAT', size: null, field: sizeField };
  if (signed !== null && (signed.isNegative() || said.length === 0)) {
    said.push({ name: sizeField, side: signed.isNegative() ? 'SHORT' : 'LONG' });
  }
  const [first] = said;
  if (first === undefined) return null;
  const other = said.find((entry) => entry.side !== first.side);
  if (other !== undefined) {
    throw new AlertRefused(
      'CONTRADICTION',
      other.name,
      `Fields "${first.name}" (${first.side.toLowerCase()}) and "${other.name}" (${other.side.toLowerCase()}) contradict each other.`,
    );
  }
  return { side: first.side, size: signed?.abs() ?? unsigned, field: first.name };
}
