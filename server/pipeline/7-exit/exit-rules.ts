// Exit rules: their schema, their defaults per asset class, and how layers combine.
// Entry points: ExitRulesSchema (complete), ExitRulesLayerSchema (what one layer sets), resolveExitRules,
// exitRulesProblem. Pure.
// Invariants: percentages are percent numbers ("2.5" is 2.5 %), decimals travel as strings; null switches a
// number off; the last layer that names a key sets it; a setting that contradicts itself is refused.
import { z } from 'zod';
import { Decimal } from '#server/money.ts';

const decimal = (what: string, max: number) =>
  z
    .union([z.string(), z.number()])
    .transform((v) => String(v).trim())
    .refine((v) => /^\d{1,9}(\.\d{1,8})?$/.test(v) && Number(v) > 0 && Number(v) <= max, {
      error: `${what} must be a number above 0 and at most ${max}`,
    });

const stopPercent = decimal('a stop percentage', 100);
const gainPercent = decimal('a gain percentage', 1000);
const multiple = decimal('a multiple of ATR', 100);
const seconds = z.number().int().min(0).max(3600);

/** A rung of the target ladder: at +at_pct % sell share_pct % of what was entered. */
const RungSchema = z.strictObject({ at_pct: gainPercent, share_pct: decimal('a share', 100) });

const MAX_RUNGS = 8;

export const ExitRulesSchema = z.strictObject({
  /** Soft stop, % against the entry; a stop in the signal goes before it. */
  stop_pct: stopPercent.nullable(),
  /** Soft stop at k × ATR(14, 5m) of the opening, before the percentage where an ATR is known. */
  stop_atr_k: multiple.nullable(),
  /** Widens the ATR stop by the spread and the fees of both sides per unit. */
  stop_atr_costs: z.boolean(),
  /** Loss, %, at which the trade is sold at market whatever else rests. */
  hard_stop_pct: stopPercent.nullable(),
  /** Target, %; a target in the signal goes before it. */
  target_pct: gainPercent.nullable(),
  /** Part exits on the way; the target (if any) takes the rest. */
  rungs: z.array(RungSchema).max(MAX_RUNGS),
  /** Gain, %, that arms the trailing stop; null: no trail. */
  trail_arm_pct: gainPercent.nullable(),
  /** Distance of the trail, k × ATR(14, 5m), held between the two percentages of the price. */
  trail_atr_k: multiple,
  trail_min_pct: stopPercent,
  trail_max_pct: stopPercent,
  /** Smallest move of the trailing stop, in ATR. */
  trail_step_atr_k: multiple,
  max_hold_hours: decimal('max_hold_hours', 24 * 365).nullable(),
  max_hold_days: z.number().int().min(1).max(250).nullable(),
  /** Out before the close of the day that it was opened on. */
  end_of_day: z.boolean(),
  end_of_day_s: seconds,
  /** How long a limit rests: stops, trail and max hold; targets; an alert's exit. */
  rest_stop_s: seconds,
  rest_target_s: seconds,
  rest_signal_s: seconds,
  /** How far through the touch an exit's limit is set, in basis points. */
  limit_offset_bps: z
    .union([z.string(), z.number()])
    .transform((v) => String(v).trim())
    .refine((v) => /^\d{1,3}(\.\d{1,4})?$/.test(v), {
      error: 'limit_offset_bps must be 0 to 999 basis points',
    }),
  /** A reason that fired on a trade stays quiet for so long. */
  cooldown_s: z.number().int().min(1).max(3600),
  /** Targets keep off the last minutes of a session. */
  quiet_close_s: z.number().int().min(0).max(7200),
});

export type ExitRules = z.output<typeof ExitRulesSchema>;
export type ExitRulesKey = keyof ExitRules;

export const ExitRulesLayerSchema = ExitRulesSchema.partial();
export type ExitRulesLayer = z.output<typeof ExitRulesLayerSchema>;

/** Lowest first: a later layer overrides an earlier one, key by key. */
export const RULE_LAYERS = ['ASSET_CLASS', 'STRATEGY', 'SUBSCRIPTION', 'TRADE'] as const;
export type RuleLayer = (typeof RULE_LAYERS)[number];
export type AssetClass = 'EQUITY' | 'OPTION' | 'CRYPTO';

