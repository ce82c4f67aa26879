/** A limit as a person sets it. Pure; the database refuses what the decision could not apply. */
import { z } from 'zod';
import { amount, assetClass, currency } from '#server/api/fields.ts';
import { isLimitCode, LIMITS, type LimitCode } from '#server/pipeline/3-intent/limits.ts';

export const code = z.string().refine((value): value is LimitCode => isLimitCode(value), 'an unknown limit');

export const limitValue = z.object({
  code,
  scope: z.enum(['ORDER', 'POSITION', 'SYMBOL', 'ACCOUNT', 'USER']),
  currency: currency.nullable().default(null),
  assetClass: assetClass.nullable().default(null),
  /** Null takes the limit away. Percent is 10 for 10 %. */
  value: amount.nullable(),
});

/** What each limit is, for forms. */
export const register = Object.entries(LIMITS).map(([name, { unit, stricter, scopes }]) => ({
  code: name,
  unit,
  stricter,
  scopes: [...scopes],
}));
