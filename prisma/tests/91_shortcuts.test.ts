/** What a transaction enqueued is begun after its commit by the process that works on it, and the queue's job finds it done. */
import { describe, expect, it } from 'vitest';
import { Shortcuts } from '#jobs/shortcuts.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { answersTo, contextOf, entryWorld, pendingOf } from '#prisma/tests/intent-world.ts';
import { withTx } from '#server/db.ts';
import { fanOut } from '#server/pipeline/2-delivery/fan-out.ts';
import { decideDeliveries } from '#server/pipeline/3-intent/decide.ts';
import type { Job } from '#server/queue.ts';

const t = useDatabase();

function shortContext() {
  const plain = contextOf(t);
  const shortcuts = new Shortcuts(plain.queue);
  return { ctx: { ...plain, queue: shortcuts.queue }, jobs: plain.jobs, shortcuts };
}

describe('a shortcut', () => {
  it('takes the next step at once, and the job of the queue changes nothing more', async () => {
    const world = await entryWorld(t, { accounts: 3 });
    const { ctx, jobs, shortcuts } = shortContext();
    shortcuts.start(ctx, ['pipeline']);
    const signal = await world.signal();
    await fanOut(ctx, [signal]);
    await shortcuts.stop();
    expect(await answersTo(t, signal)).toEqual(['APPROVED 5', 'APPROVED 5', 'APPROVED 5']);
    const decide = jobs.filter((job) => job.name === 'delivery.decide');
    // the queue leaves them a second, and has them should this process end in between
    expect(decide.map((job) => job.after_ms)).toEqual([1_000, 1_000, 1_000]);
    const ids = decide.map((job) => job.id);
    expect(await decideDeliveries(ctx, ids)).toEqual({ approved: 0, rejected: 0, waiting: 0 });
    const orders = await rowsOf(
      t.owner,
      'select o.id from public.orders o join public.trades t on t.id = o.trade_id where t.signal_id = $1',
      [signal],
    );
    expect(orders).toHaveLength(3);
  });

  it('is not taken for what another process works on, nor for a crowd, nor after a rollback', async () => {
    const world = await entryWorld(t, { accounts: 2 });
    const { ctx, jobs, shortcuts } = shortContext();
    shortcuts.start(ctx, ['execution']);
    const signal = await world.signal();
    await fanOut(ctx, [signal]);
    await shortcuts.stop();
    const pending = await pendingOf(t, signal);
    expect(pending).toHaveLength(2);

    shortcuts.start(ctx, ['pipeline']);
    const job = (id: string): Job => ({ name: 'delivery.decide', id });
    const crowd = [...pending, ...Array.from({ length: 30 }, () => crypto.randomUUID())];
    await withTx(t.worker, (client) => ctx.queue.enqueue(client, crowd.map(job)));
    expect(jobs.every((one) => one.after_ms === undefined)).toBe(true);
    const broken = withTx(t.worker, async (client) => {
      await ctx.queue.enqueue(client, pending.map(job));
      throw new Error('undone');
    });
    await expect(broken).rejects.toThrow('undone');
    await shortcuts.stop();
    expect(await pendingOf(t, signal)).toHaveLength(2);
  });
});
