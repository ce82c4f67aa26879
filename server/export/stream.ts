/** A CSV file page by page, as fast as it is read. Entry point: exportStream. */
import { z } from 'zod';
import { csvLine } from '#server/export/csv.ts';
import { EXPORTS, type ExportInput, type Kind, type Row } from '#server/export/exports.ts';
import { type Actor, asSelf } from '#server/web-db.ts';

const PAGE = 1_000;
/** Rows at most: more than a spreadsheet takes. */
const MOST = 1_000_000;

const cell = z.union([z.string(), z.number(), z.boolean(), z.date(), z.null()]).catch(null);
const row = z.record(z.string(), cell);

const readPage = (actor: Actor, query: string, values: unknown[]): Promise<Row[]> =>
  asSelf(actor, async (client) => (await client.query(query, values)).rows.map((found) => row.parse(found)));

async function* pagesOf(actor: Actor, kind: Kind, input: ExportInput, size: number): AsyncGenerator<Row[]> {
  const { query, values } = EXPORTS[kind];
  let last: Row | null = null;
  for (let count = 0; count < MOST; count += size) {
    const page: Row[] = await readPage(actor, query, [...values(input, last), size]);
    yield page;
    last = page.at(-1) ?? null;
    if (page.length < size) return;
  }
}

/** The heading comes first, also where there is no row. `size`: rows that are read at a time. */
export function exportStream(
  actor: Actor,
  kind: Kind,
  input: ExportInput,
  size = PAGE,
): ReadableStream<Uint8Array> {
  const { columns } = EXPORTS[kind];
  const names = Object.keys(columns);
  const encoder = new TextEncoder();
  const pages = pagesOf(actor, kind, input, size);
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(csvLine(Object.values(columns)))),
    async pull(controller) {
      const { value, done } = await pages.next();
      if (done) return controller.close();
      const lines = value.map((found) => csvLine(names.map((name) => found[name] ?? null)));
      if (lines.length > 0) controller.enqueue(encoder.encode(lines.join('')));
      else controller.close();
    },
    cancel: async () => void (await pages.return(undefined)),
  });
}
