/**
 * TradersPost's payload, unchanged: `{ticker, action, sentiment, quantity, price, time, takeProfit, stopLoss, …}`.
 * What it asks for and we do not do (stop orders, trailing stops, picking an option contract) is refused on
 * an entry, never dropped: an order without its stop is another order.
 */
import { Decimal } from '#server/money.ts';
import type { Direction } from '../alert.ts';
import { AlertRefused } from '../alert.ts';
import type { Fields } from '../fields.ts';
import { lockstep } from './lockstep.ts';
import type { Details, Head, ShapeReader } from './shape.ts';
import { readQuantityType } from './shape.ts';

const OPTION_FIELDS = [
  'optionType',
  'intrinsicValue',
  'expiration',
  'strikeCount',
  'strikesAway',
  'strikePrice',
];
const ORDER_TYPES = ['market', 'limit'];
const HUNDRED = new Decimal(100);

function unsupported(field: string, problem: string): never {
  throw new AlertRefused('UNSUPPORTED_FIELD', field, `Field "${field}" ${problem}.`);
}

function head(fields: Fields): Head {
  const said = lockstep.head(fields);
  const option = fields.first(...OPTION_FIELDS);
  // Theirs turns buy and sell around for puts, so guessing here could open the wrong way.
  if (option !== null && (said.verb.kind === 'BUY' || said.verb.kind === 'SELL')) {
    unsupported(option, 'asks us to pick an option contract: send the contract itself as the ticker');
  }
  return { ...said, symbolField: 'ticker' };
}

/** An absolute price, or a distance in percent or money from the alert's price. `sign` is +1 above it, −1 below. */
function protection(
  fields: Fields,
  field: string,
  absolute: string,
  price: string | null,
  sign: 1 | -1,
): string | null {
  const at = fields.price(`${field}.${absolute}`);
  if (at !== null) return at;
  const percent = fields.price(`${field}.percent`);
  const amount = fields.price(`${field}.amount`);
  if (percent === null && amount === null) return null;
  const name = `${field}.${percent === null ? 'amount' : 'percent'}`;
  if (price === null)
    return fields.fail(name, 'is a distance, so the alert needs a "price" to count it from', 'MISSING_FIELD');
  const base = new Decimal(price);
  const distance = percent === null ? new Decimal(amount ?? 0) : base.mul(percent).div(HUNDRED);
  const value = base.plus(distance.mul(sign)).toDecimalPlaces(12);
  return value.gt(0) ? value.toFixed() : fields.fail(name, 'puts the price at or below 0');
}

function details(fields: Fields, direction: Direction | null): Details {
  if (direction === null)
    return { price: fields.price('price', 'signalPrice'), stop: null, target: null, limitPrice: null };
  const orderType = (fields.text('orderType') ?? 'market').toLowerCase();
  if (!ORDER_TYPES.includes(orderType)) unsupported('orderType', 'must be market or limit');
  const stopType = fields.text('stopLoss.type')?.toLowerCase() ?? 'stop';
  if (
    stopType === 'trailing_stop' ||
    fields.has('stopLoss.trailAmount') ||
    fields.has('stopLoss.trailPercent')
  ) {
    unsupported('stopLoss', 'asks for a trailing stop: set the trail in the exit rules of the strategy');
  }
  const limit = orderType === 'limit' ? fields.price('limitPrice', 'limit_price') : null;
  const price = fields.price('price', 'signalPrice') ?? limit;
  const away = direction === 'LONG' ? 1 : -1;
  return {
    price,
    stop: fields.price('stop') ?? protection(fields, 'stopLoss', 'stopPrice', price, away === 1 ? -1 : 1),
    target: fields.price('target') ?? protection(fields, 'takeProfit', 'limitPrice', price, away),
    limitPrice: limit,
  };
}

export const tradersPost: ShapeReader = {
  shape: 'TRADERSPOST',
  timeFields: ['time', 'timestamp'],
  quantityFields: ['quantity'],
  silent: [
    ...lockstep.silent,
    ...OPTION_FIELDS,
    ...[
      'signalPrice',
      'orderType',
      'limitPrice',
      'stopPrice',
      'takeProfit',
      'stopLoss',
      'quantityType',
      'timeInForce',
    ],
    ...['ignoreTradingWindows', 'cancel', 'extendedHours', 'extras', 'trailAmount', 'trailPercent'],
  ],
  head,
  quantityType: (fields) => readQuantityType(fields, 'quantityType', 'quantity_type'),
  details,
};
