/** End one of one's sessions; it is out with its next request. */
import { call } from '#server/api/call.ts';
import { DONE, done, idOnly } from '#server/api/fields.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

export const endSession = member
  .input(idOnly)
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await asSelf(ctx.actor, (client) => call(client, 'fn.session_revoke', [input.id]));
    return DONE;
  });
