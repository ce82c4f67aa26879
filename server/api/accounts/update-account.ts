/** Change name, capital, hold list or fees of an own account; what is not named stays. */
import { accountChange } from '#server/api/accounts/fields.ts';
import { call } from '#server/api/call.ts';
import { columnsOf } from '#server/api/columns.ts';
import { DONE, done } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { asSelf } from '#server/web-db.ts';

export const updateAccount = trader
  .input(accountChange)
  .output(done)
  .mutation(async ({ ctx, input: { id, ...change } }) => {
    await asSelf(ctx.actor, (client) => call(client, 'fn.account_update', [id, columnsOf(change)]));
    return DONE;
  });
