import { describe, expect, it } from 'vitest';
import { parseAlert, parseBody } from '#server/pipeline/1-signal/parse-alert.ts';
import { alertMessage, FIRST_CHOICE, type MessageChoice } from './alert-message.ts';

/** What TradingView puts in for a long entry of 2 at 101.5. */
const FILLED: Record<string, string> = {
  ticker: 'BTCUSD',
  exchange: 'COINBASE',
  interval: '5',
  timenow: '2026-11-20T14:31:07Z',
  close: '101.5',
  'strategy.order.action': 'buy',
  'strategy.market_position': 'long',
  'strategy.position_size': '2',
  'strategy.order.contracts': '2',
  'strategy.order.price': '101.5',
  'strategy.order.id': 'Long',
  'plot("Stop line")': '99',
};

const sent = (choice: Partial<MessageChoice>): string =>
  alertMessage({ ...FIRST_CHOICE, ...choice }).replaceAll(/\{\{(.+?)\}\}/g, (_, name) => FILLED[name] ?? '?');

function read(choice: Partial<MessageChoice>) {
  const json = parseBody(sent(choice));
  if (!json.ok) throw new Error(json.refusal.message);
  const parsed = parseAlert(json.body, 'BOTH');
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.alert;
}

describe('the message for TradingView', () => {
  it('is read as the order that fired it', () => {
    expect(read({ quantity: true, stopPlot: 'Stop line' })).toMatchObject({
      symbol: 'BTCUSD',
      action: 'ENTRY',
      direction: 'LONG',
      price: '101.5',
      stop: '99',
      quantity: '2',
      timeframe: '5m',
      key: 'Long-2026-11-20T14:31:07Z',
    });
  });

  it.each([
    ['LONG', { action: 'ENTRY', direction: 'LONG' }],
    ['SHORT', { action: 'ENTRY', direction: 'SHORT' }],
    ['EXIT', { action: 'EXIT' }],
  ] as const)('of an indicator says %s', (from, meaning) => {
    expect(read({ from })).toMatchObject(meaning);
  });

  it('of a strategy always carries its key', () => {
    expect(alertMessage(FIRST_CHOICE)).toContain('"key": "{{strategy.order.id}}-{{timenow}}"');
  });
});
