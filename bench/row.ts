/**
 * What a row of the bench is and what it answers. Types only, and the one way to make a figure.
 *
 * Invariants: `ratio` is always ours ÷ reference; `ok` is null where a figure is reported and not judged; a row throws
 * when what it measured was not correct, so that a fast wrong answer never makes a figure.
 */
import type { BenchServer } from './server.ts';

export interface Figure {
  name: string;
  /** In `unit`. */
  ours: number;
  /** In `unit`, measured in turn with ours within the same run; null where the goal is absolute. */
  reference: number | null;
  ratio: number | null;
  unit: string;
  goal: string;
  ok: boolean | null;
  /** What was checked, and what else was seen. */
  note: string;
}

export interface Row {
  /** As after `--only`. */
  name: string;
  /** The figure that it measures, in one sentence. */
  about: string;
  run: (server: BenchServer) => Promise<Figure[]>;
}

export interface Judged {
  name: string;
  unit: string;
  ours: number;
  reference: number | null;
  note?: string;
  goal: string;
  /** True when the goal is reached; absent: reported, not judged. */
  reached?: (ratio: number, ours: number) => boolean;
}

/** A figure with its ratio and its verdict. */
export function figure(judged: Judged): Figure {
  const { name, unit, ours, reference, goal, reached, note = '' } = judged;
  const ratio = reference === null ? null : ours / reference;
  return {
    name,
    ours: round(ours),
    reference: reference === null ? null : round(reference),
    ratio: ratio === null ? null : round(ratio),
    unit,
    goal,
    ok: reached === undefined ? null : reached(ratio ?? Number.NaN, ours),
    note,
  };
}

/** Four significant digits. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
