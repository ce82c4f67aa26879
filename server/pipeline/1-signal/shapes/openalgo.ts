/** OpenAlgo's payload, unchanged: `{apikey, strategy, symbol, action, exchange, pricetype, product, quantity, position_size}`. */

import { AlertRefused } from '../alert.ts';
import type { Fields } from '../fields.ts';
import { readPositionAfter } from '../position-after.ts';
import { readVerb } from '../verbs.ts';
import { lockstep } from './lockstep.ts';
import type { Details, Head, ShapeReader } from './shape.ts';

const AFTER = { sides: [], signedSize: ['position_size'], size: [] };

function head(fields: Fields): Head {
  const symbol = fields.required('symbol');
  const verb = readVerb(fields);
  const after = verb.kind === 'EXIT' || verb.kind === 'CANCEL' ? null : readPositionAfter(fields, AFTER);
  return { symbol, symbolField: 'symbol', exchange: fields.text('exchange'), verb, after };
}

/** MARKET orders often carry price "0": there it says nothing. A stop order is not an alert of ours. */
function details(fields: Fields, direction: 'LONG' | 'SHORT' | null): Details {
  const kind = fields.text('pricetype', 'price_type')?.toUpperCase() ?? 'MARKET';
  if (direction !== null && kind !== 'MARKET' && kind !== 'LIMIT') {
    throw new AlertRefused('UNSUPPORTED_FIELD', 'pricetype', 'Field "pricetype" must be MARKET or LIMIT.');
  }
  const price = fields.quantity('price')?.isZero() ? null : fields.price('price');
  return {
    price,
    stop: fields.price('stop'),
    target: fields.price('target'),
    limitPrice:
      kind === 'LIMIT'
        ? (price ?? fields.fail('price', 'is needed by a LIMIT order', 'MISSING_FIELD'))
        : null,
  };
}

export const openAlgo: ShapeReader = {
  shape: 'OPENALGO',
  timeFields: ['timestamp', 'time'],
  quantityFields: ['quantity'],
  silent: [
    ...lockstep.silent,
    'apikey',
    'product',
    'pricetype',
    'price_type',
    'trigger_price',
    'disclosed_quantity',
  ],
  head,
  quantityType: () => 'FIXED_QUANTITY',
  details,
};
