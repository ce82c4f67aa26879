import { contextOf } from '#server/api/context.ts';
import { exportInput, KINDS } from '#server/export/exports.ts';
import { exportStream } from '#server/export/stream.ts';

export const dynamic = 'force-dynamic';

/** A CSV file of the person's own rows, narrowed as the page that links to it. */
export async function GET(request: Request, { params }: { params: Promise<{ kind: string }> }) {
  const { actor } = await contextOf(request.headers);
  if (!actor) return new Response('Log in to export.', { status: 401 });
  const { kind: named } = await params;
  const kind = KINDS.find((one) => one === named);
  if (!kind) return new Response('There is no such export.', { status: 404 });
  const input = exportInput.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!input.success) return new Response('The export has a wrong filter.', { status: 400 });
  return new Response(exportStream(actor, kind, input.data), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="lockstep-${kind}.csv"`,
      'cache-control': 'no-store',
    },
  });
}
