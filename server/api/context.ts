/** What a request carries into the API, read from its headers. */

import type { Context } from '#server/api/trpc.ts';
import { readActor } from '#server/auth.ts';
import { webQueue } from '#server/web-queue.ts';

/** Marks what a page asks by itself (live figures): it does not keep an idle session alive. */
const PASSIVE_HEADER = 'x-lockstep-passive';

export async function contextOf(headers: Headers): Promise<Context> {
  const cookies = headers.get('cookie');
  return {
    actor: await readActor(cookies, { passive: headers.has(PASSIVE_HEADER) }),
    stillHere: async () => (await readActor(cookies, { passive: true })) !== null,
    queue: webQueue,
  };
}
