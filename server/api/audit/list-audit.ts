/** The audit chain, newest first: who did what to what, with its place in the chain. For admins. */
import { z } from 'zod';
import { pageOf, pageSize } from '#server/api/list-page.ts';
import { admin } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asActor } from '#server/web-db.ts';

const PAGE = 100;

const row = z
  .object({
    seq: z.string(),
    at: z.date(),
    actor_user_id: z.uuid().nullable(),
    actor: z.string().nullable(),
    act: z.string(),
    entity: z.string(),
    entity_id: z.uuid().nullable(),
    detail: z.record(z.string(), z.unknown()),
    hash: z.string(),
  })
  .transform(({ actor_user_id, entity_id, ...rest }) => ({
    ...rest,
    actorId: actor_user_id,
    entityId: entity_id,
  }));

const QUERY = `
  select a.seq::text, a.at, a.actor_user_id, u.display_name as actor, a.act, a.entity, a.entity_id, a.detail, encode(a.hash, 'hex') as hash
  from public.audit_log a left join public.users u on u.id = a.actor_user_id
  where ($1::bigint is null or a.seq < $1) and ($2::uuid is null or a.actor_user_id = $2)
    and ($3::uuid is null or a.entity_id = $3) and ($4::text is null or a.act = $4)
  order by a.seq desc limit $5`;

export const listAudit = admin
  .input(
    z.object({
      actorId: z.uuid().nullish(),
      entityId: z.uuid().nullish(),
      act: z.string().max(60).nullish(),
      cursor: z
        .string()
        .regex(/^\d{1,19}$/)
        .nullish(),
      limit: pageSize(PAGE),
    }),
  )
  .query(({ ctx, input }) =>
    asActor(ctx.actor, async (client) => {
      const { cursor = null, actorId = null, entityId = null, act = null, limit } = input;
      const rows = await rowsOf(client, row, QUERY, [cursor, actorId, entityId, act || null, limit + 1]);
      return pageOf(rows, limit, (last) => last.seq);
    }),
  );
