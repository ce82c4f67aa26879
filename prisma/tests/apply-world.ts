/**
 * A strategy with trades and a webhook, whose accepted alerts are worked off as the worker does it.
 * Entry point: applyWorld.
 */
import { randomBytes } from 'node:crypto';
import { type ExitWorld, exitWorld } from '#prisma/tests/exit-world.ts';
import { insertWebhookSource, type Row } from '#prisma/tests/factories.ts';
import type { TestDatabase } from '#prisma/tests/harness.ts';
import { sha256 } from '#server/crypto.ts';
import { withTx } from '#server/db.ts';
import { applySignals } from '#server/pipeline/1-signal/apply-signal.ts';
import { acceptItems } from '#server/pipeline/1-signal/store.ts';
import type { Job } from '#server/queue.ts';

/** `say` accepts an alert, `apply` works the job of signals off and returns the jobs that it makes. */
export async function applyWorld(db: TestDatabase, over: { instrument?: Row; sizing?: Row } = {}) {
  const w = await exitWorld(db, { instrument: over.instrument });
  if (over.sizing) {
    await db.owner.query(
      'update public.subscriptions set sizing_mode = $2, sizing_value = $3 where id = $1',
      [w.subscription.id, over.sizing.sizing_mode, over.sizing.sizing_value],
    );
  }
  const source = await insertWebhookSource(db.owner, w.strategy);
  const jobs: Job[] = [];
  const ctx = {
    pool: db.worker,
    queue: { enqueue: async (_: unknown, more: readonly Job[]) => void jobs.push(...more) },
  };
  const say = async (action: string, row: Row = {}): Promise<{ id: string; jobs: Job[] }> => {
    const [answer] = await withTx(db.web, (client) =>
      acceptItems(client, [
        {
          token_hash: sha256(source.token).toString('hex'),
          request_id: 'test',
          elapsed_us: 1,
          body_hash: 'aa',
          key: randomBytes(6).toString('hex'),
          symbol: w.instrument.symbol,
          action,
          ...row,
        },
      ]),
    );
    if (!answer?.signalId) throw new Error(JSON.stringify(answer));
    return { id: answer.signalId, jobs: answer.jobs };
  };
  const apply = async (...ids: string[]): Promise<Job[]> => {
    jobs.length = 0;
    await applySignals(ctx, ids);
    return [...jobs];
  };
  return { ...w, say, apply };
}

/** What a trade was asked to give, and why. */
export async function wishOf(w: ExitWorld, trade: string) {
  const row = await w.tradeOf(trade);
  return { reason: row.exit_wish_reason, qty: row.exit_wish_qty };
}
