import { describe, expect, test } from 'vitest';
import { FileProblem } from '../market/feeds/bars-file.ts';
import { parseOptions } from './options.ts';
import { ReplayQueue } from './queue.ts';
import { parseSignals } from './signals-file.ts';

const HEADER = 'ts,symbol,action,direction,price,stop,target';
const T = '2013-10-04T13:30:00Z';

describe('a file of signals', () => {
  test('is read with empty and missing optional columns', () => {
    const signals = parseSignals(
      `${HEADER}\n${T},spy,Entry,LONG,167.5,,170.10\n${T},SPY,exit,\n${T},SPY,flatten,,`,
    );
    expect(signals).toEqual([
      {
        at: Date.parse(T),
        symbol: 'SPY',
        action: 'entry',
        direction: 'long',
        price: '167.5',
        stop: null,
        target: '170.10',
        line: 2,
      },
      {
        at: Date.parse(T),
        symbol: 'SPY',
        action: 'exit',
        direction: null,
        price: null,
        stop: null,
        target: null,
        line: 3,
      },
      {
        at: Date.parse(T),
        symbol: 'SPY',
        action: 'flatten',
        direction: null,
        price: null,
        stop: null,
        target: null,
        line: 4,
      },
    ]);
    expect(parseSignals('ts,symbol,action,direction\n')).toEqual([]);
  });
  test.each([
    ['ts,symbol,action', 1, 'header'],
    [`${HEADER}\n${T},SPY,entry`, 2, '3 columns'],
    [`${HEADER}\n${T},SPY,entry,long,1,2,3,4`, 2, '8 columns'],
    [`${HEADER}\nyesterday,SPY,entry,long`, 2, 'ts "yesterday"'],
    [`${HEADER}\n${T},,entry,long`, 2, 'symbol ""'],
    [`${HEADER}\n${T},SPY,buy,long`, 2, 'action "buy"'],
    [`${HEADER}\n${T},SPY,entry,up`, 2, 'direction "up"'],
    [`${HEADER}\n${T},SPY,entry,`, 2, 'needs a direction'],
    [`${HEADER}\n${T},SPY,entry,long,x`, 2, 'price "x"'],
    [`${HEADER}\n${T},SPY,entry,long,,0`, 2, 'stop 0'],
    [`${HEADER}\n${T},SPY,entry,long,,,-1`, 2, 'target -1'],
    [`${HEADER}\n${T},SPY,exit,\n2013-10-04T13:29:00Z,SPY,exit,`, 3, 'earlier'],
  ])('%j stops at line %i: %s', (text, line, what) => {
    let problem: unknown;
    try {
      parseSignals(text);
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(FileProblem);
    expect((problem as FileProblem).line).toBe(line);
    expect((problem as FileProblem).message).toContain(what);
  });
});

describe('the command line', () => {
  const GOOD = ['--file', 'bars.csv', '--symbol', 'spy', '--market', 'xnys'];
  test('has defaults', () => {
    expect(parseOptions(GOOD)).toEqual({
      file: 'bars.csv',
      symbol: 'SPY',
      market: 'XNYS',
      signals: null,
      rules: null,
      seed: '1',
      speed: null,
      json: false,
      everyTick: false,
    });
    expect(parseOptions([...GOOD, '--speed', '60x', '--json', '--seed', '7'])).toMatchObject({
      speed: 60,
      json: true,
      seed: '7',
    });
  });
  test.each([
    [['--symbol', 'SPY', '--market', 'XNYS'], '--file'],
    [['--file', 'a', '--market', 'XNYS'], '--symbol'],
    [['--file', 'a', '--symbol', 'SPY'], '--market takes one of'],
    [['--file', 'a', '--symbol', 'SPY', '--market', 'NYSE'], '--market takes one of'],
    [[...GOOD, '--speed', 'fast'], '--speed'],
    [[...GOOD, '--speed', '0x'], '--speed'],
    [[...GOOD, '--seed', 'a b'], '--seed'],
    [[...GOOD, '--wrong'], '--wrong'],
    [[...GOOD, 'more'], 'more'],
  ])('%j is refused: %s', (args, what) => {
    expect(() => parseOptions(args)).toThrow(what);
  });
});

describe('the queue of a replay', () => {
  const client = {} as Parameters<ReplayQueue['enqueue']>[0];
  test('gives due jobs stage by stage, in order of arrival, and later ones when their time has come', async () => {
    let now = 1000;
    const queue = new ReplayQueue(() => now);
    await queue.enqueue(client, [
      { name: 'order.place', id: 'o1' },
      { name: 'delivery.decide', id: 'd2' },
      { name: 'delivery.decide', id: 'd1' },
      { name: 'delivery.decide', id: 'd2' },
      { name: 'order.refresh', id: 'o0', after_ms: 500 },
    ]);
    expect(queue.take(now)).toEqual({ name: 'delivery.decide', ids: ['d2', 'd1'] });
    expect(queue.take(now)).toEqual({ name: 'order.place', ids: ['o1'] });
    expect(queue.take(now)).toBeNull();
    expect(queue.nextAt()).toBe(1500);
    now = 1500;
    expect(queue.take(now)).toEqual({ name: 'order.refresh', ids: ['o0'] });
    expect(queue.nextAt()).toBeNull();
  });
  test('keeps one waiting job per key', async () => {
    const queue = new ReplayQueue(() => 0);
    await queue.enqueue(client, [
      { name: 'exit.qualify', id: 'a', key: 'k', after_ms: 10 },
      { name: 'exit.qualify', id: 'b', key: 'k', after_ms: 20 },
    ]);
    expect(queue.take(20)).toEqual({ name: 'exit.qualify', ids: ['a'] });
  });
  test('refuses a job that nothing would run', async () => {
    await expect(
      new ReplayQueue(() => 0).enqueue(client, [{ name: 'unknown.job', id: 'x' }]),
    ).rejects.toThrow('unknown.job');
  });
});
