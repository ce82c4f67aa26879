/** Take back a close by hand that has not gone out yet: the wish, and a limit of one's own that rests. */
import { z } from 'zod';
import { member } from '#server/api/trpc.ts';
import { jobsOf } from '#server/queue.ts';
import { asSelf } from '#server/web-db.ts';

const answer = z.object({ status: z.enum(['WITHDRAWN', 'NOTHING']), jobs: z.unknown() });

export const withdrawExit = member.input(z.object({ id: z.uuid() })).mutation(async ({ ctx, input }) => {
  const queue = await ctx.queue();
  return asSelf(ctx.actor, async (client) => {
    const { rows } = await client.query('select fn.trade_exit_withdraw($1) as result', [input.id]);
    const { status, jobs } = answer.parse(rows[0]?.result);
    await queue.enqueue(client, jobsOf(jobs));
    return { status };
  });
});
