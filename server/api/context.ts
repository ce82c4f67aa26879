/** What a request carries into the API, read from its headers. */

import type { Context } from '#server/api/trpc.ts';
import { readActor } from '#server/auth.ts';
import { webQueue } from '#server/web-queue.ts';

/** Marks what a page asks by itself: it does not keep an idle session alive. A live stream cannot send it, and is. */
const PASSIVE_HEADER = 'x-lockstep-passive';

const isPassive = (headers: Headers) =>
  headers.has(PASSIVE_HEADER) || headers.get('accept') === 'text/event-stream';

export async function contextOf(headers: Headers): Promise<Context> {
  return {
    actor: await readActor(headers, { passive: isPassive(headers) }),
    stillHere: async () => (await readActor(headers, { passive: true })) !== null,
    queue: webQueue,
  };
}
