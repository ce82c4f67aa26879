/**
 * Reads a file of signals, `ts,symbol,action,direction,price,stop,target`, and stops at the first line that is wrong.
 *
 * Entry point: `parseSignals`. Pure: takes the text, not the path.
 * Invariants: signals are in order of time (equal times keep the file's order); an entry has a direction; the last
 * three columns may be missing or empty.
 */
import { FileProblem, fileLines, parseNumber, parseTime } from '../market/feeds/bars-file.ts';

/** entry and exit are alerts; close is the owner closing by hand; flatten is the owner's kill switch. */
export type ReplayAction = 'entry' | 'exit' | 'close' | 'flatten';
export type ReplayDirection = 'long' | 'short';

export interface ReplaySignal {
  /** ms since 1970. */
  readonly at: number;
  readonly symbol: string;
  readonly action: ReplayAction;
  readonly direction: ReplayDirection | null;
  /** As written, so that no digit is lost; null where the file says nothing. */
  readonly price: string | null;
  readonly stop: string | null;
  readonly target: string | null;
  /** Line of the file, for messages. */
  readonly line: number;
}

const NEEDED = ['ts', 'symbol', 'action', 'direction'];
const OPTIONAL = ['price', 'stop', 'target'];
const ACTIONS: readonly string[] = ['entry', 'exit', 'close', 'flatten'];
const DIRECTIONS: readonly string[] = ['long', 'short'];
const SYMBOL = /^[A-Za-z0-9][A-Za-z0-9./_:-]{0,39}$/;

/** The signals of a file's text. @throws FileProblem */
export function parseSignals(text: string): ReplaySignal[] {
  const lines = fileLines(text);
  checkHeader(lines[0] ?? '');
  const signals: ReplaySignal[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const signal = parseSignal(line, index + 1);
    const before = signals.at(-1);
    if (before !== undefined && signal.at < before.at) {
      throw new FileProblem(
        index + 1,
        `ts ${new Date(signal.at).toISOString()} is earlier than the line before`,
      );
    }
    signals.push(signal);
  }
  return signals;
}

function checkHeader(line: string): void {
  const names = line.split(',').map((name) => name.trim().toLowerCase());
  const wanted = [...NEEDED, ...OPTIONAL].slice(0, names.length);
  if (names.length < NEEDED.length || names.join(',') !== wanted.join(',')) {
    throw new FileProblem(
      1,
      `the header must be ${[...NEEDED, ...OPTIONAL].join(',')} (the last three optional), not "${line.slice(0, 80)}"`,
    );
  }
}

function parseSignal(line: string, number: number): ReplaySignal {
  const cells = line.split(',').map((cell) => cell.trim());
  const most = NEEDED.length + OPTIONAL.length;
  if (cells.length < NEEDED.length || cells.length > most) {
    throw new FileProblem(number, `has ${cells.length} columns where ${NEEDED.length} to ${most} are needed`);
  }
  const [ts = '', symbol = '', actionText = '', directionText = '', ...prices] = cells;
  const at = parseTime(ts, number);
  if (!SYMBOL.test(symbol)) throw new FileProblem(number, `symbol "${symbol}" is not a symbol`);
  const action = actionText.toLowerCase();
  if (!ACTIONS.includes(action)) {
    throw new FileProblem(number, `action "${actionText}" is none of ${ACTIONS.join(', ')}`);
  }
  const direction = directionText.toLowerCase();
  if (direction !== '' && !DIRECTIONS.includes(direction)) {
    throw new FileProblem(number, `direction "${directionText}" is neither long nor short`);
  }
  if (action === 'entry' && direction === '')
    throw new FileProblem(number, 'an entry needs a direction, long or short');
  const [price = null, stop = null, target = null] = OPTIONAL.map((name, i) =>
    priceOf(name, prices[i] ?? '', number),
  );
  return {
    at,
    symbol: symbol.toUpperCase(),
    action: action as ReplayAction,
    direction: direction === '' ? null : (direction as ReplayDirection),
    price,
    stop,
    target,
    line: number,
  };
}

function priceOf(name: string, cell: string, line: number): string | null {
  if (cell === '') return null;
  const price = parseNumber(name, cell, line);
  if (price <= 0) throw new FileProblem(line, `${name} ${cell} is not above 0`);
  return cell;
}
