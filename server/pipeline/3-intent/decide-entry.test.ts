import { describe, expect, it } from 'vitest';
import type { AccountFacts, InstrumentFacts } from './context.ts';
import { type Decision, decideBatch } from './decide-entry.ts';
import {
  account,
  type BatchOver,
  batch,
  DEFAULT_LIMITS,
  d,
  delivery,
  instrument,
  limit,
  NOW,
  trade,
} from './decision-fixtures.ts';
import { REASON_CODES } from './reasons.ts';

function decideOne(over: BatchOver = {}): Decision {
  const [decision] = decideBatch(batch(over), NOW);
  if (!decision) throw new Error('no decision');
  return decision;
}

/** "APPROVED 5", "WAIT t1" or the code of the refusal. */
function inShort(decision: Decision): string {
  if (decision.outcome === 'APPROVED') return `APPROVED ${decision.qty.toFixed()}`;
  return decision.outcome === 'WAIT' ? `WAIT ${decision.tradeId}` : decision.code;
}
const outcome = (over: BatchOver = {}) => inShort(decideOne(over));
const text = (over: BatchOver) => {
  const decision = decideOne(over);
  return decision.outcome === 'WAIT' ? '' : decision.text;
};
const of = (over: Parameters<typeof delivery>[0]): BatchOver => ({ deliveries: [delivery(over)] });
const by = (over: Partial<AccountFacts>): BatchOver => ({ accounts: [account(over)] });
const on = (over: Partial<InstrumentFacts>): BatchOver => ({ instruments: [instrument(over)] });
const quote = (over: Partial<NonNullable<InstrumentFacts['quote']>>) =>
  on({ quote: { ...(instrument().quote as NonNullable<InstrumentFacts['quote']>), ...over } });
const under = (...rows: typeof DEFAULT_LIMITS): BatchOver => ({ limits: [...DEFAULT_LIMITS, ...rows] });

describe('an entry that nothing speaks against', () => {
  it('is approved with quantity, price, reserve and stop', () => {
    const decision = decideOne();
    if (decision.outcome !== 'APPROVED') throw new Error(inShort(decision));
    expect(decision.text).toBe('Approved: buy 5 SPY at about 100');
    expect([decision.plan.orderType, decision.plan.price.toFixed(), decision.plan.reserve.toFixed()]).toEqual(
      ['MARKET', '100', '103'],
    );
    expect([decision.plan.stop?.toFixed(), decision.plan.stopBy]).toEqual(['97.5', 'RULES']);
    expect(decision.checks.every((check) => check.ok === true)).toBe(true);
  });

  it('keeps every check exactly once, whatever the outcome', () => {
    for (const over of [
      {},
      on({ quote: null }),
      by({ capital: d(1) }),
      of({ signal: { direction: 'SHORT' } }),
    ]) {
      const decision = decideOne(over);
      if (decision.outcome === 'WAIT') throw new Error('waits');
      const codes = decision.checks.map((check) => check.code);
      expect(codes.toSorted()).toEqual(REASON_CODES.toSorted());
    }
  });

  it('sells short at the bid and reserves the ask', () => {
    const decision = decideOne(of({ signal: { direction: 'SHORT' } }));
    if (decision.outcome !== 'APPROVED') throw new Error(inShort(decision));
    expect([decision.plan.price.toFixed(), decision.plan.reserve.toFixed()]).toEqual(['99.99', '103']);
    expect(decision.plan.stop?.gt(decision.plan.price)).toBe(true);
  });

  it('reserves the limit of a limit order, from the alert or at the touch', () => {
    const named = decideOne(of({ signal: { limitPrice: d('99.507') } }));
    const touch = decideOne(of({ subscription: { entryOrderType: 'LIMIT' } }));
    const limits = [named, touch].map((one) => one.outcome === 'APPROVED' && one.plan.limitPrice?.toFixed());
    expect(limits).toEqual(['99.5', '100.01']);
    expect(named.outcome === 'APPROVED' && named.plan.reserve.toFixed()).toBe('99.5');
  });
});

