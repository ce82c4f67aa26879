/** What a switch of one's own would do, in numbers, before anything happens. Changes nothing. */
import { call } from '#server/api/call.ts';
import { trader } from '#server/api/roles.ts';
import { ownScope, reach, scopeArgs } from '#server/api/switches/fields.ts';
import { asSelf } from '#server/web-db.ts';

export const previewSwitch = trader
  .input(ownScope)
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) =>
      reach.parse(await call(client, 'fn.switch_preview', scopeArgs(input))),
    ),
  );
