/** Where an own account and its broker disagree, or did; open ones first, then newest first. */
import { z } from 'zod';
import { trader } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asSelf } from '#server/web-db.ts';

const MOST = 200;

const facts = z.record(z.string(), z.unknown());

const row = z
  .object({
    id: z.uuid(),
    user_broker_id: z.uuid(),
    account: z.string(),
    symbol: z.string().nullable(),
    code: z.string(),
    ours: facts,
    theirs: facts,
    repair: facts.nullable(),
    found_at: z.date(),
    resolved_at: z.date().nullable(),
    resolution: z.string().nullable(),
  })
  .transform(({ user_broker_id, found_at, resolved_at, ...rest }) => ({
    ...rest,
    accountId: user_broker_id,
    foundAt: found_at,
    resolvedAt: resolved_at,
  }));

const QUERY = `
  select d.id, d.user_broker_id, b.name as account, i.symbol, d.code, d.ours, d.theirs, d.repair, d.found_at, d.resolved_at, d.resolution
  from public.discrepancies d
  join public.user_brokers b on b.id = d.user_broker_id
  left join public.instruments i on i.id = d.instrument_id
  where d.user_id = fn.actor() and ($1::uuid is null or d.user_broker_id = $1) and ($2 or d.resolved_at is null)
  order by d.resolved_at is not null, d.found_at desc, d.id desc limit $3`;

export const listDiscrepancies = trader
  .input(z.object({ accountId: z.uuid().nullish(), withResolved: z.boolean().default(false) }))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, (client) =>
      rowsOf(client, row, QUERY, [input.accountId ?? null, input.withResolved, MOST]),
    ),
  );
