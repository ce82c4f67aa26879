/** End one of one's API tokens, with its next request. */
import { call } from '#server/api/call.ts';
import { DONE, done, idOnly } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { asSelf } from '#server/web-db.ts';

export const revokeApiToken = trader
  .input(idOnly)
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await asSelf(ctx.actor, (client) => call(client, 'fn.api_token_revoke', [input.id]));
    return DONE;
  });
