/**
 * What became of a signal on the accounts of the person who looks: the seven steps and the sentence. Pure.
 * Entry points: stepsOf, outcomeOf. The same facts feed the list and the page, so they never disagree.
 */
import { sentenceForCode } from '#server/api/words.ts';

/** DONE reached, LIVE happening now, REFUSED we or the broker said no, UNKNOWN being asked, NOT_REACHED. */
export type StepState = 'DONE' | 'LIVE' | 'REFUSED' | 'UNKNOWN' | 'NOT_REACHED';

export const STEPS = ['Signal', 'Delivery', 'Intent', 'Order', 'Fill', 'Trade', 'Exit'] as const;
export type StepName = (typeof STEPS)[number];

export interface Step {
  name: StepName;
  state: StepState;
  /** Why, in words, where it did not simply happen. */
  why: string | null;
}

/** Counts over the accounts of one person. */
export interface SignalFacts {
  action: string;
  status: string;
  rejectCode: string | null;
  published: boolean;
  fannedOut: boolean;
  applied: boolean;
  accounts: number;
  waiting: number;
  expired: number;
  refused: number;
  approved: number;
  ordered: number;
  unknown: number;
  /** Approved, and ended without a fill. */
  failed: number;
  failure: string | null;
  filled: number;
  open: number;
  exiting: number;
  closed: number;
  leftOut: number;
  /** Trades that an exit or cancel alert asked to close, and how many of them are closed. */
  askedToClose: number;
  closedByIt: number;
  /** Entry orders that it withdrew. */
  withdrawn: number;
  /** The refusal of the first account that has one. */
  refusal: { code: string; sentence: string } | null;
  expiry: string | null;
}

const accounts = (n: number) => `${n} ${n === 1 ? 'account' : 'accounts'}`;

/** An exit or a cancel acts on what is there: it has no delivery, intent or order of its own. */
export const opensNothing = (action: string): boolean => action === 'EXIT' || action === 'CANCEL';

/** The seven steps. A later step that was reached by any account counts. */
export function stepsOf(facts: SignalFacts): Step[] {
  const states = opensNothing(facts.action) ? exitStates(facts) : entryStates(facts);
  return STEPS.map((name, index) => {
    const state = states[index] ?? 'NOT_REACHED';
    return { name, state, why: whyOf(state, facts) };
  });
}

function whyOf(state: StepState, facts: SignalFacts): string | null {
  if (state === 'REFUSED')
    return facts.refused > 0 && facts.refusal ? facts.refusal.sentence : outcomeOf(facts);
  if (state === 'UNKNOWN') return 'The broker’s answer was lost; it is being asked.';
  return null;
}

function entryStates(facts: SignalFacts): StepState[] {
  if (facts.status === 'REJECTED') return ['REFUSED'];
  const reached = (count: number, last: boolean): StepState =>
    count > 0 ? (last ? 'LIVE' : 'DONE') : 'NOT_REACHED';
  const delivered = facts.accounts > 0;
  const decided = facts.approved + facts.failed > 0;
  const stopped = delivered && !decided && facts.waiting === 0;
  return [
    facts.published ? 'DONE' : 'LIVE',
    delivered ? 'DONE' : facts.fannedOut ? 'REFUSED' : 'LIVE',
    decided ? 'DONE' : stopped ? 'REFUSED' : reached(facts.waiting, true),
    facts.ordered > 0 ? orderState(facts) : decided && facts.failed > 0 ? 'REFUSED' : 'NOT_REACHED',
    facts.filled > 0 ? 'DONE' : 'NOT_REACHED',
    facts.open + facts.exiting > 0 ? 'LIVE' : reached(facts.closed, false),
    facts.exiting > 0 ? 'LIVE' : facts.closed > 0 && facts.open === 0 ? 'DONE' : 'NOT_REACHED',
  ];
}

function orderState(facts: SignalFacts): StepState {
  if (facts.unknown > 0) return 'UNKNOWN';
  if (facts.filled > 0) return 'DONE';
  return facts.failed >= facts.approved + facts.failed ? 'REFUSED' : 'LIVE';
}

function exitStates(facts: SignalFacts): StepState[] {
  const none: StepState = 'NOT_REACHED';
  const exit = facts.askedToClose === 0 ? none : facts.closedByIt >= facts.askedToClose ? 'DONE' : 'LIVE';
  return ['DONE', none, none, none, none, none, exit];
}

/** What became of it, in one line. */
export function outcomeOf(facts: SignalFacts): string {
  if (facts.status === 'REJECTED') return sentenceForCode(facts.rejectCode ?? '');
  return opensNothing(facts.action) ? exitOutcome(facts) : entryOutcome(facts);
}

function exitOutcome(facts: SignalFacts): string {
  if (!facts.applied) return 'Being applied to what is open';
  const said: string[] = [];
  const rest = facts.askedToClose - facts.closedByIt;
  if (rest > 0) said.push(`Closing ${rest} of ${facts.askedToClose}`);
  else if (facts.askedToClose > 0) said.push(`Closed ${facts.closedByIt}`);
  if (facts.withdrawn > 0)
    said.push(`${facts.withdrawn} ${facts.withdrawn === 1 ? 'entry' : 'entries'} withdrawn`);
  if (said.length > 0) return said.join(' · ');
  return facts.action === 'CANCEL' ? 'No entry was waiting' : 'Nothing was open to close';
}

function entryOutcome(facts: SignalFacts): string {
  if (facts.accounts === 0) {
    if (!facts.fannedOut) return 'Being delivered';
    return facts.leftOut > 0
      ? `Left out on ${accounts(facts.leftOut)}: paused or disabled`
      : 'No account follows it';
  }
  const said: string[] = [];
  if (facts.closed > 0) said.push(`${facts.closed} closed`);
  if (facts.open + facts.exiting > 0) said.push(`${facts.open + facts.exiting} open`);
  const working = facts.approved - facts.filled - facts.unknown;
  if (facts.unknown > 0) said.push(`${facts.unknown} unknown, the broker is being asked`);
  if (working > 0) said.push(`${working} working`);
  if (facts.waiting > 0) said.push(`${facts.waiting} waiting`);
  if (facts.expired > 0) said.push(`${facts.expired} expired${becauseOf(facts.expiry)}`);
  if (facts.failed > 0) said.push(`${facts.failed} not filled${becauseOf(facts.failure)}`);
  if (facts.refused > 0) said.push(refusalWords(facts.refused, facts));
  return said.join(' · ');
}

function becauseOf(code: string | null): string {
  return code ? `: ${sentenceForCode(code)}` : '';
}

function refusalWords(stopped: number, facts: SignalFacts): string {
  const why = facts.refusal?.sentence.replace(/^Refused: /, '');
  const where = stopped === facts.accounts ? `on ${allAccounts(stopped)}` : `on ${stopped}`;
  return why ? `Refused ${where}: ${why}` : `Refused ${where}`;
}

/** "the one account", "both accounts", "all 3 accounts". */
const allAccounts = (n: number): string =>
  n === 1 ? 'the one account' : n === 2 ? 'both accounts' : `all ${n} accounts`;
