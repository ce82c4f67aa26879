import { describe, expect, it } from 'vitest';
import type { Alert, Refusal, Sides } from './alert.ts';
import { LOCKSTEP } from './parse-alert.lockstep.fixtures.ts';
import { parseText } from './parse-alert.meanings.fixtures.ts';
import { OTHERS } from './parse-alert.others.fixtures.ts';

function read(body: unknown, sides: Sides = 'LONG'): Alert {
  const parsed = parseText(JSON.stringify(body), sides);
  if (!parsed.ok) throw new Error(`refused: ${JSON.stringify(parsed.refusal)}`);
  return parsed.alert;
}

function refusal(body: unknown, sides: Sides = 'LONG'): Refusal {
  const parsed = parseText(typeof body === 'string' ? body : JSON.stringify(body), sides);
  if (parsed.ok) throw new Error(`accepted: ${JSON.stringify(parsed.alert)}`);
  return parsed.refusal;
}

for (const [shape, rows] of Object.entries({ LOCKSTEP, ...OTHERS })) {
  describe(`an alert in the shape of ${shape}`, () => {
    it.each(rows)('$says (strategy trades $sides)', ({ body, sides, means }) => {
      const alert = read(body, sides);
      expect(alert).toMatchObject({ shape, symbol: 'AAPL', ...means });
    });
  });
}

describe('details of an order', () => {
  const base = { symbol: 'AAPL', action: 'buy' };

  it('keeps decimals exactly as they were sent, numbers or strings', () => {
    const text = '{"symbol":"x","action":"buy","price":123456789012.123456789012,"stop":"0.10"}';
    const parsed = parseText(text, 'LONG');
    expect(parsed).toMatchObject({ ok: true, alert: { price: '123456789012.123456789012', stop: '0.1' } });
  });

  it('strips the exchange, and tells delayed data from it', () => {
    expect(read({ ...base, symbol: 'nasdaq:aapl' })).toMatchObject({
      symbol: 'AAPL',
      exchange: 'NASDAQ',
      delayed: false,
    });
    expect(read({ ...base, symbol: 'BATS_DLY:SPY' })).toMatchObject({
      symbol: 'SPY',
      exchange: 'BATS',
      delayed: true,
    });
    expect(read({ ...base, exchange: 'NSE_DL' })).toMatchObject({ exchange: 'NSE', delayed: true });
    expect(read({ ...base, symbol: 'BTCUSDT.P' })).toMatchObject({ symbol: 'BTCUSDT.P', exchange: null });
    expect(read({ ...base, symbol: 'SPY 250624C596.5' })).toMatchObject({ symbol: 'SPY250624C00596500' });
  });

  it('takes stop and target of TradersPost as prices or as distances from the price', () => {
    const post = (extra: object) =>
      read({ ticker: 'AAPL', action: 'buy', price: 200, sentiment: 'long', ...extra });
    expect(post({ stopLoss: { stopPrice: 195 }, takeProfit: { limitPrice: '210.5' } })).toMatchObject({
      stop: '195',
      target: '210.5',
    });
    expect(post({ stopLoss: { percent: 5 }, takeProfit: { percent: 10 } })).toMatchObject({
      stop: '190',
      target: '220',
    });
    expect(post({ stopLoss: { amount: 4 }, takeProfit: { amount: 8 } })).toMatchObject({
      stop: '196',
      target: '208',
    });
    const short = read(
      { ticker: 'AAPL', action: 'sell', price: 200, sentiment: 'short', stopLoss: { percent: 5 } },
      'BOTH',
    );
    expect(short).toMatchObject({ direction: 'SHORT', stop: '210' });
  });

  it('reads limit prices only where a limit order is asked for', () => {
    const post = { ticker: 'AAPL', action: 'buy', sentiment: 'long', limitPrice: 190 };
    expect(read({ ...post, orderType: 'limit' })).toMatchObject({ limitPrice: '190', price: '190' });
    expect(read({ ...post, orderType: 'market' })).toMatchObject({ limitPrice: null });
    const algo = { apikey: 'k', symbol: 'SBIN', action: 'BUY', price: '600', quantity: '1' };
    expect(read({ ...algo, pricetype: 'LIMIT' })).toMatchObject({ limitPrice: '600' });
    expect(read({ ...algo, pricetype: 'MARKET', price: '0' })).toMatchObject({
      limitPrice: null,
      price: null,
    });
  });

  it('reads the age limit, the test flag and the labels', () => {
    const alert = read({
      ...base,
      max_lag: '45',
      test: 'true',
      key: 'Long-1',
      source: 'me',
      indicator: 'rsi',
      timeframe: '60',
    });
    expect(alert).toMatchObject({
      maxLagMs: 45_000,
      test: true,
      key: 'Long-1',
      source: 'me',
      indicator: 'rsi',
      timeframe: '1h',
    });
  });

  it('names the fields that it ignored', () => {
    expect(read({ ...base, stpo: 12, comment: 'x' }).ignored).toEqual(['stpo', 'comment']);
    expect(read({ ...base, strategy: 's', secret: 't', test: false }).ignored).toEqual([]);
  });

  it('reads a body that is JSON inside a JSON string', () => {
    expect(parseText(JSON.stringify(JSON.stringify(base)), 'LONG')).toMatchObject({ ok: true });
  });
});

