import { answerRest } from '#server/rest/answer.ts';
import { webQueue } from '#server/web-queue.ts';

export const dynamic = 'force-dynamic';

const handle = (request: Request) => answerRest(request, webQueue);

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
