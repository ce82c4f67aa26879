/** One's API tokens, newest first; never a token itself. */
import { z } from 'zod';
import { trader } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asSelf } from '#server/web-db.ts';

const MOST = 200;
const date = z.date().nullable();

const row = z
  .object({
    id: z.uuid(),
    name: z.string(),
    scopes: z.array(z.string()),
    created_at: z.date(),
    expires_at: date,
    last_used_at: date,
    revoked_at: date,
    live: z.boolean(),
  })
  .transform((found) => ({
    id: found.id,
    name: found.name,
    scopes: found.scopes,
    createdAt: found.created_at,
    expiresAt: found.expires_at,
    lastUsedAt: found.last_used_at,
    revokedAt: found.revoked_at,
    live: found.live,
  }));

const QUERY = `
  select t.id, t.name, t.scopes, t.created_at, t.expires_at, t.last_used_at, t.revoked_at,
    t.revoked_at is null and (t.expires_at is null or t.expires_at > fn.clock()) as live
  from public.api_tokens t where t.user_id = fn.actor() order by t.created_at desc, t.id desc limit $1`;

export const listApiTokens = trader.query(({ ctx }) =>
  asSelf(ctx.actor, (client) => rowsOf(client, row, QUERY, [MOST])),
);
