import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { contextOf } from '#server/api/context.ts';
import { api } from '#server/api/root.ts';

export const dynamic = 'force-dynamic';

const handle = (request: Request) => {
  // a form of another site can post, but not with a JSON content type
  const json = request.headers.get('content-type')?.startsWith('application/json');
  if (request.method === 'POST' && !json) {
    return new Response('Acts are sent as application/json.', { status: 415 });
  }
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: api,
    maxBatchSize: 20,
    createContext: () => contextOf(request.headers),
  });
};

export { handle as GET, handle as POST };
