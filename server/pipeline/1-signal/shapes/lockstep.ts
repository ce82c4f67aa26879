/** Lockstep's own payload. */
import type { Fields } from '../fields.ts';
import { readPositionAfter } from '../position-after.ts';
import { readVerb } from '../verbs.ts';
import type { Head, ShapeReader } from './shape.ts';
import { readQuantityType } from './shape.ts';

const AFTER = {
  sides: ['direction', 'sentiment', 'market_position'],
  signedSize: ['position_size'],
  size: ['market_position_size'],
};

function head(fields: Fields): Head {
  const symbol = fields.required('symbol', 'ticker');
  const verb = readVerb(fields);
  // On an exit our own `direction` names what is closed; everywhere else the position wanted afterwards.
  if (verb.kind === 'EXIT' && verb.direction === null) {
    const closed = fields.text('direction')?.toUpperCase();
    const direction = closed === 'LONG' || closed === 'SHORT' ? closed : null;
    return {
      symbol,
      symbolField: 'symbol',
      exchange: fields.text('exchange'),
      verb: { kind: 'EXIT', direction },
      after: null,
    };
  }
  const after = verb.kind === 'EXIT' || verb.kind === 'CANCEL' ? null : readPositionAfter(fields, AFTER);
  return { symbol, symbolField: 'symbol', exchange: fields.text('exchange'), verb, after };
}

export const lockstep: ShapeReader = {
  shape: 'LOCKSTEP',
  timeFields: ['timestamp', 'time'],
  quantityFields: ['quantity'],
  silent: [
    'strategy',
    'secret',
    'exchange',
    'direction',
    'sentiment',
    'market_position',
    'market_position_size',
    'position_size',
  ],
  head,
  quantityType: (fields) => readQuantityType(fields, 'quantity_type'),
  details: (fields) => ({
    price: fields.price('price'),
    stop: fields.price('stop'),
    target: fields.price('target'),
    limitPrice: fields.price('limit_price'),
  }),
};
