/** The way from an empty desk to the first filled trade. Pure. */
import type { Outputs } from '../outputs.ts';

export type Progress = Outputs['firstVisit']['progress'];

export const STEPS = [
  { key: 'account', name: 'Open a paper account', done: (at: Progress) => at.account },
  { key: 'strategy', name: 'Make a strategy', done: (at: Progress) => at.strategy !== null },
  { key: 'webhook', name: 'Give it a webhook', done: (at: Progress) => at.source !== null },
  { key: 'follow', name: 'Let the account follow it', done: (at: Progress) => at.followed },
  { key: 'alert', name: 'Send a test alert', done: (at: Progress) => at.signal !== null },
  { key: 'trade', name: 'See the filled trade', done: (at: Progress) => at.trade !== null },
] as const;

export type StepKey = (typeof STEPS)[number]['key'];

/** How many are done, and the first that is not; null when all are. */
export function stateOf(at: Progress): { done: number; next: (typeof STEPS)[number] | null } {
  return {
    done: STEPS.filter((step) => step.done(at)).length,
    next: STEPS.find((step) => !step.done(at)) ?? null,
  };
}
