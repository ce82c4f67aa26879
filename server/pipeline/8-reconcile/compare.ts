/**
 * What we believe an account holds, against what its broker says. Pure.
 *
 * Entry point: comparePositions. Invariants: quantities are compared exactly and signed; positions are paired by our
 * instrument's id where the broker knows it, else by symbol; nothing is concluded about repair beyond a proposal.
 */
import type { BrokerPosition } from '#server/broker/port.ts';
import { Decimal } from '#server/money.ts';

export interface OwnPosition {
  instrument_id: string;
  symbol: string;
  /** Signed, as a decimal string. */
  qty: string;
}

export interface Difference {
  code: 'QTY_MISMATCH' | 'UNKNOWN_POSITION' | 'MISSING_POSITION';
  instrument_id: string | null;
  ours: { symbol: string; qty: string };
  theirs: { symbol: string; qty: string };
  /** What a person may do about it; null: nothing is proposed. */
  repair: { act: 'IMPORT' | 'ADJUST'; qty: string } | null;
}

/** The differences, by symbol. Positions of 0 are no positions. */
export function comparePositions(
  ours: readonly OwnPosition[],
  theirs: readonly BrokerPosition[],
): Difference[] {
  const unpaired = new Set(theirs.filter((position) => !position.qty.isZero()));
  const differences: Difference[] = [];
  for (const own of ours) {
    const qty = new Decimal(own.qty);
    if (qty.isZero()) continue;
    const other = [...unpaired].find((position) => pairs(own, position));
    if (other !== undefined) unpaired.delete(other);
    const there = other?.qty ?? new Decimal(0);
    if (there.eq(qty)) continue;
    differences.push({
      code: other === undefined ? 'MISSING_POSITION' : 'QTY_MISMATCH',
      instrument_id: own.instrument_id,
      ours: { symbol: own.symbol, qty: qty.toFixed() },
      theirs: { symbol: own.symbol, qty: there.toFixed() },
      // A position that is not in an answer is no evidence that it is gone: nothing is proposed.
      repair: other === undefined ? null : { act: 'ADJUST', qty: there.minus(qty).toFixed() },
    });
  }
  for (const other of unpaired) {
    differences.push({
      code: 'UNKNOWN_POSITION',
      instrument_id: other.instrumentId,
      ours: { symbol: other.symbol, qty: '0' },
      theirs: { symbol: other.symbol, qty: other.qty.toFixed() },
      repair: { act: 'IMPORT', qty: other.qty.toFixed() },
    });
  }
  return differences.sort((a, b) => (a.ours.symbol < b.ours.symbol ? -1 : 1));
}

const pairs = (own: OwnPosition, other: BrokerPosition): boolean =>
  other.instrumentId === null ? other.symbol === own.symbol : other.instrumentId === own.instrument_id;
