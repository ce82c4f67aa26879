import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { runBatch } from './run-batch.ts';

const log = pino({ level: 'silent' });
const job = (id: string) => ({ id: `job-${id}`, data: { id } });

describe('a batch of jobs', () => {
  it('runs together, each row once even when two jobs name it', async () => {
    const calls: string[][] = [];
    const results = await runBatch(
      [job('a'), job('b'), { id: 'again', data: { id: 'a' } }],
      async (ids) => calls.push(ids),
      log,
    );
    expect(calls).toEqual([['a', 'b']]);
    expect(results.map((result) => result.status)).toEqual(['completed', 'completed', 'completed']);
  });

  it('goes one by one when one row fails, and only that row fails', async () => {
    const done: string[] = [];
    const results = await runBatch(
      [job('a'), job('bad'), job('c')],
      async (ids) => {
        if (ids.includes('bad')) throw new Error('no such row');
        done.push(...ids);
      },
      log,
    );
    expect(done).toEqual(['a', 'c']);
    expect(results.map((result) => result.status)).toEqual(['completed', 'failed', 'completed']);
  });

  it('is not run a second time when its only row fails', async () => {
    let calls = 0;
    await runBatch(
      [job('bad')],
      async () => {
        calls += 1;
        throw new Error('no such row');
      },
      log,
    );
    expect(calls).toBe(1);
  });
});
