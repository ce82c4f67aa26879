/** Give somebody another role; his sessions end. Not oneself, and never the last admin. For admins. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { assertConfirmed } from '#server/api/confirmed.ts';
import { DONE, done } from '#server/api/fields.ts';
import { admin } from '#server/api/roles.ts';
import { asActor } from '#server/web-db.ts';

export const setUserRole = admin
  .input(z.object({ id: z.uuid(), role: z.enum(['user', 'researcher', 'admin']) }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await asActor(ctx.actor, async (client) => {
      await assertConfirmed(client, ctx.actor);
      await call(client, 'fn.user_role_set', [input.id, input.role]);
    });
    return DONE;
  });
