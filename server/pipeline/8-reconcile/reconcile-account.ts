/**
 * Reconciles an account with its broker: missed fills first, then quantities, then the stamp.
 *
 * Entry points: reconcileAccount, reconcileDue (sweep account.reconcile, and at a worker's start). Invariants: an answer
 * that did not come, or that is incomplete, concludes nothing and closes nothing; the only repair made here is a fill
 * that we missed; everything else is written down for a person.
 */
import type { BrokerPosition } from '#server/broker/port.ts';
import { callBroker, runLimited } from '#server/pipeline/4-order/call-broker.ts';
import { applyFills } from '#server/pipeline/5-fill/apply-fill.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { comparePositions, type Difference } from './compare.ts';
import { accountsToReconcile, type Book, clockNow, readBook, recordRun } from './store.ts';

/** Accounts of one turn. */
const LIMIT = 100;
/** A difference must be seen so many times in a row, fills read anew each time, before it is one: fills are on their way. */
const LOOKS = 3;

export type Outcome = 'AGREED' | 'DIFFERED' | 'FAILED';

/** Reconciles the accounts that were not for so many seconds (0: all). Returns the outcomes by account. */
export async function reconcileDue(ctx: PipelineContext, olderThanS: number): Promise<Map<string, Outcome>> {
  const ids = await accountsToReconcile(ctx.pool, olderThanS, LIMIT);
  const outcomes = new Map<string, Outcome>();
  await runLimited(
    ids.map((id) => ({ user_broker_id: id, broker: '' })),
    async ({ user_broker_id: id }) => {
      outcomes.set(id, await reconcileAccount(ctx, id));
    },
  );
  return outcomes;
}

/** Reconciles one account and records the run. Throws for an unknown account. */
export async function reconcileAccount(ctx: PipelineContext, userBrokerId: string): Promise<Outcome> {
  const startedAt = await clockNow(ctx.pool);
  const run = { userBrokerId, startedAt };
  let differences: Difference[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const seen = await lookOnce(ctx, userBrokerId);
    if (typeof seen === 'string') {
      await recordRun(ctx.pool, { ...run, outcome: 'FAILED', differences: [], detail: { why: seen } });
      return 'FAILED';
    }
    differences = seen;
    if (differences.length === 0) break;
  }
  const outcome = differences.length === 0 ? 'AGREED' : 'DIFFERED';
  await recordRun(ctx.pool, { ...run, outcome, differences, detail: {} });
  return outcome;
}

/** One look: missed fills are applied, then quantities compared. A sentence when the broker did not answer. */
async function lookOnce(ctx: PipelineContext, userBrokerId: string): Promise<Difference[] | string> {
  const before = await bookOf(ctx, userBrokerId);
  const fills = await callBroker(ctx, before, (port, signal) =>
    port.listFills(new Date(before.fills_since), { signal }),
  );
  if (fills.kind !== 'ok') return `fills: ${whyOf(fills)}`;
  await applyFills(ctx, userBrokerId, fills.value, 'POLL');
  const positions = await callBroker(ctx, before, (port, signal) => port.positions({ signal }));
  if (positions.kind !== 'ok') return `positions: ${whyOf(positions)}`;
  const theirs: readonly BrokerPosition[] = positions.value;
  return comparePositions((await bookOf(ctx, userBrokerId)).positions, theirs);
}

async function bookOf(ctx: PipelineContext, userBrokerId: string): Promise<Book> {
  const book = await readBook(ctx.pool, userBrokerId);
  if (book === null) throw new Error(`no account ${userBrokerId}`);
  return book;
}

const whyOf = (failure: { kind: string; why?: string; code?: string }): string =>
  failure.why ?? failure.code ?? failure.kind;
