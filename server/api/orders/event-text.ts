/** One change of an order's state, as a person tells it. Pure. */
import { sentenceForCode } from '#server/api/words.ts';

interface OrderEvent {
  event: string;
  from_status: string | null;
  to_status: string;
  cause: Record<string, unknown>;
}

const WORDS: Record<string, string> = {
  CREATED: 'Written',
  SUBMITTING: 'Sent to the broker',
  PLACED: 'Accepted by the broker',
  PARTIALLY_FILLED: 'Partly filled',
  FILLED: 'Filled',
  CANCEL_REQUESTED: 'Cancel asked for',
  CANCELLED: 'Cancelled',
  EXPIRED: 'Not filled in time',
  REJECTED: 'Refused by the broker',
  DENIED: 'Not sent',
  UNKNOWN: 'Answer lost: the broker is asked',
};

/** "Cancel asked for: cancelled by hand". The cause is said where there is one. */
export function eventText({ to_status, cause }: OrderEvent): string {
  const word = WORDS[to_status] ?? sentenceForCode(to_status);
  const said = cause.text ?? cause.reason ?? cause.code ?? cause.act;
  if (typeof said !== 'string' || said === '' || said === to_status) return word;
  return `${word}: ${/^[A-Z_]+$/.test(said) ? sentenceForCode(said) : said}`;
}
