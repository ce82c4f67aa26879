/** What a body may be read as, and how the tests read one. */
import type { Sides } from './alert.ts';
import { parseAlert, parseBody } from './parse-alert.ts';

/** The text of a body, read for a strategy that trades these sides. */
export function parseText(text: string, sides: Sides) {
  const json = parseBody(text);
  return json.ok ? parseAlert(json.body, sides) : json;
}

export interface Fixture {
  says: string;
  sides: Sides;
  body: Record<string, unknown>;
  means: { action: string; direction: string | null; quantity?: string | null; reduce?: unknown };
}

export const entryLong = { action: 'ENTRY', direction: 'LONG', reduce: null };
export const entryShort = { action: 'ENTRY', direction: 'SHORT', reduce: null };
export const exitAll = { action: 'EXIT', direction: null, reduce: null };
export const exitLong = { action: 'EXIT', direction: 'LONG', reduce: null };
export const exitShort = { action: 'EXIT', direction: 'SHORT', reduce: null };
export const cancel = { action: 'CANCEL', direction: null, reduce: null };
export const reduceLong = (quantity: string, positionAfter: string | null) => ({
  action: 'EXIT',
  direction: 'LONG',
  reduce: { quantity, positionAfter },
});
export const reduceShort = (quantity: string, positionAfter: string | null) => ({
  action: 'EXIT',
  direction: 'SHORT',
  reduce: { quantity, positionAfter },
});
