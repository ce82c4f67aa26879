/** Switch a feature flag; refused while something that it needs is off, or the environment holds it. For admins. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { DONE, done } from '#server/api/fields.ts';
import { admin } from '#server/api/roles.ts';
import { asActor } from '#server/web-db.ts';

export const setFlag = admin
  .input(z.object({ name: z.string().max(60), enabled: z.boolean() }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await asActor(ctx.actor, (client) => call(client, 'fn.flag_set', [input.name, input.enabled]));
    return DONE;
  });
