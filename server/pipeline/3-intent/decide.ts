// Deliveries become intents: begin → lock and load → decide (pure) → record → enqueue → commit.
// Entry point: decideDeliveries (job delivery.decide). Invariants: one transaction per batch, so an account's caps hold
// across everything that is decided at once; a second decision of a delivery does nothing.
import { BrokerUnavailable } from '#server/broker/registry.ts';
import { withTx } from '#server/db.ts';
import type { PipelineContext } from '../context.ts';
import type { AccountFacts, DecisionBatch, OperationalRefusal } from './context.ts';
import { decideBatch } from './decide-entry.ts';
import { loadIntents, recordDecisions } from './store.ts';

/** Deliveries per transaction at most. */
const BATCH = 500;

export interface Decided {
  approved: number;
  rejected: number;
  waiting: number;
}

const NOTHING: Decided = { approved: 0, rejected: 0, waiting: 0 };

/** What this process may not do, whatever the rows say: a live broker in paper mode, a broker without adapter. */
function processRefusal(ctx: PipelineContext, account: AccountFacts): OperationalRefusal | null {
  if (account.broker === 'PAPER') return null;
  try {
    ctx.brokers.brokerFor({ id: account.id, broker: account.broker });
    return null;
  } catch (error) {
    if (!(error instanceof BrokerUnavailable)) throw error;
    return { code: error.code === 'LIVE_BROKER_REFUSED' ? 'PAPER_MODE' : 'BROKER_DISCONNECTED', detail: {} };
  }
}

function withProcess(ctx: PipelineContext, batch: DecisionBatch): DecisionBatch {
  const accounts = new Map(batch.accounts);
  for (const [id, account] of accounts) {
    const refusal = processRefusal(ctx, account);
    if (refusal) accounts.set(id, { ...account, operational: [...account.operational, refusal] });
  }
  return { ...batch, accounts };
}

async function decideOnce(ctx: PipelineContext, deliveryIds: readonly string[]): Promise<Decided> {
  return withTx(ctx.pool, async (client) => {
    const loaded = await loadIntents(client, deliveryIds);
    if (loaded === null) return NOTHING;
    const decisions = decideBatch(withProcess(ctx, loaded.batch), loaded.now);
    const { jobs, ...counts } = await recordDecisions(client, decisions);
    await ctx.queue.enqueue(client, jobs);
    return counts;
  });
}

/** A batch that fails is decided one by one, so that a single bad row holds up nobody else. */
async function decideWithRetry(ctx: PipelineContext, deliveryIds: readonly string[]): Promise<Decided[]> {
  try {
    return [await decideOnce(ctx, deliveryIds)];
  } catch (error) {
    if (deliveryIds.length === 1) throw error;
    ctx.log.warn(
      { err: error, deliveries: deliveryIds.length },
      'a batch of decisions failed; deciding one by one',
    );
  }
  const results: Decided[] = [];
  const failures: unknown[] = [];
  for (const id of deliveryIds) {
    await decideOnce(ctx, [id]).then(
      (counts) => results.push(counts),
      (error: unknown) => failures.push(error),
    );
  }
  if (failures.length > 0) throw failures[0];
  return results;
}

/**
 * Decides deliveries in batches and enqueues the orders of the approved ones.
 * @returns how many were approved, refused, and left waiting for an opposite trade
 * @throws the first error of a delivery that fails on its own; the others are decided all the same
 */
export async function decideDeliveries(
  ctx: PipelineContext,
  deliveryIds: readonly string[],
): Promise<Decided> {
  const total = { ...NOTHING };
  for (let from = 0; from < deliveryIds.length; from += BATCH) {
    for (const counts of await decideWithRetry(ctx, deliveryIds.slice(from, from + BATCH))) {
      total.approved += counts.approved;
      total.rejected += counts.rejected;
      total.waiting += counts.waiting;
    }
  }
  return total;
}
