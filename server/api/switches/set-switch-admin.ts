/** HALT, FLATTEN or lift for the platform, a user or an account. For admins. */
import { z } from 'zod';
import { admin } from '#server/api/roles.ts';
import { anyScope, scopeArgs, wanted } from '#server/api/switches/fields.ts';
import { thrown, throwSwitch } from '#server/api/switches/throw-switch.ts';
import { asActor } from '#server/web-db.ts';

export const setSwitchAdmin = admin
  .input(z.object({ key: z.uuid(), at: anyScope, wanted }))
  .output(thrown)
  .mutation(async ({ ctx, input: { key, at, wanted } }) => {
    const queue = await ctx.queue();
    return asActor(ctx.actor, (client) =>
      throwSwitch(client, ctx.actor, queue, {
        name: 'fn.switch_set_admin',
        key,
        args: [...scopeArgs(at), wanted.state, wanted.reason ?? null],
      }),
    );
  });
