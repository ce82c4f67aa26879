/** A person's strategies, and those of others that he follows or may follow. */
import { z } from 'zod';
import { trader } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asSelf } from '#server/web-db.ts';

const text = z.string();

export const ownRow = z
  .object({
    id: z.uuid(),
    name: text,
    kind: text,
    visibility: text,
    sides: text,
    status: text,
    max_lag_seconds: z.number(),
    signal_ttl_seconds: z.number(),
    entry_rearm_seconds: z.number(),
    allowed_symbols: z.array(text).nullable(),
    utility_gate: z.boolean(),
    created_at: z.date(),
    sources: z.coerce.number(),
    followers: z.coerce.number(),
    last_alert_at: z.date().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    visibility: row.visibility,
    sides: row.sides,
    status: row.status,
    maxLagSeconds: row.max_lag_seconds,
    signalTtlSeconds: row.signal_ttl_seconds,
    entryRearmSeconds: row.entry_rearm_seconds,
    allowedSymbols: row.allowed_symbols,
    utilityGate: row.utility_gate,
    createdAt: row.created_at,
    sources: row.sources,
    /** Of one's own accounts; how many of others follow is not told. */
    followers: row.followers,
    lastAlertAt: row.last_alert_at,
  }));

export const OWN = `
  select s.id, s.name, s.kind, s.visibility, s.sides, s.status, s.max_lag_seconds, s.signal_ttl_seconds,
    s.entry_rearm_seconds, s.allowed_symbols, s.utility_gate, s.created_at,
    (select count(*) from public.webhook_sources w where w.strategy_id = s.id and w.status = 'ACTIVE') as sources,
    (select count(*) from public.subscriptions b where b.strategy_id = s.id and b.user_id = fn.actor()) as followers,
    (select max(e.received_at) from public.webhook_events e where e.strategy_id = s.id) as last_alert_at
  from public.strategies s
  where s.user_id = fn.actor() and ($1::uuid is null or s.id = $1)
  order by s.status = 'ARCHIVED', lower(s.name), s.id`;

export const sharedRow = z
  .object({
    strategy_id: z.uuid(),
    name: text,
    owner: text,
    kind: text,
    sides: text,
    status: text,
    visibility: text,
    allowed_symbols: z.array(text).nullable(),
    followed: z.boolean(),
  })
  .transform(({ strategy_id, allowed_symbols, ...row }) => ({
    ...row,
    id: strategy_id,
    allowedSymbols: allowed_symbols,
  }));

export const listStrategies = trader.query(({ ctx }) =>
  asSelf(ctx.actor, async (client) => ({
    own: await rowsOf(client, ownRow, OWN, [null]),
    shared: await rowsOf(client, sharedRow, 'select * from fn.strategies_shared()'),
  })),
);
