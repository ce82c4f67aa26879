import { describe, expect, test } from 'vitest';
import { api } from '#server/api/root.ts';
import { reaches } from './event-reach.ts';

const PIPELINE = ['signal', 'delivery', 'intent', 'order', 'fill', 'trade', 'exit'];
const key = (procedure: string) => [procedure.split('.'), { type: 'query' }];
const reachedBy = (procedure: string) => PIPELINE.filter((topic) => reaches(topic, key(procedure)));

describe('what an event reaches', () => {
  test('a list is asked for from the step on that can change it', () => {
    expect(reachedBy('signals.list')).toEqual(PIPELINE);
    expect(reachedBy('sources.events')).toEqual(PIPELINE);
    expect(reachedBy('orders.list')).toEqual(['order', 'fill', 'trade', 'exit']);
    expect(reachedBy('trades.get')).toEqual(['order', 'fill', 'trade', 'exit']);
    expect(reachedBy('positions.list')).toEqual(['fill', 'trade', 'exit']);
    expect(reachedBy('overview.today')).toEqual(['fill', 'trade', 'exit']);
    expect(reachedBy('history.sources')).toEqual(['intent', 'fill', 'trade', 'exit']);
    expect(reachedBy('switches.list')).toEqual([]);
  });
  test('a topic that is none of the pipeline’s reaches everything', () => {
    for (const procedure of Object.keys(api._def.procedures))
      for (const topic of ['settings', 'switch', 'alert', 'reset', 'one that is new'])
        expect(reaches(topic, key(procedure)), procedure).toBe(true);
  });
  test('every query that people read trades in is reached by a fill', () => {
    const read = Object.keys(api._def.procedures).filter((name) =>
      /^(signals|positions|orders|trades|overview|history|firstVisit)\./.test(name),
    );
    expect(read.length).toBeGreaterThan(15);
    for (const name of read.filter((one) => one !== 'trades.live'))
      expect(reaches('fill', key(name)), name).toBe(true);
  });
});
