import { describe, expect, it, vi } from 'vitest';
import { Coalescer, Overloaded } from './coalescer.ts';

const ok = <T>(value: T): PromiseSettledResult<T> => ({ status: 'fulfilled', value });

describe('concurrent calls', () => {
  it('go together, at most two batches at a time, and each gets its own answer', async () => {
    const batches: number[][] = [];
    const gates: PromiseWithResolvers<void>[] = [];
    let most = 0;
    let busy = 0;
    const coalescer = new Coalescer<number, number>({
      lanes: 2,
      batch: 100,
      waiting: 1000,
      run: async (items) => {
        busy += 1;
        most = Math.max(most, busy);
        batches.push(items);
        const gate = Promise.withResolvers<void>();
        gates.push(gate);
        await gate.promise;
        busy -= 1;
        return items.map((item) => ok(item * 2));
      },
    });
    const results = Promise.all(Array.from({ length: 250 }, (_, n) => coalescer.submit(n)));
    const open = setInterval(() => gates.shift()?.resolve(), 0);
    expect(await results).toEqual(Array.from({ length: 250 }, (_, n) => n * 2));
    clearInterval(open);
    expect(batches.map((batch) => batch.length)).toEqual([100, 100, 50]);
    expect(most).toBe(2);
  });

  it('wait for each other while many come together, and a lone one goes at once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const batches: number[] = [];
      const coalescer = new Coalescer<number, number>({
        lanes: 2,
        batch: 100,
        waiting: 1000,
        gatherMs: 2,
        run: async (items) => {
          batches.push(items.length);
          return items.map(ok);
        },
      });
      await coalescer.submit(0);
      await Promise.all(Array.from({ length: 80 }, (_, n) => coalescer.submit(n)));
      const few = Promise.all([coalescer.submit(1), coalescer.submit(2)]);
      await new Promise((next) => setImmediate(next));
      expect(batches).toEqual([1, 80]);
      const more = coalescer.submit(3);
      await vi.advanceTimersByTimeAsync(2);
      expect([...(await few), await more]).toEqual([1, 2, 3]);
      expect(batches).toEqual([1, 80, 3]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('are refused at once when too many wait', async () => {
    const coalescer = new Coalescer<number, number>({
      lanes: 1,
      batch: 1,
      waiting: 2,
      run: async (items) => items.map(ok),
    });
    const first = [coalescer.submit(1), coalescer.submit(2)];
    await expect(coalescer.submit(3)).rejects.toBeInstanceOf(Overloaded);
    expect(await Promise.all(first)).toEqual([1, 2]);
    expect(await coalescer.submit(4)).toBe(4);
  });

  it('fail alone where the batch says so, and together where it breaks', async () => {
    const bad = new Error('bad');
    const coalescer = new Coalescer<number, number>({
      lanes: 1,
      batch: 10,
      waiting: 10,
      run: async (items) => {
        if (items.includes(9)) throw bad;
        return items.map((item) => (item === 2 ? { status: 'rejected', reason: bad } : ok(item)));
      },
    });
    const settled = await Promise.allSettled([1, 2, 3].map((n) => coalescer.submit(n)));
    expect(settled.map((entry) => entry.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(coalescer.submit(9)).rejects.toBe(bad);
  });
});
