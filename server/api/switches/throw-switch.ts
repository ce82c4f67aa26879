/** Throws or lifts a switch once per key, its jobs with it. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { assertConfirmed } from '#server/api/confirmed.ts';
import { once } from '#server/api/once.ts';
import type { Client } from '#server/db.ts';
import { jobsOf, type Queue } from '#server/queue.ts';
import type { Actor } from '#server/web-db.ts';

export const thrown = z.object({ state: z.string(), since: z.coerce.date().nullable() });

const result = z.object({ state: z.string(), since: z.string().nullable(), jobs: z.unknown() });

interface Throw {
  name: 'fn.switch_set' | 'fn.switch_set_admin';
  key: string;
  args: [scope: string, target: string | null, state: string, reason: string | null];
}

export async function throwSwitch(client: Client, actor: Actor, queue: Queue, { name, key, args }: Throw) {
  await assertConfirmed(client, actor);
  return once(client, { key, asked: [name, ...args], answer: thrown }, async () => {
    const { jobs, ...said } = result.parse(await call(client, name, args));
    await queue.enqueue(client, jobsOf(jobs));
    return thrown.parse(said);
  });
}
