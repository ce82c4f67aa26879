import { describe, expect, it } from 'vitest';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertInstrument, insertWebhookSource } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { sha256 } from '#server/crypto.ts';
import { acceptSignals } from '#server/pipeline/1-signal/accept-signal.ts';
import { applySignals } from '#server/pipeline/1-signal/apply-signal.ts';
import type { AcceptItem } from '#server/pipeline/1-signal/store.ts';
import type { Job } from '#server/queue.ts';

const db = useDatabase({ max: 16 });

/** Two sources of one strategy on two symbols: what comes at once meets on the same heads in different orders. */
async function crowded() {
  const w = await exitWorld(db);
  const other = await insertInstrument(db.owner);
  const hashes: string[] = [];
  for (let n = 0; n < 2; n += 1) {
    const source = await insertWebhookSource(db.owner, w.strategy, { entries_burst: 10_000 });
    hashes.push(sha256(source.token).toString('hex'));
  }
  const symbols = [w.instrument.symbol, other.symbol];
  const item = (n: number, action: string, key: string): AcceptItem => ({
    token_hash: hashes[n % 2] ?? '',
    request_id: 'race',
    elapsed_us: 1,
    body_hash: 'aa',
    key,
    symbol: symbols[(n >> 1) % 2],
    action,
    direction: action === 'ENTRY' ? (n % 3 ? 'LONG' : 'SHORT') : null,
  });
  return {
    ...w,
    item,
    accept: (items: AcceptItem[]) =>
      acceptSignals({ pool: db.web, queue: { enqueue: async () => undefined } }, items),
  };
}

describe('at the same time', () => {
  it('the same alert in eight batches of different orders is one signal, and nobody waits for ever', async () => {
    const w = await crowded();
    const items = Array.from({ length: 40 }, (_, n) => w.item(n, n % 4 ? 'ENTRY' : 'EXIT', `same-${n}`));
    const batches = Array.from({ length: 8 }, (_, n) => [...items.slice(n * 5), ...items.slice(0, n * 5)]);
    const settled = (await Promise.all(batches.map(w.accept))).flat();
    expect(settled.filter((entry) => entry.status === 'rejected')).toEqual([]);
    const [row] = await rowsOf(
      db.owner,
      'select count(*)::int as all, count(distinct client_key)::int as keys from public.signals where strategy_id = $1',
      [w.strategy.id],
    );
    expect(row).toEqual({ all: 40, keys: 40 });
  });

  it('alerts, applies of several workers, fan-outs and expiry end with everything applied', async () => {
    const w = await crowded();
    await w.open();
    const jobs: Job[] = [];
    const queue = { enqueue: async (_: unknown, more: readonly Job[]) => void jobs.push(...more) };
    const words = ['ENTRY', 'EXIT', 'ENTRY', 'CANCEL', 'ENTRY', 'ADD'];
    const rounds = Array.from({ length: 12 }, async (_, round) => {
      const items = Array.from({ length: 5 }, (_v, n) => {
        const word = words[(round + n) % words.length] ?? 'EXIT';
        return {
          ...w.item(round + n, word, `r${round}-${n}`),
          ...(word === 'ADD' ? { direction: 'LONG' } : {}),
        };
      });
      const settled = await w.accept(items);
      const ids = settled.flatMap((entry) =>
        entry.status === 'fulfilled' && entry.value.signalId ? [entry.value.signalId] : [],
      );
      await Promise.all([
        applySignals({ pool: db.worker, queue }, ids),
        applySignals({ pool: db.worker, queue }, ids.reverse()),
      ]);
      for (const id of ids) await w.call('fn.signal_fanout($1)', [id]);
      await w.call('fn.signals_expire()', []);
      return settled;
    });
    const settled = (await Promise.all(rounds)).flat();
    expect(settled.filter((entry) => entry.status === 'rejected')).toEqual([]);
    const left = await rowsOf(
      db.owner,
      `select id from public.signals where strategy_id = $1 and status = 'PUBLISHED' and applied_at is null`,
      [w.strategy.id],
    );
    expect(left).toEqual([]);
    await db.expectInvariantsHold();
  });
});
