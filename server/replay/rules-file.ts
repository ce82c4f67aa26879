/**
 * What a replay's `rules.json` may set: a partial {subscription, limits, exitRules}, in the schemas of the settings.
 *
 * Entry point: `parseRules`. Pure. Invariants: an unknown or wrong setting is named; nothing is silently ignored.
 */
import { z } from 'zod';
import { isLimitCode } from '../pipeline/3-intent/limits.ts';
import { ExitRulesLayerSchema } from '../pipeline/7-exit/exit-rules.ts';

const number = z
  .union([z.string(), z.number()])
  .transform((value) => String(value))
  .refine((value) => /^\d{1,12}(\.\d{1,12})?$/.test(value), { error: 'takes a number, 0 or above' });

const positive = number.refine((value) => Number(value) > 0, { error: 'takes a number above 0' });

/** Columns of a subscription that a replay may set. */
const SubscriptionSchema = z
  .strictObject({
    sizing_mode: z.enum(['FIXED_QTY', 'FIXED_NOTIONAL', 'PERCENT_OF_CAPITAL', 'RISK_PERCENT', 'SIGNAL_QTY']),
    sizing_value: positive,
    direction: z.enum(['LONG', 'SHORT', 'BOTH']),
    rebuys: z.boolean(),
    entry_order_type: z.enum(['MARKET', 'LIMIT']),
    entry_offset_bps: number,
    entry_ttl_seconds: z.number().int().positive(),
    entry_reprices: z.number().int().min(0).max(20),
    entry_after_reprices: z.enum(['MARKET', 'CANCEL', 'LEAVE']),
    exit_offset_bps: number,
  })
  .partial();

/** The platform's limits by code; null takes one away. Money is in the account's currency. */
const LimitsSchema = z.record(
  z.string().refine(isLimitCode, { error: 'is not the code of a limit' }),
  number.nullable(),
);

const RulesSchema = z
  .strictObject({ subscription: SubscriptionSchema, limits: LimitsSchema, exitRules: ExitRulesLayerSchema })
  .partial();

export type ReplayRules = z.output<typeof RulesSchema>;

/** The rules of a file's text. @throws Error of one line, naming the setting */
export function parseRules(text: string): ReplayRules {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`it is not JSON: ${(error as Error).message}`);
  }
  const result = RulesSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Error(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'cannot be read'}`);
}
