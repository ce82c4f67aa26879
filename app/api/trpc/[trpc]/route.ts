import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { contextOf } from '#server/api/context.ts';
import { api } from '#server/api/root.ts';
import { foreignAct } from '#server/api/same-origin.ts';

export const dynamic = 'force-dynamic';

const handle = (request: Request) => {
  const refusal = request.method === 'POST' ? foreignAct(request.headers) : null;
  if (refusal) return new Response(refusal.text, { status: refusal.status });
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: api,
    maxBatchSize: 20,
    createContext: () => contextOf(request.headers),
  });
};

export { handle as GET, handle as POST };
