/** Every switch that stands, and the platform's, whoever set them. For admins. */
import { z } from 'zod';
import { admin } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asActor } from '#server/web-db.ts';

const text = z.string().nullable();

const row = z
  .object({
    scope: z.string(),
    user_id: z.uuid().nullable(),
    user_broker_id: z.uuid().nullable(),
    person: text,
    account: text,
    state: z.string(),
    reason: text,
    since: z.date().nullable(),
    by: text,
  })
  .transform(({ user_id, user_broker_id, ...rest }) => ({
    ...rest,
    userId: user_id,
    accountId: user_broker_id,
  }));

const QUERY = `
  select s.scope, s.user_id, s.user_broker_id, u.display_name as person, b.name as account, s.state, s.reason, s.set_at as since,
    w.display_name as by
  from public.switches s
  left join public.users u on u.id = s.user_id
  left join public.user_brokers b on b.id = s.user_broker_id
  left join public.users w on w.id = s.set_by
  where s.scope = 'PLATFORM' or s.state <> 'OFF'
  order by s.scope <> 'PLATFORM', s.set_at desc nulls last, s.id`;

export const listSwitchesAdmin = admin.query(({ ctx }) =>
  asActor(ctx.actor, (client) => rowsOf(client, row, QUERY)),
);
