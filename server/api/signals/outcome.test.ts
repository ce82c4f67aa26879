import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf, type SignalFacts, stepsOf } from '#server/api/signals/outcome.ts';

const entry: SignalFacts = {
  action: 'ENTRY',
  status: 'PUBLISHED',
  rejectCode: null,
  published: true,
  fannedOut: true,
  applied: false,
  accounts: 3,
  waiting: 0,
  expired: 0,
  refused: 0,
  approved: 0,
  ordered: 0,
  unknown: 0,
  failed: 0,
  failure: null,
  filled: 0,
  open: 0,
  exiting: 0,
  closed: 0,
  leftOut: 0,
  askedToClose: 0,
  closedByIt: 0,
  withdrawn: 0,
  refusal: null,
  expiry: null,
};
const refusal = {
  code: 'DAILY_LOSS_LIMIT',
  sentence: 'Refused: daily loss limit of $1,000 (admin) reached at 14:32',
};
const of = (facts: Partial<SignalFacts>) => ({ ...entry, ...facts });
const states = (facts: Partial<SignalFacts>) => stepsOf(of(facts)).map((step) => step.state);

describe('what became of an entry', () => {
  it('filled on all accounts', () => {
    const facts = { approved: 3, ordered: 3, filled: 3, open: 3 };
    expect(outcomeOf(of(facts))).toBe('3 open');
    expect(states(facts)).toEqual(['DONE', 'DONE', 'DONE', 'DONE', 'DONE', 'LIVE', 'NOT_REACHED']);
  });
  it('refused on all: the strip stops at the decision and says why', () => {
    const facts = { refused: 3, refusal };
    expect(outcomeOf(of(facts))).toBe(
      'Refused on all 3 accounts: daily loss limit of $1,000 (admin) reached at 14:32',
    );
    expect(states(facts).slice(0, 4)).toEqual(['DONE', 'DONE', 'REFUSED', 'NOT_REACHED']);
    expect(stepsOf(of(facts))[2]?.why).toBe(refusal.sentence);
  });
  it('mixed: every account is accounted for', () => {
    const facts = { approved: 2, ordered: 2, unknown: 1, filled: 1, open: 1, refused: 1, refusal };
    expect(outcomeOf(of(facts))).toBe(
      '1 open · 1 unknown, the broker is being asked · Refused on 1: daily loss limit of $1,000 (admin) reached at 14:32',
    );
    expect(states(facts)[3]).toBe('UNKNOWN');
  });
  it('approved, and ended without a fill', () => {
    const facts = { failed: 3, ordered: 3, failure: 'EXPIRED' };
    expect(outcomeOf(of(facts))).toBe('3 not filled: its time ran out');
    expect(states(facts).slice(0, 5)).toEqual(['DONE', 'DONE', 'DONE', 'REFUSED', 'NOT_REACHED']);
  });
  it('closed everywhere: all seven steps are done', () => {
    const facts = { approved: 3, ordered: 3, filled: 3, closed: 3 };
    expect(outcomeOf(of(facts))).toBe('3 closed');
    expect(new Set(states(facts))).toEqual(new Set(['DONE']));
  });
  it('nobody follows it', () => {
    expect(outcomeOf(of({ accounts: 0 }))).toBe('No account follows it');
    expect(outcomeOf(of({ accounts: 0, leftOut: 2 }))).toBe('Left out on 2 accounts: paused or disabled');
    expect(outcomeOf(of({ accounts: 0, fannedOut: false }))).toBe('Being delivered');
  });
  it('always says something', () => {
    const counts = fc.record({
      waiting: fc.nat(3),
      expired: fc.nat(3),
      refused: fc.nat(3),
      failed: fc.nat(3),
      working: fc.nat(3),
      open: fc.nat(3),
      closed: fc.nat(3),
    });
    fc.assert(
      fc.property(counts, ({ working, ...rest }) => {
        const filled = rest.open + rest.closed;
        const approved = filled + working;
        const accounts = approved + rest.waiting + rest.expired + rest.refused + rest.failed;
        const facts = of({ ...rest, filled, approved, ordered: approved, accounts });
        expect(outcomeOf(facts)).not.toBe('');
        expect(stepsOf(facts)).toHaveLength(7);
      }),
    );
  });
});

describe('what became of an exit alert', () => {
  const exit = { action: 'EXIT', accounts: 0, applied: true };
  it('closed what it found, or found nothing', () => {
    expect(outcomeOf(of({ ...exit, askedToClose: 2, closedByIt: 2 }))).toBe('Closed 2');
    expect(outcomeOf(of({ ...exit, askedToClose: 2, closedByIt: 1 }))).toBe('Closing 1 of 2');
    expect(outcomeOf(of(exit))).toBe('Nothing was open to close');
    expect(outcomeOf(of({ ...exit, applied: false }))).toBe('Being applied to what is open');
  });
});
