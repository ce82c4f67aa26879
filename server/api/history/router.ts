import { breakdown } from '#server/api/history/breakdown.ts';
import { listBooks } from '#server/api/history/list-books.ts';
import { listClosed } from '#server/api/history/list-closed.ts';
import { listLots } from '#server/api/history/list-lots.ts';
import { results } from '#server/api/history/results.ts';
import { sources } from '#server/api/history/sources.ts';
import { router } from '#server/api/trpc.ts';

export const history = router({
  books: listBooks,
  results,
  breakdown,
  sources,
  closed: listClosed,
  lots: listLots,
});
