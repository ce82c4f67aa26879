/** Invitations, newest first, with what became of them. For admins. */
import { z } from 'zod';
import { admin } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asActor } from '#server/web-db.ts';

const MOST = 200;

const row = z
  .object({
    id: z.uuid(),
    email: z.string(),
    role: z.string(),
    by: z.string(),
    created_at: z.date(),
    expires_at: z.date(),
    state: z.enum(['OPEN', 'ACCEPTED', 'REVOKED', 'EXPIRED']),
  })
  .transform(({ created_at, expires_at, ...rest }) => ({
    ...rest,
    createdAt: created_at,
    expiresAt: expires_at,
  }));

const QUERY = `
  select i.id, i.email, i.role, u.display_name as by, i.created_at, i.expires_at, case when i.accepted_at is not null then 'ACCEPTED'
    when i.revoked_at is not null then 'REVOKED' when i.expires_at <= fn.clock() then 'EXPIRED' else 'OPEN' end as state
  from public.invitations i join public.users u on u.id = i.invited_by
  order by i.created_at desc, i.id desc limit $1`;

export const listInvitations = admin.query(({ ctx }) =>
  asActor(ctx.actor, (client) => rowsOf(client, row, QUERY, [MOST])),
);
