/** The webhook sources of an own strategy: what is set, never a secret. */
import { z } from 'zod';
import { trader } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asSelf } from '#server/web-db.ts';
import { TRADINGVIEW_ADDRESSES } from '#server/webhook/address.ts';

const date = z.coerce.date();

const row = z
  .object({
    source_id: z.uuid(),
    name: z.string(),
    status: z.string(),
    has_secret: z.boolean(),
    has_signature: z.boolean(),
    allowed_addresses: z.array(z.string()),
    client_subject: z.string().nullable(),
    max_lag_seconds: z.number().nullable(),
    entries_per_minute: z.number(),
    entries_burst: z.number(),
    created_at: z.date(),
    tokens: z.array(z.object({ id: z.uuid(), createdAt: date, validUntil: date.nullable() })),
  })
  .transform((source) => ({
    id: source.source_id,
    name: source.name,
    status: source.status,
    hasSecret: source.has_secret,
    hasSignature: source.has_signature,
    allowedAddresses: source.allowed_addresses,
    allowsTradingView:
      source.allowed_addresses.length === 0 ||
      TRADINGVIEW_ADDRESSES.every((address) => source.allowed_addresses.includes(address)),
    clientSubject: source.client_subject,
    maxLagSeconds: source.max_lag_seconds,
    entriesPerMinute: source.entries_per_minute,
    entriesBurst: source.entries_burst,
    createdAt: source.created_at,
    /** Those that count now; `validUntil` is the end of a grace period. */
    tokens: source.tokens,
  }));

export const listSources = trader
  .input(z.object({ strategyId: z.uuid() }))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, (client) =>
      rowsOf(client, row, 'select * from fn.webhook_sources_shown($1)', [input.strategyId]),
    ),
  );
