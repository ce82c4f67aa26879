/**
 * An act that is done once, however often it is asked for with the same key: the call, its jobs and the kept answer are
 * one transaction. Entry point: actOnce. The function called compares the row's user with the actor.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
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
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([act.call, act.values]))
    .digest();
  return asSelf(ctx.actor, async (client) => {
    const begun = await client.query('select fn.idempotency_begin($1, $2) as answer', [act.key, fingerprint]);
    const before = begun.rows[0]?.answer;
    if (before) return act.answer.parse(before);
    const { rows } = await client.query(`select ${act.call} as result`, act.values);
    const said = act.answer.parse(rows[0]?.result);
    await queue.enqueue(client, jobsOf(withJobs.parse(rows[0]?.result).jobs));
    await client.query('select fn.idempotency_finish($1, $2)', [act.key, JSON.stringify(said)]);
    return said;
  });
}
