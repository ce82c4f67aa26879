/**
 * An act that is done once, however often it is asked for with the same key: the call, its jobs and the kept answer are
 * one transaction. Entry point: actOnce. The function called compares the row's user with the actor.
 */
import { z } from 'zod';
import { once } from '#server/api/once.ts';
import { jobsOf, type Queue } from '#server/queue.ts';
import { type Actor, asSelf } from '#server/web-db.ts';

interface Act<S extends z.ZodType> {
  key: string;
  /** A call of SQL that answers one jsonb with `jobs` in it. */
  call: string;
  values: unknown[];
  /** What the person is told of it. */
  answer: S;
}

const withJobs = z.looseObject({ jobs: z.unknown() });

/** Throws what the call refuses with, and LK409 when the key was used for something else. */
export async function actOnce<S extends z.ZodType>(
  ctx: { actor: Actor; queue: () => Promise<Queue> },
  act: Act<S>,
): Promise<z.output<S>> {
  const queue = await ctx.queue();
  const { key, answer, call, values } = act;
  return asSelf(ctx.actor, (client) =>
    once(client, { key, asked: [call, values], answer }, async () => {
      const { rows } = await client.query(`select ${call} as result`, values);
      const said = answer.parse(rows[0]?.result);
      await queue.enqueue(client, jobsOf(withJobs.parse(rows[0]?.result).jobs));
      return said;
    }),
  );
}
