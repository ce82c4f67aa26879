/** Every limit that an admin may set: the global ones, and those of one user with his accounts. For admins. */
import { z } from 'zod';
import { register } from '#server/api/limits/fields.ts';
import { admin } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asActor } from '#server/web-db.ts';

const text = z.string();

const row = z
  .object({
    layer: text,
    user_broker_id: z.uuid().nullable(),
    subscription_id: z.uuid().nullable(),
    account: text.nullable(),
    code: text,
    scope: text,
    currency: text.nullable(),
    asset_class: text.nullable(),
    value: text,
    updated_at: z.date(),
    by: text.nullable(),
  })
  .transform(({ user_broker_id, subscription_id, asset_class, updated_at, ...rest }) => ({
    ...rest,
    accountId: user_broker_id,
    subscriptionId: subscription_id,
    assetClass: asset_class,
    updatedAt: updated_at,
  }));

const QUERY = `
  select r.layer, r.user_broker_id, r.subscription_id, b.name as account, r.code, r.scope, r.currency, r.asset_class,
    trim_scale(r.value)::text as value, r.updated_at, u.display_name as by
  from public.risk_limits r
  left join public.user_brokers b on b.id = r.user_broker_id
  left join public.users u on u.id = r.updated_by
  where case when $1::uuid is null then r.layer = 'GLOBAL' else r.user_id = $1 end
  order by r.code, r.scope, r.currency, r.asset_class, r.layer, b.name`;

export const listLimitsAdmin = admin
  .input(z.object({ userId: z.uuid().nullable() }))
  .query(({ ctx, input }) =>
    asActor(ctx.actor, async (client) => ({
      register,
      limits: await rowsOf(client, row, QUERY, [input.userId]),
    })),
  );
