/** End every session of one's own but the present one. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const answer = z.object({ ended: z.number() });

export const endOtherSessions = member
  .output(answer)
  .mutation(({ ctx }) =>
    asSelf(ctx.actor, async (client) =>
      answer.parse({ ended: await call(client, 'fn.sessions_revoke_others', [ctx.actor.sessionId]) }),
    ),
  );
