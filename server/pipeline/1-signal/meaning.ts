/**
 * What a buy or a sell means: it depends on the position wanted afterwards and, where the sender says
 * nothing about it, on the directions that the strategy trades. Pure; one table, every shape goes through it.
 *
 * Invariant (property-tested): what closes a long never opens a short, and the other way round.
 */
import { Decimal } from '#server/money.ts';
import type { Direction, Meaning, QuantityType, Sides } from './alert.ts';
import { AlertRefused, opposite } from './alert.ts';

/** The verb of an alert; EXIT and ENTRY may name a direction of their own (`exit_long`, `enter_short`). */
export type Verb =
  | { kind: 'BUY' | 'SELL' | 'CANCEL' | 'ADD' }
  | { kind: 'ENTRY' | 'EXIT'; direction: Direction | null };

/** The position wanted after the order, joined from every field that speaks of it. */
export interface PositionAfter {
  side: 'FLAT' | Direction;
  /** Absolute size in the sender's units; null when only the side is known. */
  size: Decimal | null;
  /** Field that said it, for sentences. */
  field: string;
}

export interface Said {
  verb: Verb;
  after: PositionAfter | null;
  /** Read only where it matters, so that an exit is never refused for a field it does not need. */
  quantity: () => Decimal | null;
  quantityType: () => QuantityType | null;
}

const HUNDRED = new Decimal(100);

function exit(direction: Direction | null): Meaning {
  return { action: 'EXIT', direction, reduce: null, quantity: null };
}

/** Buy + short or sell + long: a part of the position is closed. A share of 100 % or more closes it all. */
function reduce(said: Said, after: PositionAfter, direction: Direction): Meaning {
  const quantity = said.quantity();
  if (quantity === null || quantity.lte(0)) {
    throw new AlertRefused(
      'MISSING_FIELD',
      'quantity',
      `Field "quantity" is needed: with "${after.field}" ${direction.toLowerCase()} afterwards this order closes only a part. To close everything send action "exit".`,
    );
  }
  const kind = said.quantityType() ?? 'FIXED_QUANTITY';
  let size = after.size;
  if (kind === 'PERCENT_OF_POSITION') {
    if (quantity.gte(HUNDRED)) return exit(direction);
    size = HUNDRED.minus(quantity);
  } else if (kind !== 'FIXED_QUANTITY') {
    throw new AlertRefused(
      'BAD_FIELD',
      'quantity_type',
      'Field "quantity_type" must be fixed_quantity or percent_of_position where an order closes a part of a position.',
    );
  }
  const positionAfter = size === null ? null : size.toFixed();
  return {
    action: 'EXIT',
    direction,
    reduce: { quantity: quantity.toFixed(), positionAfter },
    quantity: null,
  };
}

function open(action: 'ENTRY' | 'ADD', said: Said, direction: Direction, sides: Sides): Meaning {
  if (sides !== 'BOTH' && sides !== direction) return exit(sides);
  const quantity = said.quantity();
  if (quantity?.isZero()) {
    throw new AlertRefused('BAD_FIELD', 'quantity', 'Field "quantity" must be greater than 0 for an entry.');
  }
  const size =
    (said.quantityType() ?? 'FIXED_QUANTITY') === 'FIXED_QUANTITY' ? (said.after?.size ?? null) : null;
  // The order of a reversal also closes the opposite position: only what is wanted afterwards is opened.
  const opened = quantity !== null && size !== null ? Decimal.min(quantity, size) : quantity;
  return { action, direction, reduce: null, quantity: opened === null ? null : opened.toFixed() };
}

function wantedDirection(said: Said, sides: Sides): Direction {
  const named = 'direction' in said.verb ? said.verb.direction : null;
  const after = said.after?.side === 'FLAT' ? null : (said.after?.side ?? null);
  if (named !== null && after !== null && named !== after) {
    throw new AlertRefused(
      'CONTRADICTION',
      said.after?.field ?? 'action',
      `Fields "action" (${named.toLowerCase()}) and "${said.after?.field}" (${after.toLowerCase()}) contradict each other.`,
    );
  }
  const direction = named ?? after ?? (sides === 'BOTH' ? null : sides);
  if (direction !== null) return direction;
  throw new AlertRefused(
    'MISSING_FIELD',
    'direction',
    'Field "direction" is needed: this strategy trades both directions, so say "long" or "short".',
  );
}

/** The table of the payload's meaning. Throws AlertRefused where it cannot be told. */
export function decideMeaning(said: Said, sides: Sides): Meaning {
  const { verb, after } = said;
  if (verb.kind === 'CANCEL') return { action: 'CANCEL', direction: null, reduce: null, quantity: null };
  // With one direction traded an exit closes everything: a direction in it could only close too little.
  if (verb.kind === 'EXIT') return exit(sides === 'BOTH' ? verb.direction : null);
  if (after?.side === 'FLAT') return exit(null);
  if (verb.kind === 'ENTRY' || verb.kind === 'ADD') {
    return open(verb.kind, said, wantedDirection(said, sides), sides);
  }
  const side: Direction = verb.kind === 'BUY' ? 'LONG' : 'SHORT';
  if (after !== null && after.side === opposite(side)) return reduce(said, after, opposite(side));
  return open('ENTRY', said, side, sides);
}
