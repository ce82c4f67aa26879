/**
 * Pages of a list by cursor: each goes on after the last row of the one before. Entry points: pageSize, pageOf.
 * Invariant: a cursor carries the last row's sort key in the database's own writing (a moment to the microsecond, a decimal
 * with all of its digits) and its id; a key that was rounded on the way would skip or repeat rows at the page's edge.
 */
import { z } from 'zod';

/** Rows of one page: at most, and without being asked for fewer, `most`. */
export const pageSize = (most: number) => z.number().int().min(1).max(most).default(most);

/** A page of `size` rows of one more that were read, and the cursor of the next; null where there is none. */
export function pageOf<R, C>(
  rows: readonly R[],
  size: number,
  cursorOf: (last: R) => C,
): { items: R[]; nextCursor: C | null } {
  const items = rows.slice(0, size);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > size && last !== undefined ? cursorOf(last) : null };
}
