import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from './csv.ts';

describe('a line of CSV', () => {
  it('keeps what it is given, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 6 }), (cells) => {
        fc.pre(
          cells.some((cell) => cell !== '') && cells.every((cell) => !/^[=+\-@\t\r]|^\d|^[\s]+$/.test(cell)),
        );
        const [read] = parse(csvLine(cells), { relax_column_count: true, bom: false }) as string[][];
        expect(read).toEqual(cells);
      }),
    );
  });
  it('writes a formula as text, and a negative figure as a figure', () => {
    expect(csvLine(['=1+1', '-12.500000', '@x', '-a'])).toBe("'=1+1,-12.5,'@x,'-a\r\n");
  });
  it('figures lose their padding, times are in UTC, nothing is nothing', () => {
    expect(csvLine(['40.000000000000', '100', new Date('2026-11-20T14:31:07.112Z'), null, true])).toBe(
      '40,100,2026-11-20T14:31:07.112Z,,true\r\n',
    );
  });
});
