import { describe, expect, it } from 'vitest';
import { CEILING_FACTOR, Ceiling } from './ceiling.ts';
import { subjectMatches } from './sender.ts';

const TRADINGVIEW = 'CN=TradingView Webhooks,O=TradingView\\, Inc.,L=Westerville,ST=Ohio,C=US';

describe('the subject of a client certificate', () => {
  it('matches when it holds every part that is asked for, in any order and notation', () => {
    expect(subjectMatches('CN=TradingView Webhooks', TRADINGVIEW)).toBe(true);
    expect(subjectMatches('C=US, CN=tradingview webhooks', TRADINGVIEW)).toBe(true);
    expect(subjectMatches('CN=TradingView Webhooks', '/C=US/O=TradingView/CN=TradingView Webhooks')).toBe(
      true,
    );
  });

  it('does not match by a part of a name, without a certificate, or when nothing is asked for', () => {
    expect(subjectMatches('CN=TradingView', TRADINGVIEW)).toBe(false);
    expect(subjectMatches('CN=TradingView Webhooks', 'CN=x,OU=CN=TradingView Webhooks')).toBe(false);
    expect(subjectMatches('CN=TradingView Webhooks', '')).toBe(false);
    expect(subjectMatches('', TRADINGVIEW)).toBe(false);
  });
});

describe('the ceiling of a source', () => {
  it('is ten times its entries in a minute, each source for itself', () => {
    const ceiling = new Ceiling();
    const passed = Array.from({ length: 3 * CEILING_FACTOR }, () => ceiling.wait('a', 3, 90_000));
    expect(passed.every((wait) => wait === 0)).toBe(true);
    expect(ceiling.wait('a', 3, 90_000)).toBe(30);
    expect(ceiling.wait('b', 3, 90_000)).toBe(0);
    expect(ceiling.wait('a', 3, 120_000)).toBe(0);
  });
});
