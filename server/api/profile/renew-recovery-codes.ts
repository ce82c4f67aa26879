/** New recovery codes, in this answer and never again; the old ones count no longer. */
import { call } from '#server/api/call.ts';
import { assertConfirmed } from '#server/api/confirmed.ts';
import { recovery } from '#server/api/profile/enable-second-factor.ts';
import { member } from '#server/api/trpc.ts';
import { newRecoveryCodes, recoveryHash } from '#server/totp.ts';
import { asSelf } from '#server/web-db.ts';

export const renewRecoveryCodes = member.output(recovery).mutation(({ ctx }) =>
  asSelf(ctx.actor, async (client) => {
    await assertConfirmed(client, ctx.actor);
    const recoveryCodes = newRecoveryCodes();
    await call(client, 'fn.totp_recovery_set', [JSON.stringify(recoveryCodes.map(recoveryHash))]);
    return { recoveryCodes };
  }),
);
