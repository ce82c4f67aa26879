/** The secret that alerts to an own source must carry in their body; null takes it away. Only its hash is stored. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { assertConfirmed } from '#server/api/confirmed.ts';
import { DONE, done } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { sha256 } from '#server/crypto.ts';
import { asSelf } from '#server/web-db.ts';

export const setSecret = trader
  .input(z.object({ id: z.uuid(), secret: z.string().min(12, 'at least 12 characters').max(200).nullable() }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    const hash = input.secret === null ? null : sha256(input.secret);
    await asSelf(ctx.actor, async (client) => {
      await assertConfirmed(client, ctx.actor);
      await call(client, 'fn.webhook_secret_set', [input.id, hash]);
    });
    return DONE;
  });
