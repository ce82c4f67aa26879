/**
 * The audit chain, newest first: who did what to whom or what, with its place in the chain. For admins. The chain holds ids;
 * the names beside them are today's.
 */
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
    about: z.string().nullable(),
    owner: z.string().nullable(),
  })
  .transform(({ actor_user_id, entity_id, ...rest }) => ({
    ...rest,
    actorId: actor_user_id,
    entityId: entity_id,
  }));

/**
 * What an entry is about, by its kind: a name, and the person it belongs to. Each looks its own table up by key alone. A session
 * has no name: only whose it is.
 */
const ABOUT = `
    select null as name, p.id as owner_id from public.users p where a.entity = 'user' and p.id = a.entity_id
    union all select null, s.user_id from public.user_sessions s where a.entity = 'session' and s.id = a.entity_id
    union all select b.name, b.user_id from public.user_brokers b where a.entity in ('user_broker', 'account') and b.id = a.entity_id
    union all select s.name, s.user_id from public.strategies s where a.entity = 'strategy' and s.id = a.entity_id
    union all select b.name || ' following ' || s.name, f.user_id from public.subscriptions f
      join public.user_brokers b on b.id = f.user_broker_id join public.strategies s on s.id = f.strategy_id
      where a.entity = 'subscription' and f.id = a.entity_id
    union all select w.name || ' of ' || s.name, w.user_id from public.webhook_sources w join public.strategies s on s.id = w.strategy_id
      where a.entity = 'webhook_source' and w.id = a.entity_id
    union all select k.name, k.user_id from public.api_tokens k where a.entity = 'api_token' and k.id = a.entity_id
    union all select i.email, null from public.invitations i where a.entity = 'invitation' and i.id = a.entity_id
    union all select i.symbol || ' on ' || b.name, t.user_id from public.trades t join public.user_brokers b on b.id = t.user_broker_id
      join public.instruments i on i.id = t.instrument_id where a.entity = 'trade' and t.id = a.entity_id
    union all select i.symbol || ' on ' || b.name, o.user_id from public.orders o join public.user_brokers b on b.id = o.user_broker_id
      join public.instruments i on i.id = o.instrument_id where a.entity = 'order' and o.id = a.entity_id
    union all select 'the whole platform', null where a.entity in ('platform', 'global')`;

const QUERY = `
  select a.seq::text, a.at, a.actor_user_id, u.display_name as actor, a.act, a.entity, a.entity_id, a.detail, encode(a.hash, 'hex') as hash,
    x.name as about, case when x.owner_id is distinct from a.actor_user_id then w.display_name end as owner
  from public.audit_log a left join public.users u on u.id = a.actor_user_id
  left join lateral (${ABOUT}) x on true left join public.users w on w.id = x.owner_id
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
