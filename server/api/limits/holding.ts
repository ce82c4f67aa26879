/**
 * Which limits hold at a place, with the layers underneath. Pure but for reading the rows.
 * The rule is the decision's own (3-intent/limits.ts): the strictest row per code and scope.
 */
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import type { Client } from '#server/db.ts';
import { Decimal } from '#server/money.ts';
import {
  type Bound,
  LAYERS,
  type LimitPlace,
  type LimitRow,
  resolveLimits,
} from '#server/pipeline/3-intent/limits.ts';

const row = z.object({
  layer: z.enum(LAYERS),
  user_broker_id: z.uuid().nullable(),
  subscription_id: z.uuid().nullable(),
  code: z.string(),
  scope: z.enum(['ORDER', 'POSITION', 'SYMBOL', 'ACCOUNT', 'USER']),
  currency: z.string().nullable(),
  asset_class: z.string().nullable(),
  value: z.string(),
  by_admin: z.boolean(),
  updated_at: z.date(),
});

/** A stored limit that may bind the actor. */
export type SetLimit = LimitRow & { byAdmin: boolean; updatedAt: Date };

export async function readLimits(client: Client, userId: string): Promise<SetLimit[]> {
  const rows = await rowsOf(client, row, 'select * from fn.limits_visible()');
  return rows.map((found) => ({
    layer: found.layer,
    userId: found.layer === 'GLOBAL' ? null : userId,
    accountId: found.user_broker_id,
    subscriptionId: found.subscription_id,
    code: found.code,
    scope: found.scope,
    currency: found.currency,
    assetClass: found.asset_class,
    value: new Decimal(found.value),
    byAdmin: found.by_admin,
    updatedAt: found.updated_at,
  }));
}

const CLASSES = ['EQUITY', 'OPTION', 'CRYPTO'] as const;

/** What holds there, per asset class. */
export const boundsAt = (
  rows: readonly LimitRow[],
  place: Omit<LimitPlace, 'assetClass'>,
): { assetClass: (typeof CLASSES)[number]; bounds: readonly Bound[] }[] =>
  CLASSES.map((assetClass) => ({ assetClass, bounds: resolveLimits(rows, { ...place, assetClass }).bounds }));

/** Whether this row is the one that holds for some asset class. */
export const holds = (limit: LimitRow, all: ReturnType<typeof boundsAt>): boolean =>
  all.some(
    ({ assetClass, bounds }) =>
      (limit.assetClass === null || limit.assetClass === assetClass) &&
      bounds.some(
        (bound) =>
          bound.code === limit.code &&
          bound.scope === limit.scope &&
          bound.layer === limit.layer &&
          bound.value.eq(limit.value),
      ),
  );
