/** The exit rules of each asset class, under everything else. For admins. */
import { z } from 'zod';
import { admin } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { ExitRulesSchema } from '#server/pipeline/7-exit/exit-rules.ts';
import { asActor } from '#server/web-db.ts';

const row = z
  .object({
    asset_class: z.string(),
    rules: ExitRulesSchema,
    updated_at: z.date(),
    by: z.string().nullable(),
  })
  .transform(({ asset_class, updated_at, ...rest }) => ({
    ...rest,
    assetClass: asset_class,
    updatedAt: updated_at,
  }));

const QUERY = `
  select r.asset_class, r.rules, r.updated_at, u.display_name as by
  from public.exit_rules r left join public.users u on u.id = r.updated_by
  where r.layer = 'ASSET_CLASS' order by r.asset_class`;

export const getExitDefaults = admin.query(({ ctx }) =>
  asActor(ctx.actor, (client) => rowsOf(client, row, QUERY)),
);
