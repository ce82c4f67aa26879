/** Change one's display name and time zone. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { DONE, done, name, timeZone } from '#server/api/fields.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

export const setProfile = member
  .input(z.object({ name, timeZone }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await asSelf(ctx.actor, (client) => call(client, 'fn.profile_set', [input.name, input.timeZone]));
    return DONE;
  });
