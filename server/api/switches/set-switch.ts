/** HALT, FLATTEN or lift, on oneself or an own account. What an admin set only an admin lifts. */
import { z } from 'zod';
import { trader } from '#server/api/roles.ts';
import { ownScope, scopeArgs, wanted } from '#server/api/switches/fields.ts';
import { thrown, throwSwitch } from '#server/api/switches/throw-switch.ts';
import { asSelf } from '#server/web-db.ts';

export const setSwitch = trader
  .input(z.object({ key: z.uuid(), at: ownScope, wanted }))
  .output(thrown)
  .mutation(async ({ ctx, input: { key, at, wanted } }) => {
    const queue = await ctx.queue();
    return asSelf(ctx.actor, (client) =>
      throwSwitch(client, ctx.actor, queue, {
        name: 'fn.switch_set',
        key,
        args: [...scopeArgs(at), wanted.state, wanted.reason ?? null],
      }),
    );
  });