describe('refusals', () => {
  const lossOf = (over: Partial<AccountFacts['day']>) => by({ day: { ...account().day, ...over } });
  const closing = { open: true, closesAt: new Date(NOW.getTime() + 59_000) };
  const operational = (code: string, detail = {}) => by({ operational: [{ code, detail }] });
  const cases: [string, BatchOver][] = [
    ['USER_INACTIVE', operational('USER_INACTIVE')],
    ['BROKER_DISABLED', operational('BROKER_DISABLED')],
    ['HALTED', operational('HALTED', { scope: 'the platform', who: 'admin', reason: 'drill' })],
    ['PAPER_MODE', operational('PAPER_MODE')],
    ['ACCOUNT_FROZEN', operational('SOMETHING_NEW')],
    ['SUBSCRIPTION_PAUSED', of({ subscription: { status: 'PAUSED' } })],
    ['MARKET_CLOSED', on({ session: { open: false, closesAt: null } })],
    ['ENTRY_WINDOW_CLOSED', on({ session: closing })],
    ['SIGNAL_EXPIRED', of({ expiresAt: NOW })],
    ['QUOTE_MISSING', on({ quote: null })],
    ['QUOTE_MISSING', quote({ last: d(0), ask: d(0), bid: d(0) })],
    ['QUOTE_STALE', quote({ ageMs: 15_001 })],
    ['QUOTE_STALE', quote({ good: false })],
    ['PRICE_MOVED', of({ signal: { price: d('99.49') } })],
    ['SYMBOL_NOT_ALLOWED', of({ strategy: { allowedSymbols: ['QQQ'] } })],
    ['SYMBOL_NOT_ALLOWED', on({ status: 'FROZEN' })],
    ['DIRECTION_NOT_ALLOWED', of({ subscription: { direction: 'SHORT' } })],
    ['DIRECTION_NOT_ALLOWED', of({ strategy: { sides: 'SHORT' } })],
    ['CURRENCY_MISMATCH', on({ currency: 'INR' })],
    ['OPPOSITE_POSITION', by({ trades: [trade({ direction: 'SHORT', strategyId: 's2' })] })],
    ['OPEN_ENTRY_ORDER', by({ trades: [trade({ entryWorking: true })] })],
    ['OVERLAPPING_POSITION', by({ trades: [trade()] })],
    ['NOTHING_TO_ADD_TO', of({ signal: { action: 'ADD' } })],
    ['PROTECTION_WRONG_SIDE', of({ signal: { stop: d(101) } })],
    ['PROTECTION_WRONG_SIDE', of({ signal: { target: d(99) } })],
    ['DAILY_LOSS_LIMIT', lossOf({ pnl: d(-1_000) })],
    ['DAILY_LOSS_LIMIT', lossOf({ lossHitAt: NOW, lossLimit: d(1_000) })],
    ['CONSECUTIVE_LOSSES', lossOf({ consecutiveLosses: 5, lastLossAt: new Date(NOW.getTime() - 3_599_000) })],
    ['QTY_BELOW_MINIMUM', of({ subscription: { sizingValue: d('0.5') } })],
    ['QTY_BELOW_MINIMUM', of({ subscription: { sizingMode: 'SIGNAL_QTY', sizingValue: d(1) } })],
    ['QTY_BELOW_MINIMUM', quote({ bid: d(1_000), ask: d(1_000), last: d(1_000) })],
    ['INSUFFICIENT_CAPITAL', { ...by({ capital: d(500) }), limits: [] }],
    ['LIMIT_NOT_SET', { ...by({ currency: 'EUR' }), ...on({ currency: 'EUR' }) }],
  ];
  it.each(cases)('%s', (code, over) => {
    const wants =
      code === 'QTY_BELOW_MINIMUM' && over.instruments
        ? { ...over, ...of({ signal: { price: null } }) }
        : over;
    expect(outcome(wants)).toBe(code);
  });

  it('says a daily loss in words, with the figure, who set it and when', () => {
    const day = { ...account().day, lossHitAt: NOW, lossLimit: d(1_000), pnl: d(-1_020) };
    expect(text(by({ day }))).toBe('Refused: daily loss limit of $1,000 (admin) reached at 14:32');
  });

  it('never leaves a figure open in a sentence', () => {
    for (const [, over] of cases) expect(text(over)).not.toMatch(/[{}?]/);
  });

  it('names the first refusal and keeps the others', () => {
    const decision = decideOne({
      ...by({ operational: [{ code: 'HALTED', detail: {} }] }),
      ...on({ quote: null }),
    });
    if (decision.outcome !== 'REJECTED') throw new Error('not refused');
    expect(decision.code).toBe('HALTED');
    expect(decision.checks.filter((check) => check.ok === false).map((check) => check.code)).toEqual([
      'HALTED',
      'QUOTE_MISSING',
    ]);
  });

  it('lets simulated prices decide for paper and never for a live account', () => {
    expect(outcome(by({ environment: 'LIVE' }))).toBe('QUOTE_MISSING');
    expect(outcome({ ...by({ environment: 'LIVE' }), ...quote({ simulated: false }) })).toBe('APPROVED 5');
  });

  it('keeps the price tolerance of each asset class', () => {
    const away = of({ signal: { price: d('99.2') } });
    expect(outcome(away)).toBe('PRICE_MOVED');
    expect(outcome({ ...away, ...on({ assetClass: 'CRYPTO' }) })).toBe('APPROVED 5');
    expect(outcome(of({ signal: { price: null } }))).toBe('APPROVED 5');
  });
});

