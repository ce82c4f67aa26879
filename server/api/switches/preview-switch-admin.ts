/** What any switch would do, in numbers, before anything happens. For admins. Changes nothing. */
import { call } from '#server/api/call.ts';
import { admin } from '#server/api/roles.ts';
import { anyScope, reach, scopeArgs } from '#server/api/switches/fields.ts';
import { asActor } from '#server/web-db.ts';

export const previewSwitchAdmin = admin
  .input(anyScope)
  .query(({ ctx, input }) =>
    asActor(ctx.actor, async (client) =>
      reach.parse(await call(client, 'fn.switch_preview_admin', scopeArgs(input))),
    ),
  );
