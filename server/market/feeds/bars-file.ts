/**
 * Reads a file of bars, `ts,open,high,low,close,volume`, and stops at the first line that is wrong.
 *
 * Entry points: `parseBars`, `FileProblem`. Pure: takes the text, not the path.
 * Invariants: bars are in strictly increasing time, low ≤ open, close ≤ high, all prices above 0; a problem
 * names its line (the header is line 1) and what is wrong with it.
 */
export interface Bar {
  /** Start, ms since 1970. */
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** A line of a file that cannot be used. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
  readonly line: number;

  constructor(line: number, what: string) {
    super(`line ${line}: ${what}`);
    this.line = line;
  }
}

const COLUMNS = ['ts', 'open', 'high', 'low', 'close', 'volume'];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const ISO_WITH_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/** The bars of a file's text. @throws FileProblem */
export function parseBars(text: string): Bar[] {
  const lines = fileLines(text);
  const header = lines[0]?.split(',').map((name) => name.trim().toLowerCase());
  if (header?.join(',') !== COLUMNS.join(',')) {
    throw new FileProblem(
      1,
      `the header must be ${COLUMNS.join(',')}, not "${(lines[0] ?? '').slice(0, 80)}"`,
    );
  }
  const bars: Bar[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const bar = parseBar(line, index + 1);
    const before = bars.at(-1);
    if (before !== undefined && bar.at <= before.at) {
      throw new FileProblem(
        index + 1,
        `ts ${isoOf(bar.at)} is not later than the one before, ${isoOf(before.at)}`,
      );
    }
    bars.push(bar);
  }
  if (bars.length === 0) throw new FileProblem(2, 'the file has no bars');
  return bars;
}

/** Lines without byte-order mark, carriage returns and an empty end. */
export function fileLines(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}

/** A moment in ms from ISO 8601 with a zone, or from Unix seconds or milliseconds. @throws FileProblem */
export function parseTime(value: string, line: number): number {
  if (/^\d{9,10}$/.test(value)) return Number(value) * 1000;
  if (/^\d{12,13}$/.test(value)) return Number(value);
  const at = ISO_WITH_ZONE.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new FileProblem(line, `ts "${value}" is neither ISO 8601 with a zone nor Unix time`);
  }
  return at;
}

/** A finite number. @throws FileProblem */
export function parseNumber(name: string, value: string, line: number): number {
  const number = NUMBER.test(value) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw new FileProblem(line, `${name} "${value}" is not a number`);
  return number;
}

function parseBar(line: string, number: number): Bar {
  const cells = line.split(',').map((cell) => cell.trim());
  if (cells.length !== COLUMNS.length) {
    throw new FileProblem(
      number,
      `has ${cells.length} columns where ${COLUMNS.length} are needed (${COLUMNS.join(',')})`,
    );
  }
  const at = parseTime(cells[0] ?? '', number);
  const [open = 0, high = 0, low = 0, close = 0, volume = 0] = COLUMNS.slice(1).map((name, index) =>
    parseNumber(name, cells[index + 1] ?? '', number),
  );
  for (const [name, price] of Object.entries({ open, high, low, close })) {
    if (price <= 0) throw new FileProblem(number, `${name} ${price} is not above 0`);
  }
  if (volume < 0) throw new FileProblem(number, `volume ${volume} is negative`);
  if (low > Math.min(open, close)) throw new FileProblem(number, `low ${low} is above open or close`);
  if (high < Math.max(open, close)) throw new FileProblem(number, `high ${high} is below open or close`);
  return { at, open, high, low, close, volume };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
