/** Invite an address by a link that is in this answer and never again. For admins. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { assertConfirmed } from '#server/api/confirmed.ts';
import { admin } from '#server/api/roles.ts';
import { randomToken, sha256 } from '#server/crypto.ts';
import { asActor } from '#server/web-db.ts';

const THREE_DAYS = 72;
const MONTH = 720;

const answer = z.object({
  id: z.uuid(),
  token: z.string(),
  /** To be put behind the installation's public address. */
  path: z.string(),
});

export const createInvitation = admin
  .input(
    z.object({
      email: z.email().max(200),
      role: z.enum(['user', 'researcher', 'admin']),
      hours: z.number().int().min(1).max(MONTH).default(THREE_DAYS),
    }),
  )
  .output(answer)
  .mutation(({ ctx, input }) =>
    asActor(ctx.actor, async (client) => {
      await assertConfirmed(client, ctx.actor);
      const token = randomToken();
      const args = [input.email, input.role, sha256(token), input.hours];
      return answer.parse({
        id: await call(client, 'fn.invitation_create', args),
        token,
        path: `/invitation/${token}`,
      });
    }),
  );
