/** States of an order in words, and what it asks of the broker. Pure. */
import { sentenceForCode } from '#server/api/words.ts';

export interface OrderState {
  status: string;
  side: string;
  filledQty: string;
  rejectCode: string | null;
  rejectText: string | null;
  cancelCode: string | null;
  cancelWanted: boolean;
  askCount: number;
}

export const WORKING = [
  'CREATED',
  'SUBMITTING',
  'UNKNOWN',
  'PLACED',
  'PARTIALLY_FILLED',
  'CANCEL_REQUESTED',
] as const;
export const ENDED = ['FILLED', 'CANCELLED', 'EXPIRED', 'REJECTED', 'DENIED'] as const;

const isWorking = (status: string): boolean => (WORKING as readonly string[]).includes(status);

const WORDS: Record<string, string> = {
  CREATED: 'about to be sent',
  SUBMITTING: 'being sent',
  PLACED: 'resting at the broker',
  PARTIALLY_FILLED: 'partly filled',
  CANCEL_REQUESTED: 'cancel asked for',
  FILLED: 'filled',
  EXPIRED: 'not filled in time',
};

/** Why an order was withdrawn, by the code of its cause. */
const CAUSES: Record<string, string> = {
  CANCELLED_BY_HAND: 'by hand',
  CLOSED_BY_HAND: 'the trade was closed by hand',
  REPRICE: 'replaced at a new price',
  REPRICED: 'replaced at a new price',
  SIGNAL: 'an alert withdrew it',
  TO_MARKET: 'replaced by a market order',
  EXIT: 'the trade is being closed',
  SUPERSEDED: 'a newer alert took its place',
  WITHDRAWN: 'taken back',
  RESIZED: 'replaced at another quantity',
  EXIT_ENDED: 'its exit was over',
  ENTRY_TTL: 'it was not filled in time',
  CANCEL_SIGNAL: 'a cancel alert',
  EXIT_SIGNAL: 'an exit alert',
  HALT: 'entries are halted',
  FLATTEN: 'everything is being closed',
};

/** The state as a trader says it: "cancelled: by hand", "refused by the broker: …". */
export function stateText(order: OrderState): string {
  const { status, cancelCode } = order;
  if (status === 'UNKNOWN') {
    return `answer lost, the broker is being asked${order.askCount > 0 ? ` (${order.askCount} so far)` : ''}`;
  }
  if (status === 'REJECTED') return `refused by the broker${reason(order)}`;
  if (status === 'DENIED') return `not sent${reason(order)}`;
  if (status === 'CANCELLED')
    return cancelCode ? `cancelled: ${CAUSES[cancelCode] ?? sentenceForCode(cancelCode)}` : 'cancelled';
  const word = WORDS[status] ?? sentenceForCode(status);
  return order.cancelWanted && isWorking(status) && status !== 'CANCEL_REQUESTED'
    ? `${word}, cancel wanted`
    : word;
}

function reason({ rejectCode, rejectText }: OrderState): string {
  if (rejectText) return `: ${rejectText}`;
  return rejectCode ? `: ${sentenceForCode(rejectCode)}` : '';
}

/** "plain" is nothing to look at twice. */
export function stateTone(status: string): 'plain' | 'accent' | 'gain' | 'warn' | 'loss' {
  if (status === 'UNKNOWN' || status === 'CANCEL_REQUESTED') return 'warn';
  if (status === 'REJECTED' || status === 'DENIED') return 'loss';
  if (status === 'FILLED') return 'gain';
  return isWorking(status) ? 'accent' : 'plain';
}
