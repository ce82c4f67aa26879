/** The rows of the bench: a table of contents, in the order in which they run. */
import type { Row } from './row.ts';
import { fanOut } from './rows/fan-out.ts';
import { stops } from './rows/stops.ts';
import { ticks } from './rows/ticks.ts';

export const ROWS: readonly Row[] = [fanOut, ticks, stops];
