/** Feature flags: what each is for, what it needs, who decides it. For admins. */
import { z } from 'zod';
import { admin } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asActor } from '#server/web-db.ts';

const row = z
  .object({
    name: z.string(),
    about: z.string().nullable(),
    needs: z.array(z.string()),
    unmet: z.array(z.string()),
    enabled: z.boolean(),
    wanted: z.boolean(),
    forced: z.boolean().nullable(),
    updated_at: z.date(),
    by: z.string().nullable(),
  })
  .transform(({ updated_at, ...rest }) => ({
    ...rest,
    updatedAt: updated_at,
    /** Where the value that holds comes from. */
    origin: rest.forced === null ? ('admin' as const) : ('environment' as const),
  }));

const QUERY = `
  select f.name, f.detail ->> 'about' as about, n.needs, n.unmet, f.enabled, f.wanted, f.forced, f.updated_at, u.display_name as by
  from public.feature_flags f
  left join public.users u on u.id = f.updated_by
  cross join lateral (
    select coalesce(array_agg(d.name order by d.name), '{}') as needs,
      coalesce(array_agg(d.name order by d.name) filter (where not coalesce(o.enabled, false)), '{}') as unmet
    from jsonb_array_elements_text(coalesce(f.detail -> 'needs', '[]')) d (name)
    left join public.feature_flags o on o.name = d.name) n
  order by f.name`;

export const listFlags = admin.query(({ ctx }) => asActor(ctx.actor, (client) => rowsOf(client, row, QUERY)));
