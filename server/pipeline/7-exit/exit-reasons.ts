// The exit reasons, most urgent first: one table, read by the book, the pages and the replay.
// Postgres holds the same table (fn.exit_reason_table); a database test compares the two.
// Invariant: a lower rank always wins when one tick satisfies several reasons.

/** What an exit order of a reason does. `thenMarket` and `thenOpen` act after `rest_seconds` unfilled. */
export type ExitStyle = 'MARKET' | 'LIMIT_THEN_MARKET' | 'LIMIT_THEN_WITHDRAW' | 'CHOSEN';

export type ExitReason =
  | 'KILL_SWITCH'
  | 'HARD_STOP'
  | 'MANUAL'
  | 'STOP_LOSS'
  | 'MAX_HOLD_TIME'
  | 'TRAILING_STOP'
  | 'TARGET_HIT'
  | 'SIGNAL_EXIT';

export interface ExitReasonFacts {
  /** Urgency: 1 is the most urgent. */
  readonly rank: number;
  readonly style: ExitStyle;
  /** Stored on the trade until done: its cause happens once and would otherwise be lost. */
  readonly oneShot: boolean;
  /** May act in the last minutes of a session too. */
  readonly anyTime: boolean;
  /** The rule that says how long its limit may rest, where it has one. */
  readonly rest: 'rest_stop_s' | 'rest_target_s' | 'rest_signal_s' | null;
  readonly text: string;
}

export const EXIT_REASONS: Readonly<Record<ExitReason, ExitReasonFacts>> = {
  KILL_SWITCH: { rank: 2, style: 'MARKET', oneShot: true, anyTime: true, rest: null, text: 'Flattened' },
  HARD_STOP: { rank: 3, style: 'MARKET', oneShot: false, anyTime: true, rest: null, text: 'Hard stop' },
  MANUAL: { rank: 4, style: 'CHOSEN', oneShot: true, anyTime: true, rest: null, text: 'Closed by hand' },
  STOP_LOSS: {
    rank: 5,
    style: 'LIMIT_THEN_MARKET',
    oneShot: false,
    anyTime: true,
    rest: 'rest_stop_s',
    text: 'Stop loss',
  },
  MAX_HOLD_TIME: {
    rank: 7,
    style: 'LIMIT_THEN_MARKET',
    oneShot: false,
    anyTime: true,
    rest: 'rest_stop_s',
    text: 'Held for its longest time',
  },
  TRAILING_STOP: {
    rank: 8,
    style: 'LIMIT_THEN_MARKET',
    oneShot: false,
    anyTime: true,
    rest: 'rest_stop_s',
    text: 'Trailing stop',
  },
  TARGET_HIT: {
    rank: 9,
    style: 'LIMIT_THEN_WITHDRAW',
    oneShot: false,
    anyTime: false,
    rest: 'rest_target_s',
    text: 'Target reached',
  },
  SIGNAL_EXIT: {
    rank: 10,
    style: 'LIMIT_THEN_MARKET',
    oneShot: true,
    anyTime: true,
    rest: 'rest_signal_s',
    text: 'Exit alert',
  },
};

/** Sorts reasons in place, most urgent first. */
export function byUrgency(reasons: ExitReason[]): ExitReason[] {
  return reasons.sort((a, b) => EXIT_REASONS[a].rank - EXIT_REASONS[b].rank);
}
