/** Switch one's second factor off. */
import { call } from '#server/api/call.ts';
import { assertConfirmed } from '#server/api/confirmed.ts';
import { DONE, done } from '#server/api/fields.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

export const disableSecondFactor = member.output(done).mutation(async ({ ctx }) => {
  await asSelf(ctx.actor, async (client) => {
    await assertConfirmed(client, ctx.actor);
    await call(client, 'fn.totp_disable', []);
  });
  return DONE;
});
