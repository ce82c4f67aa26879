/** What a request carries into the API, read from its headers. */

import type { Context } from '#server/api/trpc.ts';
import { readActor } from '#server/auth.ts';
import { webQueue } from '#server/web-queue.ts';

/** Marks what a page asks by itself: it does not keep an idle session alive. A live stream cannot send it, and is. */
const PASSIVE_HEADER = 'x-lockstep-passive';

const isPassive = (headers: Headers) =>
  headers.has(PASSIVE_HEADER) || headers.get('accept') === 'text/event-stream';

export async function contextOf(headers: Headers): Promise<Context> {
  const cookies = headers.get('cookie');
  return {
    actor: await readActor(cookies, { passive: isPassive(headers) }),
    stillHere: async () => (await readActor(cookies, { passive: true })) !== null,
    queue: webQueue,
  };
}