describe('stops', () => {
  const none = { ...delivery().exitRules, stop_pct: null, hard_stop_pct: null };

  it('refuses without any stop where the log-loss cap or the sizing needs one', () => {
    expect(outcome(of({ exitRules: none }))).toBe('NO_STOP');
    const free = { limits: DEFAULT_LIMITS.filter((row) => row.code !== 'MAX_LOG_LOSS') };
    expect(outcome({ ...of({ exitRules: none }), ...free })).toBe('APPROVED 5');
    expect(
      outcome({ ...of({ exitRules: none, subscription: { sizingMode: 'RISK_PERCENT' } }), ...free }),
    ).toBe('NO_STOP');
  });

  it('sizes by the stop that is reached first: the alert’s, or the hard one where the alert’s is wider', () => {
    const risk = { sizingMode: 'RISK_PERCENT', sizingValue: d('0.01') } as const;
    expect(outcome(of({ subscription: risk, signal: { stop: d(98) } }))).toBe('APPROVED 5');
    expect(outcome(of({ subscription: risk, signal: { stop: d(50) } }))).toBe('APPROVED 2');
  });

  it('reduces to the log-loss cap and says so', () => {
    const over = { ...of({ subscription: { sizingValue: d(9) } }), ...by({ capital: d(1_000) }) };
    const limits = [limit('MAX_LOG_LOSS', '0.02', { scope: 'POSITION' })];
    expect(outcome({ ...over, limits })).toBe('APPROVED 7');
    expect(text({ ...over, limits })).toContain('reduced from 9 by the log-loss cap of 0.02 of capital');
  });

  it('shuts the utility gate on a target that is not worth the stop', () => {
    const gated = { strategy: { utilityGate: true } };
    expect(outcome(of({ ...gated, signal: { stop: d(99), target: d(102) } }))).toBe('UTILITY_ASYMMETRY');
    expect(outcome(of({ ...gated, signal: { stop: d(99), target: d(104) } }))).toBe('APPROVED 5');
    expect(outcome(of({ ...gated, signal: { stop: d(99) } }))).toBe('UTILITY_ASYMMETRY');
  });
});

