/** Ask senders of an own source to sign: a new key (HMAC-SHA256 over the raw body), in this answer and never again. Or stop asking. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { assertConfirmed } from '#server/api/confirmed.ts';
import { trader } from '#server/api/roles.ts';
import { randomToken } from '#server/crypto.ts';
import { asSelf } from '#server/web-db.ts';

/** The key is the text itself, as UTF-8: what a sender's HMAC function takes. */
const answer = z.object({ key: z.string().nullable() });

export const setSignature = trader
  .input(z.object({ id: z.uuid(), signed: z.boolean() }))
  .output(answer)
  .mutation(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      await assertConfirmed(client, ctx.actor);
      const key = input.signed ? randomToken() : null;
      await call(client, 'fn.webhook_signature_set', [input.id, key === null ? null : Buffer.from(key)]);
      return { key };
    }),
  );
