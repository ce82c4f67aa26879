import { describe, expect, it } from 'vitest';
import { FaultPlan, seededPlan } from './faults.ts';

describe('a plan of faults', () => {
  it('gives queued faults once and in order, before a standing one', () => {
    const plan = new FaultPlan();
    plan.always('place', 'REFUSED');
    plan.next('place', 'LOST_ANSWER');
    plan.next('place', 'LOST_REQUEST', 2);
    expect([1, 2, 3, 4, 5].map(() => plan.take('place'))).toEqual([
      'LOST_ANSWER',
      'LOST_REQUEST',
      'LOST_REQUEST',
      'REFUSED',
      'REFUSED',
    ]);
    expect(plan.take('cancel')).toBeUndefined();
    plan.heal();
    expect(plan.take('place')).toBeUndefined();
    expect(plan.calls('place')).toBe(6);
  });

  it('draws the same faults for the same seed, at about the given rate', () => {
    const rates = { place: { LOST_ANSWER: 0.2, LOST_REQUEST: 0.1 } } as const;
    const draw = (seed: string) => {
      const plan = seededPlan(seed, rates);
      return Array.from({ length: 2_000 }, () => plan.take('place'));
    };
    expect(draw('7')).toEqual(draw('7'));
    expect(draw('7')).not.toEqual(draw('8'));
    const share = (fault: string) => draw('7').filter((drawn) => drawn === fault).length / 2_000;
    expect(share('LOST_ANSWER')).toBeCloseTo(0.2, 1);
    expect(share('LOST_REQUEST')).toBeCloseTo(0.1, 1);
  });
});
