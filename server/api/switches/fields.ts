/** Switches: what they take, and what they would reach. Pure. */
import { z } from 'zod';

export const ownScope = z.discriminatedUnion('scope', [
  z.object({ scope: z.literal('USER') }),
  z.object({ scope: z.literal('ACCOUNT'), targetId: z.uuid() }),
]);

export const anyScope = z.discriminatedUnion('scope', [
  z.object({ scope: z.literal('PLATFORM') }),
  z.object({ scope: z.enum(['USER', 'ACCOUNT']), targetId: z.uuid() }),
]);

/** Scope and target as SQL takes them. */
export const scopeArgs = (given: { scope: string; targetId?: string }): [string, string | null] => [
  given.scope,
  given.targetId ?? null,
];

const reason = z.string().trim().min(1, 'say why').max(300);

/** OFF lifts; a reason is needed for the others. */
export const wanted = z.discriminatedUnion('state', [
  z.object({ state: z.literal('OFF'), reason: reason.nullish() }),
  z.object({ state: z.enum(['HALT', 'FLATTEN']), reason }),
]);

export const reach = z
  .object({
    state: z.string(),
    reason: z.string().nullable(),
    since: z.coerce.date().nullable(),
    accounts: z.number(),
    open_trades: z.number(),
    exposure: z.record(z.string(), z.string()),
    working_entries: z.number(),
    waiting_signals: z.number(),
  })
  .transform((found) => ({
    /** What stands now. */
    state: found.state,
    reason: found.reason,
    since: found.since,
    accounts: found.accounts,
    /** FLATTEN closes these. */
    openTrades: found.open_trades,
    /** Open quantity × last price, per currency. */
    exposure: found.exposure,
    /** HALT and FLATTEN withdraw these. */
    workingEntries: found.working_entries,
    /** Entries that wait for their decision and would be refused. */
    waitingSignals: found.waiting_signals,
  }));
