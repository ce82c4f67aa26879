/** Acts that also withdraw entries: their jobs go out in the act's own transaction. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { DONE } from '#server/api/fields.ts';
import type { Client } from '#server/db.ts';
import { jobsOf, type Queue } from '#server/queue.ts';

const answer = z.object({ jobs: z.unknown() });

export async function callAndEnqueue(
  client: Client,
  queue: Queue,
  name: `fn.${string}`,
  args: readonly unknown[],
): Promise<typeof DONE> {
  const { jobs } = answer.parse(await call(client, name, args));
  await queue.enqueue(client, jobsOf(jobs));
  return DONE;
}
