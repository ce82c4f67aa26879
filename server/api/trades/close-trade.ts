/**
 * Close a trade by hand, all or part. The wish, the exit and its jobs are one transaction; the same key again answers
 * what the first one answered and does nothing.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { closeInput } from '#server/api/trades/close-input.ts';
import { member } from '#server/api/trpc.ts';
import { jobsOf } from '#server/queue.ts';
import { asSelf } from '#server/web-db.ts';

/** WAITING: the entry has not filled yet, and the wish stands until it has. */
const answer = z.object({ status: z.enum(['ACCEPTED', 'WAITING']) });
export type CloseAnswer = z.output<typeof answer>;

const closed = answer.extend({ jobs: z.unknown() });

const actInput = closeInput.extend({ key: z.uuid() });

export const closeTrade = member.input(actInput).mutation(async ({ ctx, input }) => {
  const queue = await ctx.queue();
  const type = input.limitPrice === null ? 'MARKET' : 'LIMIT';
  const asked = { id: input.id, qty: input.qty, type, limit: input.limitPrice };
  const fingerprint = createHash('sha256').update(JSON.stringify(asked)).digest();
  return asSelf(ctx.actor, async (client) => {
    const begun = await client.query('select fn.idempotency_begin($1, $2) as answer', [
      input.key,
      fingerprint,
    ]);
    const before = begun.rows[0]?.answer;
    if (before) return answer.parse(before);
    const done = await client.query('select fn.trade_close_manual($1, $2, $3, $4) as result', [
      input.id,
      input.qty,
      type,
      input.limitPrice,
    ]);
    const result = closed.parse(done.rows[0]?.result);
    await queue.enqueue(client, jobsOf(result.jobs));
    const said: CloseAnswer = { status: result.status };
    await client.query('select fn.idempotency_finish($1, $2)', [input.key, said]);
    return said;
  });
});
