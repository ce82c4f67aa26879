/** Cancel an entry by hand. What is filled of it stays open with its stop; the same key again changes nothing. */
import { z } from 'zod';
import { actOnce } from '#server/api/act-once.ts';
import { member } from '#server/api/trpc.ts';

/** ASKED: the broker was asked; WAITING: it is asked as soon as the order is known. */
const answer = z.object({ status: z.enum(['CANCELLED', 'ASKED', 'WAITING']) });

export const cancelOrder = member
  .input(z.object({ id: z.uuid(), key: z.uuid() }))
  .output(answer)
  .mutation(({ ctx, input }) =>
    actOnce(ctx, { key: input.key, call: 'fn.order_cancel_manual($1)', values: [input.id], answer }),
  );
