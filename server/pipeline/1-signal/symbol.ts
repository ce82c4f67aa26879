/** Symbols as senders write them: exchange prefix, delayed-data suffix, option short form. Pure. */

export interface ParsedSymbol {
  symbol: string;
  exchange: string | null;
  delayed: boolean;
}

const DELAYED = /_(DL|DLY)$/;
const SYMBOL = /^[A-Z0-9][A-Z0-9._!/^&-]{0,39}$/;
const EXCHANGE = /^[A-Z0-9_.-]{1,20}$/;
/** `SPY 250624C596` (root, yymmdd, right, strike) as TradersPost and others write it. */
const OPTION = /^([A-Z][A-Z.]{0,5}) (\d{6})([CP])(\d{1,5})(?:\.(\d{1,3}))?$/;

/** The OCC form (`SPY250624C00596000`) of an option's short form; anything else unchanged. */
function occ(symbol: string): string {
  const match = OPTION.exec(symbol);
  if (!match) return symbol;
  const [, root, day, right, whole, fraction] = match;
  return `${root}${day}${right}${(whole ?? '').padStart(5, '0')}${(fraction ?? '').padEnd(3, '0')}`;
}

/**
 * `NASDAQ:AAPL` → AAPL at NASDAQ, `BATS_DLY:SPY` → SPY, delayed. Null when no symbol can be read.
 * `exchange` is the sender's separate exchange field, where it has one.
 */
export function parseSymbol(text: string, exchange: string | null): ParsedSymbol | null {
  const upper = text.trim().toUpperCase();
  const colon = upper.lastIndexOf(':');
  const prefix = colon > 0 ? upper.slice(0, colon) : null;
  const bare = occ(upper.slice(colon + 1).trim());
  const named = prefix ?? exchange?.trim().toUpperCase() ?? '';
  const venue = EXCHANGE.test(named) ? named : null;
  const delayed = DELAYED.test(bare) || (venue !== null && DELAYED.test(venue));
  const symbol = bare.replace(DELAYED, '');
  if (!SYMBOL.test(symbol)) return null;
  return { symbol, exchange: venue === null ? null : venue.replace(DELAYED, '') || null, delayed };
}