const EQUITY: ExitRules = {
  stop_pct: '2.5',
  stop_atr_k: null,
  stop_atr_costs: false,
  hard_stop_pct: '5',
  target_pct: null,
  rungs: [],
  trail_arm_pct: '3.5',
  trail_atr_k: '2',
  trail_min_pct: '1',
  trail_max_pct: '2',
  trail_step_atr_k: '0.5',
  max_hold_hours: '120',
  max_hold_days: null,
  end_of_day: false,
  end_of_day_s: 300,
  rest_stop_s: 5,
  rest_target_s: 30,
  rest_signal_s: 15,
  limit_offset_bps: '1',
  cooldown_s: 30,
  quiet_close_s: 300,
};

/** The same rows are seeded in Postgres (70_exit_defaults.sql); a database test compares them. */
export const EXIT_DEFAULTS: Readonly<Record<AssetClass, ExitRules>> = {
  EQUITY,
  CRYPTO: EQUITY,
  OPTION: { ...EQUITY, stop_pct: '50', hard_stop_pct: '75', target_pct: '50', trail_arm_pct: null },
};

export interface ResolvedExitRules {
  readonly rules: ExitRules;
  /** Which layer set each number; the asset class where no other did. */
  readonly setBy: Readonly<Record<ExitRulesKey, RuleLayer>>;
}

/**
 * Combines the layers over the asset class's complete rules.
 * @param base   the asset class's rules, complete
 * @param layers what the strategy, the subscription and the trade set, each possibly nothing
 */
export function resolveExitRules(
  base: ExitRules,
  layers: Partial<Record<Exclude<RuleLayer, 'ASSET_CLASS'>, ExitRulesLayer>>,
): ResolvedExitRules {
  const setBy = Object.fromEntries(Object.keys(base).map((key) => [key, 'ASSET_CLASS'])) as Record<
    ExitRulesKey,
    RuleLayer
  >;
  let rules = base;
  for (const layer of RULE_LAYERS) {
    const set = layer === 'ASSET_CLASS' ? undefined : layers[layer];
    if (!set) continue;
    const named = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
    rules = { ...rules, ...named };
    for (const key of Object.keys(named)) setBy[key as ExitRulesKey] = layer;
  }
  return { rules, setBy };
}

export interface ExitRulesProblem {
  readonly code: 'TARGET_AND_TRAIL' | 'TRAIL_BOUNDS' | 'RUNG_SHARES' | 'RUNG_ORDER';
  readonly text: string;
}

/**
 * Says what contradicts itself in a resolved set, or null. A full percentage target below the level that
 * arms the trail would always fire first, so the trail would never work: a rung there is fine.
 */
export function exitRulesProblem(rules: ExitRules): ExitRulesProblem | null {
  const arm = rules.trail_arm_pct;
  if (arm !== null && rules.target_pct !== null && new Decimal(rules.target_pct).lt(arm)) {
    return {
      code: 'TARGET_AND_TRAIL',
      text: `A target at +${rules.target_pct} % always fires before the trail arms at +${arm} %: choose one, or make it a rung.`,
    };
  }
  if (new Decimal(rules.trail_min_pct).gt(rules.trail_max_pct)) {
    return { code: 'TRAIL_BOUNDS', text: 'trail_min_pct must not be above trail_max_pct.' };
  }
  const shares = rules.rungs.reduce((sum, rung) => sum.plus(rung.share_pct), new Decimal(0));
  if (shares.gt(100))
    return { code: 'RUNG_SHARES', text: 'The shares of the rungs add up to more than 100 %.' };
  for (let i = 1; i < rules.rungs.length; i += 1) {
    const [before, rung] = [rules.rungs[i - 1], rules.rungs[i]];
    if (before && rung && !new Decimal(rung.at_pct).gt(before.at_pct)) {
      return {
        code: 'RUNG_ORDER',
        text: 'Each rung must lie farther from the entry than the one before it.',
      };
    }
  }
  return null;
}
