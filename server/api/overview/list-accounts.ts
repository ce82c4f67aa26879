/** The reader's accounts by name: what a list can be narrowed to. */
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const account = z.object({ id: z.uuid(), name: z.string(), environment: z.string(), currency: z.string() });

const QUERY = `
  select b.id, b.name, b.environment, b.currency from public.user_brokers b
  where b.user_id = fn.actor() and b.role = 'EXEC' order by b.ordinal`;

export const listAccounts = member
  .output(z.array(account))
  .query(({ ctx }) => asSelf(ctx.actor, (client) => rowsOf(client, account, QUERY)));
