/** What the lists of the pages take alike: a symbol, an account, a book (environment and currency), a span of time. */
import { z } from 'zod';

export const symbolInput = z
  .string()
  .trim()
  .toUpperCase()
  .max(40)
  .nullish()
  .transform((given) => given || null);

export const accountInput = z
  .uuid()
  .nullish()
  .transform((given) => given ?? null);

/** Paper and live, and two currencies, are never added: what is summed is summed within one book. */
export const bookInput = z.object({
  environment: z.enum(['PAPER', 'LIVE']),
  currency: z.string().regex(/^[A-Z]{3,5}$/),
});
export type Book = z.output<typeof bookInput>;

export const RANGES = ['1d', '7d', '30d', '90d', '365d', 'all'] as const;
export const rangeInput = z.enum(RANGES).default('30d');
export type Range = (typeof RANGES)[number];

/** How many days a span goes back, today included; null is everything. */
export const daysOf = (range: Range): number | null => (range === 'all' ? null : Number.parseInt(range, 10));

/**
 * The first day of a span of $n days, and its first moment, by the database's clock. Null in, null out. A subquery, or the
 * clock would be read again for every row of a function that PostgreSQL inlines (300 ms for 10,000 trades).
 */
export const FIRST_DAY = (place: string) =>
  `(select (fn.clock() - make_interval(days => ${place}::int - 1))::date)`;

/** A moment of the database to the microsecond, as it writes it: a Date would lose rows of the same millisecond. */
export const momentInput = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d\d-\d\d [\d:.+-]+$/);

/** Where a list that is sorted by a moment goes on. */
export const momentCursor = z.object({ at: momentInput, id: z.uuid() });
