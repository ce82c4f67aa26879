/** The switches that bear on a person: the platform's, his own, his accounts'. */
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const row = z
  .object({
    scope: z.string(),
    user_broker_id: z.uuid().nullable(),
    account: z.string().nullable(),
    state: z.string(),
    reason: z.string().nullable(),
    since: z.date().nullable(),
    mine: z.boolean(),
  })
  .transform(({ user_broker_id, ...rest }) => ({ ...rest, accountId: user_broker_id }));

export const listSwitches = member.query(({ ctx }) =>
  asSelf(ctx.actor, (client) => rowsOf(client, row, 'select * from fn.switches_visible()')),
);
