/** Lockstep's own shape: one body per row of the table "what buy and sell mean", with what it must be read as. */
import {
  cancel,
  entryLong,
  entryShort,
  exitAll,
  exitLong,
  exitShort,
  type Fixture,
  reduceLong,
  reduceShort,
} from './parse-alert.meanings.fixtures.ts';

const own = (fields: object) => ({
  symbol: 'AAPL',
  price: 190.5,
  timestamp: '2026-11-20T14:30:00Z',
  ...fields,
});

export const LOCKSTEP: Fixture[] = [
  {
    says: 'sell, flat afterwards',
    sides: 'BOTH',
    body: own({ action: 'sell', direction: 'flat' }),
    means: exitAll,
  },
  {
    says: 'buy, 0 afterwards',
    sides: 'LONG',
    body: own({ action: 'buy', position_size: 0 }),
    means: exitAll,
  },
  {
    says: 'buy, long',
    sides: 'BOTH',
    body: own({ action: 'buy', direction: 'long', quantity: 3 }),
    means: { ...entryLong, quantity: '3' },
  },
  {
    says: 'sell, short',
    sides: 'BOTH',
    body: own({ action: 'sell', direction: 'short' }),
    means: entryShort,
  },
  {
    says: 'buy that turns a short of 10 into a long of 10',
    sides: 'BOTH',
    body: own({ action: 'buy', quantity: '20', position_size: '10' }),
    means: { ...entryLong, quantity: '10' },
  },
  {
    says: 'sell, still long',
    sides: 'LONG',
    body: own({ action: 'sell', quantity: 5, position_size: 15 }),
    means: reduceLong('5', '15'),
  },
  {
    says: 'buy, still short',
    sides: 'BOTH',
    body: own({ action: 'buy', quantity: 2, position_size: -6 }),
    means: reduceShort('2', '6'),
  },
  {
    says: 'sell, long of unknown size',
    sides: 'LONG',
    body: own({ action: 'sell', direction: 'long', quantity: 2 }),
    means: reduceLong('2', null),
  },
  {
    says: 'sell a quarter, still long',
    sides: 'LONG',
    body: own({ action: 'sell', direction: 'long', quantity: 25, quantity_type: 'percent_of_position' }),
    means: reduceLong('25', '75'),
  },
  {
    says: 'sell all of it by percent',
    sides: 'LONG',
    body: own({ action: 'sell', direction: 'long', quantity: 100, quantity_type: 'percent_of_position' }),
    means: exitLong,
  },
  { says: 'exit', sides: 'LONG', body: own({ action: 'exit' }), means: exitAll },
  { says: 'close', sides: 'SHORT', body: own({ action: 'close', direction: 'long' }), means: exitAll },
  { says: 'flat', sides: 'BOTH', body: own({ action: 'FLAT' }), means: exitAll },
  {
    says: 'exit of the long one of both',
    sides: 'BOTH',
    body: own({ action: 'exit', direction: 'long' }),
    means: exitLong,
  },
  { says: 'cancel', sides: 'LONG', body: own({ action: 'cancel' }), means: cancel },
  { says: 'add', sides: 'LONG', body: own({ action: 'add' }), means: { action: 'ADD', direction: 'LONG' } },
  {
    says: 'add to a short',
    sides: 'BOTH',
    body: own({ action: 'add', direction: 'short' }),
    means: { action: 'ADD', direction: 'SHORT' },
  },
  { says: 'bare buy', sides: 'LONG', body: own({ action: 'buy' }), means: entryLong },
  {
    says: 'bare sell where only longs are traded',
    sides: 'LONG',
    body: own({ action: 'sell' }),
    means: exitLong,
  },
  {
    says: 'bare buy where only shorts are traded',
    sides: 'SHORT',
    body: own({ action: 'buy' }),
    means: exitShort,
  },
  {
    says: 'bare sell where only shorts are traded',
    sides: 'SHORT',
    body: own({ action: 'sell' }),
    means: entryShort,
  },
  {
    says: 'bare sell where both are traded',
    sides: 'BOTH',
    body: own({ action: 'sell' }),
    means: entryShort,
  },
  {
    says: 'entry into a side that is not traded',
    sides: 'LONG',
    body: own({ action: 'entry', direction: 'short' }),
    means: exitLong,
  },
  {
    says: 'short, said as an action, not traded',
    sides: 'LONG',
    body: own({ action: 'short' }),
    means: exitLong,
  },
  {
    says: 'sell + short, not traded',
    sides: 'LONG',
    body: own({ action: 'sell', market_position: 'short' }),
    means: exitLong,
  },
  { says: 'enter_long, not traded', sides: 'SHORT', body: own({ action: 'enter_long' }), means: exitShort },
  {
    says: 'add to a side that is not traded',
    sides: 'LONG',
    body: own({ action: 'add', direction: 'short' }),
    means: exitLong,
  },
];