describe('what is already there', () => {
  const rebuying = { subscription: { rebuys: true } };

  it('buys again where rebuys are on, as a REBUY, up to the cap', () => {
    const decision = decideOne({ ...of(rebuying), ...by({ trades: [trade()] }) });
    expect(decision.outcome === 'APPROVED' && decision.tradeType).toBe('REBUY');
    const two = [trade(), trade({ id: 't2', tradeType: 'REBUY' }), trade({ id: 't3', tradeType: 'REBUY' })];
    expect(outcome({ ...of(rebuying), ...by({ trades: two }) })).toBe('MAX_REBUYS');
  });

  it('adds only to what is open', () => {
    const add = { ...rebuying, signal: { action: 'ADD' as const } };
    expect(outcome({ ...of(add), ...by({ trades: [trade()] }) })).toBe('APPROVED 5');
    expect(outcome(of(add))).toBe('NOTHING_TO_ADD_TO');
  });

  it('waits for the opposite trade of the same strategy, and refuses once its time is over', () => {
    const short = by({ trades: [trade({ direction: 'SHORT' })] });
    expect(outcome(short)).toBe('WAIT t1');
    expect(outcome({ ...short, ...of({ expiresAt: NOW }) })).toBe('SIGNAL_EXPIRED');
    expect(outcome({ ...short, ...of({ signal: { action: 'ADD' } }) })).toBe('OPPOSITE_POSITION');
  });

  it('counts positions per account, per symbol and over the user', () => {
    const others = (n: number) =>
      Array.from({ length: n }, (_, i) => trade({ id: `t${i}`, instrumentId: `o${i}` }));
    expect(outcome(by({ trades: others(4) }))).toBe('APPROVED 5');
    expect(outcome(by({ trades: others(5) }))).toBe('MAX_OPEN_POSITIONS');
    const perSymbol = { ...of(rebuying), ...under(limit('MAX_POSITIONS_PER_SYMBOL', 1)) };
    expect(outcome({ ...perSymbol, ...by({ trades: [trade()] }) })).toBe('MAX_POSITIONS_PER_SYMBOL');
    const siblings = [account(), account({ id: 'a2', trades: others(3) })];
    const ofUser = under(limit('MAX_OPEN_POSITIONS', 3, { scope: 'USER' }));
    expect(outcome({ accounts: siblings, ...ofUser })).toBe('MAX_OPEN_POSITIONS');
    expect(
      outcome({
        accounts: [account(), { ...account({ id: 'a2', trades: others(3) }), userId: 'u2' }],
        ...ofUser,
      }),
    ).toBe('APPROVED 5');
  });

  it('stops after a drawdown from the best the account ever was', () => {
    const day = { ...account().day, drawdown: d(10) };
    expect(outcome(by({ day }))).toBe('APPROVED 5');
    expect(text({ ...by({ day }), ...under(limit('MAX_DRAWDOWN', 10)) })).toBe(
      'Refused: the account is 10 % below its best (limit 10 %, admin)',
    );
  });

  it('opens no longs on a red day where the filter is on, nor when it cannot tell', () => {
    const filter = under(limit('RED_DAY_FILTER', 1, { scope: 'ORDER' }));
    expect(outcome({ ...filter, ...on({ dayBase: d('100.9') }) })).toBe('APPROVED 5');
    expect(outcome({ ...filter, ...on({ dayBase: d('101.1') }) })).toBe('RED_DAY_FILTER');
    expect(outcome({ ...filter, ...on({ dayBase: null }) })).toBe('RED_DAY_FILTER');
    const short = of({ signal: { direction: 'SHORT' } });
    expect(outcome({ ...filter, ...on({ dayBase: d('101.1') }), ...short })).toBe('APPROVED 5');
    expect(outcome(on({ dayBase: d(200) }))).toBe('APPROVED 5');
  });

  it('pauses after losses in a row, and keeps off a symbol that lost', () => {
    const hourAgo = new Date(NOW.getTime() - 3_600_000);
    const day = {
      ...account().day,
      consecutiveLosses: 7,
      lastLossAt: hourAgo,
      lossBySymbol: new Map([['i1', hourAgo]]),
    };
    expect(outcome(by({ day }))).toBe('APPROVED 5');
    const cooling = under(limit('LOSS_COOLDOWN', 61, { scope: 'SYMBOL' }));
    expect(text({ ...by({ day }), ...cooling })).toBe(
      'Refused: a trade of SPY lost at 13:32; entries resume at 14:33 (admin)',
    );
  });
});
