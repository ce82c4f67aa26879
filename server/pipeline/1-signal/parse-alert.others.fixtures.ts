/** The shapes of other senders: one body per row of the table "what buy and sell mean", with what it must be read as. */
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

const tp = (fields: object) => ({
  ticker: 'AAPL',
  price: '190.5',
  time: '2026-11-20T14:30:00Z',
  interval: '5',
  ...fields,
});
const commas = (action: string, info: object, amount: string) => ({
  secret: 'x',
  max_lag: '300',
  timestamp: '2026-11-20T14:30:00Z',
  trigger_price: '190.5',
  tv_exchange: 'NASDAQ',
  tv_instrument: 'AAPL',
  action,
  bot_uuid: '0f0e6c4e-0000-4000-8000-000000000000',
  strategy_info: info,
  order: { amount, currency_type: 'base' },
});
const algo = (fields: object) => ({
  apikey: 'x',
  strategy: 'Trend',
  symbol: 'AAPL',
  exchange: 'NSE',
  pricetype: 'MARKET',
  product: 'MIS',
  ...fields,
});

export const OTHERS: Record<string, Fixture[]> = {
  TRADERSPOST: [
    {
      says: 'sell, flat',
      sides: 'BOTH',
      body: tp({ action: 'sell', sentiment: 'flat', quantity: '10' }),
      means: exitAll,
    },
    {
      says: 'buy, bullish',
      sides: 'LONG',
      body: tp({ action: 'buy', sentiment: 'bullish', quantity: '10' }),
      means: { ...entryLong, quantity: '10' },
    },
    {
      says: 'sell, short',
      sides: 'BOTH',
      body: tp({ action: 'sell', sentiment: 'short', quantity: '10' }),
      means: entryShort,
    },
    {
      says: 'sell, still long',
      sides: 'LONG',
      body: tp({ action: 'sell', sentiment: 'long', quantity: '4' }),
      means: reduceLong('4', null),
    },
    {
      says: 'buy, still bearish',
      sides: 'BOTH',
      body: tp({ action: 'buy', sentiment: 'bearish', quantity: '4' }),
      means: reduceShort('4', null),
    },
    { says: 'exit', sides: 'LONG', body: tp({ action: 'exit', extras: {} }), means: exitAll },
    { says: 'cancel', sides: 'LONG', body: tp({ action: 'cancel', extras: {} }), means: cancel },
    {
      says: 'add',
      sides: 'LONG',
      body: tp({ action: 'add', sentiment: 'bullish' }),
      means: { action: 'ADD', direction: 'LONG' },
    },
    {
      says: 'bare sell, longs only',
      sides: 'LONG',
      body: tp({ action: 'sell', orderType: 'market' }),
      means: exitLong,
    },
    {
      says: 'bare buy, both',
      sides: 'BOTH',
      body: tp({ action: 'buy', orderType: 'market' }),
      means: entryLong,
    },
    {
      says: 'sell, bearish, longs only',
      sides: 'LONG',
      body: tp({ action: 'sell', sentiment: 'bearish' }),
      means: exitLong,
    },
  ],
  THREE_COMMAS: [
    {
      says: 'sell, flat',
      sides: 'BOTH',
      body: commas(
        'sell',
        { market_position: 'flat', market_position_size: '0', prev_market_position: 'long' },
        '1',
      ),
      means: exitAll,
    },
    {
      says: 'buy, long',
      sides: 'LONG',
      body: commas('buy', { market_position: 'long', market_position_size: '1' }, '1'),
      means: { ...entryLong, quantity: '1' },
    },
    {
      says: 'sell that turns long 1 into short 1',
      sides: 'BOTH',
      body: commas('sell', { market_position: 'short', market_position_size: '1' }, '2'),
      means: { ...entryShort, quantity: '1' },
    },
    {
      says: 'sell, still long',
      sides: 'LONG',
      body: commas('sell', { market_position: 'long', market_position_size: '3' }, '1'),
      means: reduceLong('1', '3'),
    },
    {
      says: 'buy, still short',
      sides: 'SHORT',
      body: commas('buy', { market_position: 'short', market_position_size: '3' }, '1'),
      means: reduceShort('1', '3'),
    },
    { says: 'exit_long', sides: 'BOTH', body: commas('exit_long', {}, '1'), means: exitLong },
    { says: 'exit_short', sides: 'BOTH', body: commas('exit_short', {}, '1'), means: exitShort },
    { says: 'enter_short', sides: 'BOTH', body: commas('enter_short', {}, '1'), means: entryShort },
    { says: 'enter_short, longs only', sides: 'LONG', body: commas('enter_short', {}, '1'), means: exitLong },
    { says: 'bare sell, longs only', sides: 'LONG', body: commas('sell', {}, '1'), means: exitLong },
    { says: 'cancel', sides: 'LONG', body: commas('cancel', {}, '1'), means: cancel },
    { says: 'add', sides: 'LONG', body: commas('add', {}, '1'), means: { action: 'ADD', direction: 'LONG' } },
  ],
  OPENALGO: [
    {
      says: 'SELL, 0 afterwards',
      sides: 'BOTH',
      body: algo({ action: 'SELL', quantity: '10', position_size: '0' }),
      means: exitAll,
    },
    {
      says: 'BUY, +10',
      sides: 'LONG',
      body: algo({ action: 'BUY', quantity: '10', position_size: '10' }),
      means: { ...entryLong, quantity: '10' },
    },
    {
      says: 'SELL, −10, from +10',
      sides: 'BOTH',
      body: algo({ action: 'SELL', quantity: '20', position_size: '-10' }),
      means: { ...entryShort, quantity: '10' },
    },
    {
      says: 'SELL, still +6',
      sides: 'LONG',
      body: algo({ action: 'SELL', quantity: '4', position_size: '6' }),
      means: reduceLong('4', '6'),
    },
    {
      says: 'BUY, still −6',
      sides: 'BOTH',
      body: algo({ action: 'BUY', quantity: '4', position_size: '-6' }),
      means: reduceShort('4', '6'),
    },
    {
      says: 'line mode: BUY',
      sides: 'LONG',
      body: algo({ action: 'BUY', quantity: '10' }),
      means: { ...entryLong, quantity: '10' },
    },
    {
      says: 'line mode: SELL, longs only',
      sides: 'LONG',
      body: algo({ action: 'SELL', quantity: '10' }),
      means: exitLong,
    },
    { says: 'exit', sides: 'LONG', body: algo({ action: 'EXIT' }), means: exitAll },
    { says: 'cancel', sides: 'LONG', body: algo({ action: 'cancel' }), means: cancel },
    {
      says: 'add',
      sides: 'SHORT',
      body: algo({ action: 'add', quantity: '1' }),
      means: { action: 'ADD', direction: 'SHORT' },
    },
    {
      says: 'SELL to −5, longs only',
      sides: 'LONG',
      body: algo({ action: 'SELL', quantity: '5', position_size: '-5' }),
      means: exitLong,
    },
  ],
};
