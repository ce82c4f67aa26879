/** Set or clear a global limit, or one on a user or his account: not theirs to change then. For admins. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { columnsOf } from '#server/api/columns.ts';
import { limitValue } from '#server/api/limits/fields.ts';
import { admin } from '#server/api/roles.ts';
import { asActor } from '#server/web-db.ts';

const answer = z.object({ changed: z.boolean() });

const place = z.discriminatedUnion('layer', [
  z.object({ layer: z.literal('GLOBAL'), placeId: z.null().default(null) }),
  z.object({ layer: z.enum(['USER', 'ACCOUNT']), placeId: z.uuid() }),
]);

export const setLimitAdmin = admin
  .input(z.object({ place, limit: limitValue }))
  .output(answer)
  .mutation(({ ctx, input: { place, limit } }) =>
    asActor(ctx.actor, async (client) =>
      answer.parse({
        changed: await call(client, 'fn.limit_set_admin', [place.layer, place.placeId, columnsOf(limit)]),
      }),
    ),
  );
