import { describe, expect, it } from 'vitest';
import { answered } from './answered.ts';

describe('a call to a venue', () => {
  it('answers its value', async () => {
    expect(await answered(async () => 7, AbortSignal.timeout(60_000))).toBe(7);
  });

  it('is unknown with the code of what failed, in one short line', async () => {
    const reset = Object.assign(new Error(`read\n${'x'.repeat(500)}`), { code: 'ECONNRESET' });
    const outcome = await answered(() => Promise.reject(reset));
    expect(outcome).toMatchObject({ kind: 'unknown' });
    const { why } = outcome as { why: string };
    expect(why).toMatch(/^ECONNRESET: read x+$/);
    expect(why.length).toBe(200);
  });

  it('is unknown when the signal fires first, though the call goes on', async () => {
    const stop = new AbortController();
    const late = Promise.withResolvers<string>();
    const outcome = answered(() => late.promise, stop.signal);
    stop.abort();
    expect(await outcome).toEqual({ kind: 'unknown', why: 'TIMEOUT' });
    late.reject(new Error('too late to matter'));
  });

  it('is not sent at all when the signal fired before', async () => {
    let sent = 0;
    const outcome = await answered(async () => (sent += 1), AbortSignal.abort());
    expect([outcome, sent]).toEqual([{ kind: 'unknown', why: 'TIMEOUT' }, 0]);
  });
});
