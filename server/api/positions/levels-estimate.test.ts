import { describe, expect, it } from 'vitest';
import { levelsProblem, outcomeAt, type Standing } from './levels-estimate.ts';

const long: Standing = {
  direction: 'LONG',
  openQty: '6',
  multiplier: '1',
  entryValue: '1000',
  exitValue: '420',
  fees: '1.5',
  mark: '104',
};
const short: Standing = { ...long, direction: 'SHORT', openQty: '10', exitValue: '0', mark: '96' };

describe('what a level would bring', () => {
  it('counts what was closed before and the fees paid so far', () => {
    // 420 + 6 × 98 − 1000 − 1.5
    expect(outcomeAt(long, '98')).toEqual({ price: '98', distance: '5.7692', result: '6.5' });
  });
  it('mirrors for a short', () => {
    // 1000 − 10 × 90 − 1.5
    expect(outcomeAt(short, '90').result).toBe('98.5');
  });
});

describe('levels that cannot hold', () => {
  it('a stop or a target that the price has passed is refused, on both sides', () => {
    expect(levelsProblem(long, '104', null)).toMatch(/stop 104 is already passed/);
    expect(levelsProblem(long, '103.99', '103')).toMatch(/target 103 is already passed/);
    expect(levelsProblem(short, '96', null)).toMatch(/stop 96/);
    expect(levelsProblem(short, '97', '95')).toBeNull();
    expect(levelsProblem(long, '98', '110')).toBeNull();
  });
  it('without a price only their order is checked', () => {
    expect(levelsProblem({ ...long, mark: null }, '110', '105')).toMatch(/losing side/);
    expect(levelsProblem({ ...long, mark: null }, '98', null)).toBeNull();
  });
});
