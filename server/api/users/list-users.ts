/** Everybody, with what an admin needs to know: role, status and what is open. For admins. */
import { z } from 'zod';
import { admin } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asActor } from '#server/web-db.ts';

const text = z.string();

const row = z
  .object({
    id: z.uuid(),
    email: text,
    display_name: text,
    role: text,
    status: text,
    time_zone: text,
    disabled_at: z.date().nullable(),
    created_at: z.date(),
    last_seen_at: z.date().nullable(),
    sessions: z.coerce.number(),
    accounts: z.coerce.number(),
    open_trades: z.coerce.number(),
    switch_state: text,
  })
  .transform((found) => ({
    id: found.id,
    email: found.email,
    name: found.display_name,
    role: found.role,
    status: found.status,
    timeZone: found.time_zone,
    disabledAt: found.disabled_at,
    createdAt: found.created_at,
    lastSeenAt: found.last_seen_at,
    /** Live ones. */
    sessions: found.sessions,
    accounts: found.accounts,
    openTrades: found.open_trades,
    switchState: found.switch_state,
  }));

const QUERY = `
  select u.id, u.email, u.display_name, u.role, u.status, u.time_zone, u.disabled_at, u.created_at, s.last_seen_at, s.sessions,
    (select count(*) from public.user_brokers b where b.user_id = u.id) as accounts,
    (select count(*) from public.trades t where t.user_id = u.id and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING')) as open_trades,
    coalesce((select w.state from public.switches w where w.scope = 'USER' and w.user_id = u.id), 'OFF') as switch_state
  from public.users u
  cross join lateral (select max(s.last_seen_at) as last_seen_at,
      count(*) filter (where s.revoked_at is null and s.expires_at > fn.clock()) as sessions
    from public.user_sessions s where s.user_id = u.id) s
  where $1::text is null or u.email like '%' || $1 || '%' or lower(u.display_name) like '%' || $1 || '%'
  order by u.status, lower(u.display_name), u.id limit $2`;

const MOST = 500;

export const listUsers = admin
  .input(
    z.object({
      search: z
        .string()
        .trim()
        .toLowerCase()
        .max(80)
        .nullish()
        .transform((given) => given?.replace(/[\\%_]/g, '\\$&') || null),
    }),
  )
  .query(({ ctx, input }) =>
    asActor(ctx.actor, (client) => rowsOf(client, row, QUERY, [input.search, MOST])),
  );
