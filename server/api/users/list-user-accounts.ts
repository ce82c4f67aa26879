/** The accounts of one person, for an admin who sets a limit or a switch on one of them. */
import { z } from 'zod';
import { admin } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asActor } from '#server/web-db.ts';

const row = z.object({ id: z.uuid(), name: z.string(), currency: z.string(), environment: z.string() });

const QUERY = `
  select b.id, b.name, b.currency, b.environment from public.user_brokers b where b.user_id = $1 and b.role = 'EXEC' order by b.ordinal`;

export const listUserAccounts = admin
  .input(z.object({ userId: z.uuid() }))
  .query(({ ctx, input }) => asActor(ctx.actor, (client) => rowsOf(client, row, QUERY, [input.userId])));
