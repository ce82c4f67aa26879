/** A trade's place on the seven steps, and its state in a word. Pure. */
import { STEPS, type Step, type StepState } from '#server/api/signals/outcome.ts';
import { exitReasonText } from '#server/api/words.ts';

interface TradeFacts {
  status: string;
  /** Of its newest order. */
  orderStatus: string | null;
  filled: boolean;
}

/** The strip of a trade: it exists, so signal, delivery and intent are behind it. */
export function tradeSteps(facts: TradeFacts): Step[] {
  const states: StepState[] = [
    'DONE',
    'DONE',
    'DONE',
    entryOrder(facts),
    facts.filled ? 'DONE' : 'NOT_REACHED',
  ];
  states.push(tradeState(facts), exitState(facts));
  return STEPS.map((name, index) => {
    const state = states[index] ?? 'NOT_REACHED';
    return { name, state, why: whyOf(state, facts) };
  });
}

function whyOf(state: StepState, facts: TradeFacts): string | null {
  if (state === 'UNKNOWN') return 'The broker’s answer was lost; it is being asked.';
  if (state !== 'REFUSED') return null;
  return facts.status === 'REJECTED'
    ? 'The entry was refused.'
    : 'The entry was withdrawn or not filled in time.';
}

function entryOrder(facts: TradeFacts): StepState {
  if (facts.filled) return 'DONE';
  if (facts.orderStatus === 'UNKNOWN') return 'UNKNOWN';
  return facts.status === 'REJECTED' || facts.status === 'CANCELLED' ? 'REFUSED' : 'LIVE';
}

function tradeState({ status, filled }: TradeFacts): StepState {
  if (!filled) return 'NOT_REACHED';
  return status === 'CLOSED' ? 'DONE' : 'LIVE';
}

function exitState({ status, orderStatus }: TradeFacts): StepState {
  if (status === 'CLOSED') return 'DONE';
  if (status !== 'EXITING') return 'NOT_REACHED';
  return orderStatus === 'UNKNOWN' ? 'UNKNOWN' : 'LIVE';
}

const WORDS: Record<string, string> = {
  CREATED: 'Ordering',
  ENTERING: 'Entering',
  OPEN: 'Open',
  EXITING: 'Closing',
  CLOSED: 'Closed',
  CANCELLED: 'Cancelled',
  REJECTED: 'Refused',
};

/** "Open", or "Closing: exit alert" once somebody wants out. */
export function tradeStatusText(status: string, wish: string | null): string {
  const word = WORDS[status] ?? status.toLowerCase();
  const wanted = wish !== null && (status === 'OPEN' || status === 'ENTERING');
  return wanted ? `Closing: ${exitReasonText(wish).toLowerCase()}` : word;
}
