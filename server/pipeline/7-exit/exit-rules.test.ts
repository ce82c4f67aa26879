import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '#server/money.ts';
import { levelAt, type PricedTrade, percentOf, stopPriceOf, trailAt, triggerPrices } from './exit-prices.ts';
import { byUrgency, EXIT_REASONS } from './exit-reasons.ts';
import {
  EXIT_DEFAULTS,
  ExitRulesLayerSchema,
  ExitRulesSchema,
  exitRulesProblem,
  resolveExitRules,
} from './exit-rules.ts';

const trade = (over: Partial<PricedTrade> = {}): PricedTrade => ({
  direction: 'LONG',
  entry: new Decimal(200),
  signalStop: null,
  signalTarget: null,
  atr: null,
  costs: new Decimal(0),
  ...over,
});
const rules = EXIT_DEFAULTS.EQUITY;

describe('exit rules', () => {
  it('have complete defaults for every asset class, and none of them contradicts itself', () => {
    for (const defaults of Object.values(EXIT_DEFAULTS)) {
      expect(ExitRulesSchema.parse(defaults)).toEqual(defaults);
      expect(exitRulesProblem(defaults)).toBeNull();
    }
  });

  it('take numbers as text or number, and keep them as exact text', () => {
    expect(ExitRulesLayerSchema.parse({ stop_pct: 1.25, target_pct: '2' })).toEqual({
      stop_pct: '1.25',
      target_pct: '2',
    });
  });

  it.each([
    [{ stop_pct: '-1' }],
    [{ stop_pct: '0' }],
    [{ stop_pct: 'NaN' }],
    [{ hard_stop_pct: '101' }],
    [{ trail_atr_k: null }],
    [{ stop_percent: '1' }],
    [{ rungs: [{ at_pct: '1' }] }],
    [{ max_hold_days: 1.5 }],
  ])('refuse %j', (layer) => {
    expect(ExitRulesLayerSchema.safeParse(layer).success).toBe(false);
  });

  it('resolve layer over layer, and say which one set each number', () => {
    const { rules: got, setBy } = resolveExitRules(rules, {
      STRATEGY: { stop_pct: '1', target_pct: '2', trail_arm_pct: null },
      SUBSCRIPTION: { stop_pct: '1.5' },
      TRADE: { target_pct: null },
    });
    expect([got.stop_pct, got.target_pct, got.trail_arm_pct, got.hard_stop_pct]).toEqual([
      '1.5',
      null,
      null,
      '5',
    ]);
    expect([setBy.stop_pct, setBy.target_pct, setBy.trail_arm_pct, setBy.hard_stop_pct]).toEqual([
      'SUBSCRIPTION',
      'TRADE',
      'STRATEGY',
      'ASSET_CLASS',
    ]);
  });

  it('are refused with a full target below the arming level, while a rung there is fine', () => {
    expect(exitRulesProblem({ ...rules, target_pct: '2' })?.code).toBe('TARGET_AND_TRAIL');
    expect(exitRulesProblem({ ...rules, target_pct: '3.5' })).toBeNull();
    expect(exitRulesProblem({ ...rules, rungs: [{ at_pct: '2', share_pct: '50' }] })).toBeNull();
    expect(exitRulesProblem({ ...rules, target_pct: '2', trail_arm_pct: null })).toBeNull();
  });

  it('are refused with crossed bounds, too much on the rungs, or rungs out of order', () => {
    const rung = (at: string, share: string) => ({ at_pct: at, share_pct: share });
    expect(exitRulesProblem({ ...rules, trail_min_pct: '3' })?.code).toBe('TRAIL_BOUNDS');
    expect(exitRulesProblem({ ...rules, rungs: [rung('1', '60'), rung('2', '50')] })?.code).toBe(
      'RUNG_SHARES',
    );
    expect(exitRulesProblem({ ...rules, rungs: [rung('2', '10'), rung('1', '10')] })?.code).toBe(
      'RUNG_ORDER',
    );
  });

  it('order their reasons by urgency, each with a rank of its own', () => {
    const ranks = Object.values(EXIT_REASONS).map((r) => r.rank);
    expect(new Set(ranks).size).toBe(ranks.length);
    expect(byUrgency(['TARGET_HIT', 'KILL_SWITCH', 'STOP_LOSS'])).toEqual([
      'KILL_SWITCH',
      'STOP_LOSS',
      'TARGET_HIT',
    ]);
  });
});

describe('exit prices', () => {
  it('mirror each other for LONG and SHORT, and turn back into their percentage', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: -9_999, max: 9_999 }),
        (cents, basisPoints) => {
          const entry = new Decimal(cents).div(100);
          const percent = new Decimal(basisPoints).div(100);
          const long = levelAt('LONG', entry, percent);
          const short = levelAt('SHORT', entry, percent);
          expect(long.plus(short).eq(entry.times(2))).toBe(true);
          for (const [direction, at] of [['LONG', long] as const, ['SHORT', short] as const]) {
            expect(percentOf(direction, entry, at).minus(percent).abs().lt('1e-30')).toBe(true);
          }
        },
      ),
    );
  });

  it('take the stop of the signal, then k × ATR, then the percentage', () => {
    const byAtr = { ...rules, stop_atr_k: '2' };
    expect(stopPriceOf(byAtr, trade({ signalStop: new Decimal(190), atr: new Decimal(3) }))?.toString()).toBe(
      '190',
    );
    expect(stopPriceOf(byAtr, trade({ atr: new Decimal(3) }))?.toString()).toBe('194');
    expect(stopPriceOf(byAtr, trade({ atr: new Decimal(3), direction: 'SHORT' }))?.toString()).toBe('206');
    expect(
      stopPriceOf(
        { ...byAtr, stop_atr_costs: true },
        trade({ atr: new Decimal(3), costs: new Decimal(1) }),
      )?.toString(),
    ).toBe('193');
    expect(stopPriceOf(byAtr, trade())?.toString()).toBe('195');
    expect(stopPriceOf({ ...rules, stop_pct: null }, trade())).toBeNull();
  });

  it('hold the trail between its bounds of the price, the wider one without an ATR', () => {
    const at = (atr: number | null) => {
      const { distance, step } = trailAt(rules, new Decimal(200), atr === null ? null : new Decimal(atr));
      return [distance.toString(), step.toString()];
    };
    expect(at(1.5)).toEqual(['3', '0.75']);
    expect(at(0.1)).toEqual(['2', '0.5']);
    expect(at(50)).toEqual(['4', '1']);
    expect(at(null)).toEqual(['4', '1']);
  });

  it('put every trigger of a SHORT on the other side', () => {
    const prices = triggerPrices(
      { ...rules, rungs: [{ at_pct: '1', share_pct: '50' }], target_pct: '10' },
      trade({ direction: 'SHORT' }),
    );
    expect(
      [prices.hardStop, prices.stop, prices.rungs[0]?.price, prices.target, prices.trailActivate].map(String),
    ).toEqual(['210', '205', '198', '180', '193']);
  });
});
