/** End an open invitation. For admins. */
import { call } from '#server/api/call.ts';
import { DONE, done, idOnly } from '#server/api/fields.ts';
import { admin } from '#server/api/roles.ts';
import { asActor } from '#server/web-db.ts';

export const revokeInvitation = admin
  .input(idOnly)
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await asActor(ctx.actor, (client) => call(client, 'fn.invitation_revoke', [input.id]));
    return DONE;
  });
