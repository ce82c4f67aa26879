import { expect, test } from 'vitest';
import { parseRules } from './rules-file.ts';

test('rules are partial, and take numbers as numbers or as text', () => {
  expect(parseRules('{}')).toEqual({});
  expect(
    parseRules(
      '{"limits": {"MAX_OPEN_POSITIONS": 2, "DAILY_LOSS_LIMIT": null}, "exitRules": {"stop_pct": 1.5}}',
    ),
  ).toEqual({ limits: { MAX_OPEN_POSITIONS: '2', DAILY_LOSS_LIMIT: null }, exitRules: { stop_pct: '1.5' } });
});

test.each([
  ['{', 'not JSON'],
  ['{"rules": {}}', 'rules'],
  ['{"exitRules": {"stop": 1}}', 'exitRules'],
  ['{"exitRules": {"stop_pct": -1}}', 'exitRules.stop_pct'],
  ['{"limits": {"MAX_FUN": 1}}', 'limits.MAX_FUN'],
  ['{"limits": {"MAX_OPEN_POSITIONS": "many"}}', 'limits.MAX_OPEN_POSITIONS'],
  ['{"subscription": {"sizing_value": 0}}', 'subscription.sizing_value'],
  ['{"subscription": {"entry_reprices": 21}}', 'subscription.entry_reprices'],
])('%s is refused: %s', (text, what) => {
  expect(() => parseRules(text)).toThrow(what);
});
