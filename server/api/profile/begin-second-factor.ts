/** A new secret for an authenticator app; it counts once its first code was given (enableSecondFactor). */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { assertConfirmed } from '#server/api/confirmed.ts';
import { member } from '#server/api/trpc.ts';
import { newTotpSecret, totpUri } from '#server/totp.ts';
import { asSelf } from '#server/web-db.ts';

const answer = z.object({
  secret: z.string(),
  /** What the app's camera reads. */
  uri: z.string(),
});

export const beginSecondFactor = member.output(answer).mutation(({ ctx }) =>
  asSelf(ctx.actor, async (client) => {
    await assertConfirmed(client, ctx.actor);
    const secret = newTotpSecret();
    await call(client, 'fn.totp_begin', [secret]);
    return { secret, uri: totpUri(secret, ctx.actor.email) };
  }),
);
