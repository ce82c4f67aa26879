/** The rows of the bench: a table of contents, in the order in which they run. */
import type { Row } from './row.ts';
import { fanOut } from './rows/fan-out.ts';

export const ROWS: readonly Row[] = [fanOut];
