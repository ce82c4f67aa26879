/** The environments and currencies in which the reader has accounts, the busiest first. */
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const book = z.object({ environment: z.enum(['PAPER', 'LIVE']), currency: z.string() });

export const listBooks = member
  .output(z.array(book))
  .query(({ ctx }) =>
    asSelf(ctx.actor, (client) => rowsOf(client, book, 'select environment, currency from fn.books_list()')),
  );
