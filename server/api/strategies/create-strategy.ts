/** A new strategy that is fed by webhooks. */
import { call } from '#server/api/call.ts';
import { columnsOf } from '#server/api/columns.ts';
import { idOnly } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { newStrategy } from '#server/api/strategies/fields.ts';
import { asSelf } from '#server/web-db.ts';

export const createStrategy = trader
  .input(newStrategy)
  .output(idOnly)
  .mutation(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) =>
      idOnly.parse({ id: await call(client, 'fn.strategy_create', [columnsOf(input)]) }),
    ),
  );
