/** 3Commas signal bots' payload, unchanged: `{tv_instrument, action, strategy_info, order, timestamp, trigger_price, max_lag, bot_uuid}`. */
import type { QuantityType } from '../alert.ts';
import type { Fields } from '../fields.ts';
import { readPositionAfter } from '../position-after.ts';
import { readVerb } from '../verbs.ts';
import { lockstep } from './lockstep.ts';
import type { Head, ShapeReader } from './shape.ts';

const AFTER = {
  sides: ['strategy_info.market_position'],
  signedSize: [],
  size: ['strategy_info.market_position_size'],
};

const CURRENCY_TYPES: Record<string, QuantityType> = {
  base: 'FIXED_QUANTITY',
  quote: 'DOLLAR_AMOUNT',
  margin_percent: 'PERCENT_OF_EQUITY',
  position_percent: 'PERCENT_OF_POSITION',
};

function head(fields: Fields): Head {
  const verb = readVerb(fields);
  const after = verb.kind === 'EXIT' || verb.kind === 'CANCEL' ? null : readPositionAfter(fields, AFTER);
  const symbol = fields.required('tv_instrument');
  return { symbol, symbolField: 'tv_instrument', exchange: fields.text('tv_exchange'), verb, after };
}

export const threeCommas: ShapeReader = {
  shape: 'THREE_COMMAS',
  timeFields: ['timestamp'],
  quantityFields: ['order.amount'],
  silent: [...lockstep.silent, 'bot_uuid', 'strategy_info', 'order', 'tv_exchange', 'trigger_price'],
  head,
  quantityType: (fields) => {
    const text = fields.text('order.currency_type');
    if (text === null) return null;
    const list = Object.keys(CURRENCY_TYPES).join(', ');
    return CURRENCY_TYPES[text.toLowerCase()] ?? fields.fail('order.currency_type', `must be one of ${list}`);
  },
  details: (fields) => ({
    price: fields.price('trigger_price'),
    stop: fields.price('stop'),
    target: fields.price('target'),
    limitPrice: null,
  }),
};
