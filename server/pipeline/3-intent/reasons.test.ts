import { describe, expect, it } from 'vitest';
import { d } from './decision-fixtures.ts';
import { isReasonCode, REASON_CODES, REASONS, sentenceOf } from './reasons.ts';
import { duration, money, percent, priceText, quantity, timeOfDay } from './wording.ts';

describe('reasons', () => {
  it('says a refusal the way a trader reads it', () => {
    const figures = { limit: '$1,000', who: 'admin', at: '14:32' };
    expect(sentenceOf('DAILY_LOSS_LIMIT', figures)).toBe(
      'Refused: daily loss limit of $1,000 (admin) reached at 14:32',
    );
  });

  it('has a sentence without a full stop for every code, and shows no braces when a figure is missing', () => {
    for (const code of REASON_CODES) {
      expect(REASONS[code]).toMatch(/^[^.]*[^. ]$/);
      expect(sentenceOf(code, {})).not.toMatch(/[{}]/);
    }
  });

  it('knows its own codes', () => {
    expect(isReasonCode('HALTED')).toBe(true);
    expect(isReasonCode('toString')).toBe(false);
  });
});

describe('wording', () => {
  it('writes money with its currency, cents only where there are any', () => {
    expect(money(d(1_000), 'USD')).toBe('$1,000');
    expect(money(d('-12.5'), 'USD')).toBe('−$12.50');
    expect(money(d(80_000), 'INR')).toBe('₹80,000');
    expect(money(d(1_234_567), 'CHF')).toBe('CHF 1,234,567');
    expect(money(d('-0.001'), 'USD')).toBe('$0');
  });

  it('writes percentages, quantities, prices and times', () => {
    expect(percent(d('2.5'))).toBe('2.5 %');
    expect(quantity(d('0.00120'))).toBe('0.0012');
    expect(priceText(d('64123.456789'))).toBe('64,123.456789');
    expect(timeOfDay(new Date('2026-03-02T14:32:00Z'), 'America/New_York')).toBe('09:32');
    expect([duration(15), duration(300), duration(7200)]).toEqual(['15 s', '5 min', '2 h']);
  });
});
