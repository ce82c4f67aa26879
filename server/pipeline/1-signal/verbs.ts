/** The words that senders use for an action. Pure. */

import { AlertRefused } from './alert.ts';
import type { Fields } from './fields.ts';
import type { Verb } from './meaning.ts';

const VERBS: Record<string, Verb> = {
  buy: { kind: 'BUY' },
  sell: { kind: 'SELL' },
  entry: { kind: 'ENTRY', direction: null },
  enter: { kind: 'ENTRY', direction: null },
  open: { kind: 'ENTRY', direction: null },
  long: { kind: 'ENTRY', direction: 'LONG' },
  enter_long: { kind: 'ENTRY', direction: 'LONG' },
  short: { kind: 'ENTRY', direction: 'SHORT' },
  enter_short: { kind: 'ENTRY', direction: 'SHORT' },
  exit: { kind: 'EXIT', direction: null },
  close: { kind: 'EXIT', direction: null },
  flat: { kind: 'EXIT', direction: null },
  exit_long: { kind: 'EXIT', direction: 'LONG' },
  close_long: { kind: 'EXIT', direction: 'LONG' },
  exit_short: { kind: 'EXIT', direction: 'SHORT' },
  close_short: { kind: 'EXIT', direction: 'SHORT' },
  cancel: { kind: 'CANCEL' },
  add: { kind: 'ADD' },
};

/** Reads the action. Throws AlertRefused with UNKNOWN_ACTION where it is none of ours. */
export function readVerb(fields: Fields): Verb {
  const text = fields.required('action');
  const word = text.toLowerCase().replace(/[\s-]+/g, '_');
  const verb = Object.hasOwn(VERBS, word) ? VERBS[word] : undefined;
  if (verb !== undefined) return verb;
  throw new AlertRefused(
    'UNKNOWN_ACTION',
    'action',
    `Field "action" must be buy, sell, entry, exit, cancel or add; it was ${text.slice(0, 40)}.`,
  );
}
