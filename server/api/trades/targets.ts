/**
 * The ladder of a trade's targets as its chart and its list show it: every rung and, last, the target that takes the
 * rest. Pure. Entry point: targetsOf.
 * Invariant: a rung that the rules in force no longer have is not among them, though its row is kept.
 */
import type { z } from 'zod';
import type { TradeDetailRow, targetPart } from '#server/api/trades/read.ts';
import { Decimal } from '#server/money.ts';

export interface Target {
  rung: number;
  price: string;
  /** Of the quantity that was entered, in percent points without padding zeros. */
  sharePercent: string;
  /** It takes what the rungs leave; the only one that a person may move. */
  isRest: boolean;
  state: 'NEXT' | 'LATER' | 'DONE';
}

type Facts = Pick<
  TradeDetailRow,
  'exit_rules' | 'signal_target' | 'target_price' | 'target_rung' | 'entry_qty' | 'lot_size'
>;
type Row = z.output<typeof targetPart>;

/** In order of their rungs; skipped ones are left out. */
export function targetsOf(trade: Facts, rows: readonly Row[]): Target[] {
  const shares = sharesOf(trade.exit_rules.rungs);
  const rest = shares.length + 1;
  const hasRest =
    (trade.signal_target !== null || isSet(trade.exit_rules.target_pct)) && Decimal.sum(0, ...shares).lt(100);
  return rows
    .filter(({ rung, skipped }) => !skipped && (rung < rest || (rung === rest && hasRest)))
    .map((row) => ({
      rung: row.rung,
      price: row.price,
      sharePercent: new Decimal(row.fraction).times(100).toFixed(),
      isRest: row.rung === rest,
      state: stateOf(trade, row, rest),
    }));
}

function stateOf(trade: Facts, row: Row, rest: number): Target['state'] {
  if (trade.target_price !== null && row.rung === trade.target_rung) return 'NEXT';
  if (row.rung === rest) return 'LATER';
  const lots = new Decimal(trade.entry_qty).times(row.fraction).div(trade.lot_size).floor();
  return lots.times(trade.lot_size).lte(row.done_qty) ? 'DONE' : 'LATER';
}

const isSet = (rule: unknown): boolean => rule !== undefined && rule !== null;

/** Shares of the rungs, in percent; a rule that is no list of rungs has none. */
function sharesOf(rungs: unknown): Decimal[] {
  if (!Array.isArray(rungs)) return [];
  return rungs.map((rung: { share_pct: string | number }) => new Decimal(rung.share_pct));
}
