/** Reads rows through a schema: what the database answers is checked once, where it enters. */
import type { z } from 'zod';
import type { Queryable } from '#server/db.ts';

/** All rows of a query, parsed. Throws a ZodError when a row has another shape. */
export async function rowsOf<S extends z.ZodType>(
  db: Queryable,
  schema: S,
  text: string,
  values: unknown[] = [],
): Promise<z.output<S>[]> {
  const { rows } = await db.query(text, values);
  return rows.map((row) => schema.parse(row));
}