describe('what cannot be read is refused with a code and the field', () => {
  const base = { symbol: 'AAPL', action: 'buy' };
  it.each([
    ['a body that is not JSON', 'buy AAPL now', 'INVALID_JSON', null],
    ['an unquoted NaN', '{"symbol":"AAPL","action":"buy","price":NaN}', 'INVALID_JSON', null],
    ['an empty body', '', 'INVALID_JSON', null],
    ['a list', [base], 'NOT_AN_OBJECT', null],
    ['no symbol', { action: 'buy' }, 'MISSING_FIELD', 'symbol'],
    ['no action', { symbol: 'AAPL' }, 'MISSING_FIELD', 'action'],
    ['an action of nobody', { ...base, action: 'hodl' }, 'UNKNOWN_ACTION', 'action'],
    ['an action from the prototype', { ...base, action: 'constructor' }, 'UNKNOWN_ACTION', 'action'],
    ['a symbol of odd signs', { ...base, symbol: 'A B; drop' }, 'BAD_SYMBOL', 'symbol'],
    ['a placeholder left in', { ...base, price: '{{close}}' }, 'BAD_FIELD', 'price'],
    ['a price that is text', { ...base, price: 'cheap' }, 'BAD_FIELD', 'price'],
    ['a price of 0', { ...base, price: 0 }, 'BAD_FIELD', 'price'],
    ['a negative stop', { ...base, stop: '-3' }, 'BAD_FIELD', 'stop'],
    ['a quoted NaN', { ...base, stop: 'NaN' }, 'BAD_FIELD', 'stop'],
    ['a number past all bounds', { ...base, price: '1e99' }, 'BAD_FIELD', 'price'],
    ['a price that is an object', { ...base, price: { a: 1 } }, 'BAD_FIELD', 'price'],
    ['a quantity of 0', { ...base, quantity: 0 }, 'BAD_FIELD', 'quantity'],
    ['a time that is none', { ...base, timestamp: 'yesterday' }, 'BAD_TIME', 'timestamp'],
    ['30 February', { ...base, timestamp: '2026-02-30T10:00:00Z' }, 'BAD_TIME', 'timestamp'],
    ['an unknown timeframe', { ...base, timeframe: 'often' }, 'UNKNOWN_TIMEFRAME', 'timeframe'],
    ['a max_lag of 0', { ...base, max_lag: 0 }, 'BAD_FIELD', 'max_lag'],
    ['a side that is none', { ...base, direction: 'up' }, 'BAD_FIELD', 'direction'],
    [
      'an unknown quantity type',
      { ...base, quantity: 1, quantity_type: 'lots' },
      'BAD_FIELD',
      'quantity_type',
    ],
    [
      'long and short at once',
      { ...base, direction: 'long', market_position: 'short' },
      'CONTRADICTION',
      'market_position',
    ],
    [
      'enter_long with a short afterwards',
      { ...base, action: 'enter_long', position_size: -3 },
      'CONTRADICTION',
      'position_size',
    ],
    [
      'a reduce without quantity',
      { ...base, action: 'sell', direction: 'long' },
      'MISSING_FIELD',
      'quantity',
    ],
    ['a stop order', { ticker: 'A', action: 'buy', orderType: 'stop' }, 'UNSUPPORTED_FIELD', 'orderType'],
    [
      'a trailing stop',
      { ticker: 'A', action: 'buy', stopLoss: { type: 'trailing_stop', trailPercent: 2 } },
      'UNSUPPORTED_FIELD',
      'stopLoss',
    ],
    [
      'an option to be picked',
      { ticker: 'A', action: 'buy', optionType: 'put' },
      'UNSUPPORTED_FIELD',
      'optionType',
    ],
    [
      'a distance without a price',
      { ticker: 'A', action: 'buy', takeProfit: { percent: 3 } },
      'MISSING_FIELD',
      'takeProfit.percent',
    ],
    [
      'an SL-M order',
      { apikey: 'k', symbol: 'A', action: 'BUY', pricetype: 'SL-M' },
      'UNSUPPORTED_FIELD',
      'pricetype',
    ],
  ])('%s', (_name, body, code, field) => {
    const said = refusal(body);
    expect(said).toMatchObject({ code, field });
    expect(said.message.length).toBeGreaterThan(20);
    if (field !== null) expect(said.message).toContain(`"${field}"`);
  });

  it('an entry without a direction where both are traded', () => {
    expect(refusal({ symbol: 'AAPL', action: 'entry' }, 'BOTH')).toMatchObject({
      code: 'MISSING_FIELD',
      field: 'direction',
    });
    expect(refusal({ symbol: 'AAPL', action: 'add' }, 'BOTH')).toMatchObject({
      code: 'MISSING_FIELD',
      field: 'direction',
    });
  });

  it('never refuses an exit for a field that it does not need', () => {
    const alert = read({
      symbol: 'AAPL',
      action: 'exit',
      price: 'NaN',
      stop: '{{plot_0}}',
      timeframe: 'often',
      quantity: -1,
      timestamp: 'x',
    });
    expect(alert).toMatchObject({ action: 'EXIT', price: null, timeframe: null, signalTime: null });
    expect(alert.ignored).toEqual(expect.arrayContaining(['price', 'stop', 'timeframe', 'timestamp']));
  });
});
