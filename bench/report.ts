/** The figures as a table. Entry point: table. Pure. */
import type { Figure } from './row.ts';

const HEAD = ['figure', 'ours', 'reference', 'unit', 'ratio', 'goal', ''] as const;

/** Columns aligned, numbers to the right, the verdict last, the notes below. */
export function table(figures: readonly Figure[]): string {
  const cells = figures.map((f) => [
    f.name,
    number(f.ours),
    number(f.reference),
    f.unit,
    number(f.ratio),
    f.goal,
    f.ok === null ? 'reported' : f.ok ? 'ok' : 'MISSED',
  ]);
  const rows = [[...HEAD], ...cells];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const right = new Set([1, 2, 4]);
  const lines = rows.map((row) =>
    row
      .map((cell, c) => (right.has(c) ? cell.padStart(widths[c] ?? 0) : cell.padEnd(widths[c] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const notes = figures.filter((f) => f.note !== '').map((f) => `  ${f.name}: ${f.note}`);
  return `${lines.join('\n')}\n\n${notes.join('\n')}\n`;
}

function number(value: number | null): string {
  return value === null ? '–' : value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}
