import { describe, expect, it } from 'vitest';
import { type Progress, stateOf } from './steps.ts';

const EMPTY: Progress = {
  account: false,
  strategy: null,
  source: null,
  followed: false,
  signal: null,
  trade: null,
  finished: false,
};

describe('the way to the first trade', () => {
  it('begins with an account', () => {
    expect(stateOf(EMPTY)).toMatchObject({ done: 0, next: { key: 'account' } });
  });
  it('leads to the first step that is missing, whatever came before', () => {
    expect(stateOf({ ...EMPTY, strategy: 'a' })).toMatchObject({ done: 1, next: { key: 'account' } });
    expect(stateOf({ ...EMPTY, account: true, strategy: 'a', source: 'b' })).toMatchObject({
      done: 3,
      next: { key: 'follow' },
    });
  });
  it('ends with the trade', () => {
    const all = { account: true, strategy: 'a', source: 'b', followed: true, signal: 'c', trade: 'd' };
    expect(stateOf({ ...all, finished: true })).toEqual({ done: 6, next: null });
  });
});
