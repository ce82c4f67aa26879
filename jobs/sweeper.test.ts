import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { startSweeps } from './sweeper.ts';

const log = pino({ level: 'silent' });

describe('a sweep', () => {
  it('runs again and again while its lease is held, one run at a time', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    await new Promise<void>((resolve) => {
      const stop = startSweeps({
        log,
        hold: async () => true,
        sweeps: [
          {
            name: 'test',
            everyMs: 1,
            run: async () => {
              running += 1;
              most = Math.max(most, running);
              await new Promise((next) => setImmediate(next));
              running -= 1;
              runs += 1;
              if (runs === 5) void stop().then(resolve);
            },
          },
        ],
      });
    });
    expect(runs).toBeGreaterThanOrEqual(5);
    expect(most).toBe(1);
  });

  it('does not run where another worker holds the lease, and goes on after a failure', async () => {
    const names: string[] = [];
    let failures = 0;
    await new Promise<void>((resolve) => {
      const stop = startSweeps({
        log,
        hold: async (name) => name === 'sweep:ours',
        sweeps: [
          { name: 'theirs', everyMs: 1, run: async () => names.push('theirs') },
          {
            name: 'ours',
            everyMs: 1,
            run: async () => {
              names.push('ours');
              failures += 1;
              if (failures === 3) void stop().then(resolve);
              throw new Error('once more');
            },
          },
        ],
      });
    });
    expect(names).toEqual(['ours', 'ours', 'ours']);
  });
});
