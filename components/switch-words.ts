/** What HALT and FLATTEN do, in numbers and words. Pure. */
import { count, money } from './format.ts';
import type { Outputs } from './outputs.ts';

export type Reach = Outputs['switches']['preview'];
export type SwitchState = 'OFF' | 'HALT' | 'FLATTEN';

/** What stands, in one word. */
export const STATE_WORD: Record<string, string> = {
  OFF: 'Trading',
  HALT: 'Halted',
  FLATTEN: 'Flattening',
};

/** "$18,420.00 and ₹2,000.00". */
function exposureText(exposure: Record<string, string>): string {
  return Object.entries(exposure)
    .map(([currency, value]) => money(value, currency))
    .join(' and ');
}

function entriesText(reach: Reach): string {
  const working = reach.workingEntries
    ? `${count(reach.workingEntries, 'working entry order')} withdrawn, `
    : '';
  const waiting = reach.waitingSignals ? `${count(reach.waitingSignals, 'waiting signal')} refused, ` : '';
  return `On ${count(reach.accounts, 'account')}: ${working}${waiting}no new entry while it stands.`;
}

/** What a switch would do now. */
export function switchEffect(state: SwitchState, reach: Reach): string {
  if (state === 'OFF') return 'Entries are taken again from the next alert on. Lifting sends nothing.';
  const entries = entriesText(reach);
  const trades = count(reach.openTrades, 'open trade');
  if (state === 'HALT') {
    return `${entries} ${reach.openTrades === 0 ? 'Nothing is open.' : `${trades} ${reach.openTrades === 1 ? 'stays' : 'stay'} open, with stops and targets at work.`}`;
  }
  if (reach.openTrades === 0) return `Nothing is open to close. ${entries}`;
  const worth = exposureText(reach.exposure);
  return `Closes ${trades} at market${worth ? `, ${worth} at the last price` : ''}; a closed market's at its open. ${entries}`;
}

/** What becomes of open trades where only entries stop. */
export const openWords = (openTrades: number): string =>
  openTrades === 0
    ? 'Nothing is open.'
    : `${count(openTrades, 'open trade goes on to its exit', 'open trades go on to their exits')}.`;

/** The verb of the button that does it. */
export function switchAct(state: SwitchState, reach: Reach | undefined): string {
  if (state === 'OFF') return 'Lift it';
  if (state === 'HALT') return `Halt ${count(reach?.accounts ?? 0, 'account')}`;
  return `Close ${count(reach?.openTrades ?? 0, 'trade')} and halt`;
}
