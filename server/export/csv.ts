/**
 * Lines of CSV (RFC 4180). Pure. Invariant: what a spreadsheet would run as a formula is written as text; figures stay
 * plain decimals with a point, times are ISO 8601 in UTC.
 */
export type Cell = string | number | boolean | Date | null;

const FIGURE = /^[+-]?\d+(\.\d+)?$/;

/** One line with its end. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== 'string') return String(cell);
  if (FIGURE.test(cell)) return plain(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A decimal without the zeros that its column pads it with. */
const plain = (figure: string): string =>
  figure.includes('.') ? figure.replace(/0+$/, '').replace(/\.$/, '') : figure;
