/** A new paper account; its entries wait until it was reconciled for the first time, seconds later. */
import { newAccount } from '#server/api/accounts/fields.ts';
import { call } from '#server/api/call.ts';
import { columnsOf } from '#server/api/columns.ts';
import { idOnly } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { asSelf } from '#server/web-db.ts';

export const createAccount = trader
  .input(newAccount)
  .output(idOnly)
  .mutation(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) =>
      idOnly.parse({ id: await call(client, 'fn.account_create', [columnsOf(input)]) }),
    ),
  );
