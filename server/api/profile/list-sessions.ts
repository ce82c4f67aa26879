/** One's live sessions, the present one marked. */
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const row = z
  .object({
    id: z.uuid(),
    created_at: z.date(),
    last_seen_at: z.date(),
    expires_at: z.date(),
    user_agent: z.string().nullable(),
    address: z.string().nullable(),
    current: z.boolean(),
  })
  .transform((found) => ({
    id: found.id,
    createdAt: found.created_at,
    lastSeenAt: found.last_seen_at,
    expiresAt: found.expires_at,
    userAgent: found.user_agent,
    address: found.address,
    current: found.current,
  }));

const QUERY = `
  select s.id, s.created_at, s.last_seen_at, s.expires_at, s.user_agent, host(s.address) as address, s.id = $1 as current
  from public.user_sessions s
  where s.user_id = fn.actor() and s.revoked_at is null and s.expires_at > fn.clock()
    and s.last_seen_at > fn.clock() - interval '2 hours'
  order by s.id = $1 desc, s.last_seen_at desc, s.id`;

export const listSessions = member.query(({ ctx }) =>
  asSelf(ctx.actor, (client) => rowsOf(client, row, QUERY, [ctx.actor.sessionId])),
);
