/** Change name, rates, lag, certificate or addresses of an own source; TradingView's four with one word. */
import { call } from '#server/api/call.ts';
import { columnsOf } from '#server/api/columns.ts';
import { DONE, done } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { addressesOf, sourceChange } from '#server/api/sources/fields.ts';
import { asSelf } from '#server/web-db.ts';

export const updateSource = trader
  .input(sourceChange)
  .output(done)
  .mutation(async ({ ctx, input: { id, allowTradingView, allowedAddresses, ...change } }) => {
    const addresses = addressesOf({ allowedAddresses, allowTradingView });
    const columns = columnsOf({ ...change, allowedAddresses: addresses });
    await asSelf(ctx.actor, (client) => call(client, 'fn.webhook_source_update', [id, columns]));
    return DONE;
  });
