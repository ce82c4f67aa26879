/** What accounts and their states are called. Pure. */
import type { Outputs } from '../outputs.ts';
import { STATE_WORD } from '../switch-words.ts';
import type { Tone } from '../ui/badge.tsx';

export type Account = Outputs['accounts']['list'][number];

const BROKERS: Record<string, string> = {
  PAPER: 'Paper broker',
  ALPACA: 'Alpaca',
  ZERODHA: 'Zerodha',
  CCXT: 'Crypto exchange',
};

export const brokerName = (broker: string): string => BROKERS[broker] ?? broker;

/** The one thing that stops its entries, the hardest first; null while it trades. */
export function stopOf(account: Account): { word: string; tone: Tone; why: string } | null {
  if (account.status === 'DISABLED')
    return { word: 'Disabled', tone: 'loss', why: 'No entries; exits of open trades go on.' };
  if (account.switchState !== 'OFF') {
    return {
      word: STATE_WORD[account.switchState] ?? account.switchState,
      tone: 'loss',
      why: account.switchState === 'HALT' ? 'Halted: no entries.' : 'Everything is being closed.',
    };
  }
  if (account.frozenAt)
    return { word: 'Frozen', tone: 'warn', why: account.frozenReason ?? 'No entries until it is unfrozen.' };
  if (account.connection !== 'CONNECTED')
    return { word: 'Not connected', tone: 'loss', why: 'The broker does not answer, or the log-in is over.' };
  if (!account.reconciliation.reconciledAt)
    return {
      word: 'Being compared',
      tone: 'plain',
      why: 'Entries wait until it agrees with the broker once.',
    };
  return null;
}

const OUTCOMES: Record<string, string> = {
  AGREED: 'agrees with the broker',
  DIFFERED: 'differed from the broker',
  FAILED: 'the broker could not be asked',
};

export const outcomeWord = (outcome: string | null): string =>
  outcome === null ? 'not compared yet' : (OUTCOMES[outcome] ?? outcome.toLowerCase());

const DISCREPANCIES: Record<string, string> = {
  QTY_MISMATCH: 'Another quantity than at the broker',
  UNKNOWN_POSITION: 'The broker has a position that is not ours',
  MISSING_POSITION: 'Our position is not at the broker',
  EXTERNAL_CLOSE: 'Closed at the broker by other hands',
  EXTERNAL_ORDER: 'An order at the broker that is not ours',
  PRICE_MISMATCH: 'Another price than at the broker',
  CASH_MISMATCH: 'Another cash balance than at the broker',
  ORPHAN_ORDER: 'An order of ours without its trade',
};

export const discrepancyWord = (code: string): string => DISCREPANCIES[code] ?? code.toLowerCase();

const RESOLUTIONS: Record<string, string> = { AGREES_AGAIN: 'Both agree again.' };

/** How a difference came to its end. */
export const resolutionSentence = (code: string): string => RESOLUTIONS[code] ?? 'It is settled.';

/** Facts of one side as a person reads them: "quantity 40, average 12.5". */
export const factsText = (facts: Record<string, unknown>): string =>
  Object.entries(facts)
    .filter(([, value]) => value !== null && typeof value !== 'object')
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${String(value)}`)
    .join(', ') || 'nothing';
