/** How far a person has come from an empty desk to the first filled trade. */
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const row = z.object({
  account: z.boolean(),
  strategy: z.uuid().nullable(),
  source: z.uuid().nullable(),
  followed: z.boolean(),
  signal: z.uuid().nullable(),
  trade: z.uuid().nullable(),
});

const QUERY = `
  select exists (select from public.user_brokers b where b.user_id = fn.actor() and b.role = 'EXEC') as account,
    (select s.id from public.strategies s where s.user_id = fn.actor() and s.status <> 'ARCHIVED' order by s.created_at desc limit 1) as strategy,
    (select w.id from public.webhook_sources w join public.strategies s on s.id = w.strategy_id
      where w.user_id = fn.actor() and s.status <> 'ARCHIVED' order by s.created_at desc, w.created_at desc limit 1) as source,
    exists (select from public.subscriptions b where b.user_id = fn.actor()) as followed,
    (select e.signal_id from public.webhook_events e where e.user_id = fn.actor() and e.signal_id is not null
      order by e.received_at desc limit 1) as signal,
    (select t.id from public.trades t where t.user_id = fn.actor() and t.opened_at is not null order by t.opened_at desc limit 1) as trade`;

export const getProgress = member.query(({ ctx }) =>
  asSelf(ctx.actor, async (client) => {
    const [found] = await rowsOf(client, row, QUERY);
    if (!found) throw new Error('a query of one row answers with one');
    return { ...found, finished: found.trade !== null };
  }),
);
