/** Change settings of an own strategy; what is not named stays. */
import { call } from '#server/api/call.ts';
import { columnsOf } from '#server/api/columns.ts';
import { DONE, done } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { strategyChange } from '#server/api/strategies/fields.ts';
import { asSelf } from '#server/web-db.ts';

export const updateStrategy = trader
  .input(strategyChange)
  .output(done)
  .mutation(async ({ ctx, input: { id, ...change } }) => {
    await asSelf(ctx.actor, (client) => call(client, 'fn.strategy_update', [id, columnsOf(change)]));
    return DONE;
  });
