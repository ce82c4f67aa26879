/**
 * What would close a trade: one row per rule that stands, with its level or time and who set it. Pure.
 * Entry point: exitLevelsOf.
 */
import type { TradeDetailRow } from '#server/api/trades/read.ts';

export interface ExitLevel {
  /** As in the live figures: hard_stop, stop, trail, trail_activate, target; due for a time. */
  kind: string;
  label: string;
  price: string | null;
  at: Date | null;
  /** Who set it, in a word a trader knows. */
  setBy: string;
}

const LAYERS: Record<string, string> = {
  ASSET_CLASS: 'default',
  STRATEGY: 'strategy',
  SUBSCRIPTION: 'subscription',
  TRADE: 'this trade',
};

/** What the alert asked for: a stop or target of the trade that differs was set by hand. */
export interface SignalLevels {
  stop_price: string | null;
  target_price: string | null;
}

/** Rules of a live trade, most urgent first. */
export function exitLevelsOf(row: TradeDetailRow, signal: SignalLevels | null): ExitLevel[] {
  const rule = (key: string) => (row.exit_rules[key] === undefined ? null : String(row.exit_rules[key]));
  const setBy = (key: string) => LAYERS[String(row.exit_layers[key] ?? '')] ?? 'default';
  const levels: ExitLevel[] = [];
  const add = (kind: string, label: string, price: string | null, by: string) => {
    if (price !== null) levels.push({ kind, label, price, at: null, setBy: by });
  };
  add('hard_stop', `Hard stop −${rule('hard_stop_pct')} %`, row.hard_stop_price, setBy('hard_stop_pct'));
  const stop = stopOf(row, signal, rule, setBy);
  add('stop', stop.label, row.stop_price, stop.by);
  if (row.trail_armed_at) add('trail', 'Trailing stop', row.trail_stop_price, setBy('trail_arm_pct'));
  else
    add(
      'trail_activate',
      `Trailing, arms at +${rule('trail_arm_pct')} %`,
      row.trail_activate_price,
      setBy('trail_arm_pct'),
    );
  const fromSignal = row.target_price !== null && row.target_price === row.signal_target;
  add(
    'target',
    targetLabel(row, rule),
    row.target_price,
    fromSignal
      ? whoseLevel(row.signal_target, signal?.target_price)
      : setBy(rungs(row) > 0 ? 'rungs' : 'target_pct'),
  );
  if (row.exit_due_at) {
    const label = dueLabel(row, rule);
    levels.push({ kind: 'due', label, price: null, at: row.exit_due_at, setBy: setBy(dueKey(row)) });
  }
  return levels;
}

const rungs = (row: TradeDetailRow): number =>
  Array.isArray(row.exit_rules.rungs) ? row.exit_rules.rungs.length : 0;

const dueKey = (row: TradeDetailRow): string =>
  row.exit_rules.end_of_day === true
    ? 'end_of_day'
    : row.exit_rules.max_hold_days
      ? 'max_hold_days'
      : 'max_hold_hours';

const whoseLevel = (level: string | null, ofSignal: string | null | undefined): string =>
  level === ofSignal ? 'signal' : 'you';

type Read = (key: string) => string | null;

function dueLabel(row: TradeDetailRow, rule: Read): string {
  const key = dueKey(row);
  if (key === 'end_of_day') return 'Out by the end of the day';
  return `Held at most ${rule(key)} ${key === 'max_hold_days' ? 'trading days' : 'h'}`;
}

function stopOf(
  row: TradeDetailRow,
  signal: SignalLevels | null,
  rule: Read,
  setBy: (key: string) => string,
): { label: string; by: string } {
  if (row.stop_by === 'SIGNAL') return { label: 'Stop', by: whoseLevel(row.signal_stop, signal?.stop_price) };
  if (row.stop_by === 'ATR') return { label: `Stop at ${rule('stop_atr_k')} × ATR`, by: setBy('stop_atr_k') };
  return { label: `Soft stop −${rule('stop_pct')} %`, by: setBy('stop_pct') };
}

function targetLabel(row: TradeDetailRow, rule: Read): string {
  if (rungs(row) > 0)
    return `Target, rung ${row.target_rung} of ${rungs(row) + (row.signal_target || rule('target_pct') !== 'null' ? 1 : 0)}`;
  if (row.signal_target !== null && row.target_price === row.signal_target) return 'Target';
  return `Target +${rule('target_pct')} %`;
}
