/** A new token for an own source, in this answer and never again; the ones before it count for the grace period. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { assertConfirmed } from '#server/api/confirmed.ts';
import { trader } from '#server/api/roles.ts';
import { newWebhookToken, shownToken } from '#server/api/sources/token.ts';
import { asSelf } from '#server/web-db.ts';

const WEEK_SECONDS = 604_800;
const DAY_SECONDS = 86_400;

export const rotateToken = trader
  .input(
    z.object({ id: z.uuid(), graceSeconds: z.number().int().min(0).max(WEEK_SECONDS).default(DAY_SECONDS) }),
  )
  .output(shownToken)
  .mutation(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      await assertConfirmed(client, ctx.actor);
      const { shown, hash } = newWebhookToken();
      await call(client, 'fn.webhook_token_rotate', [input.id, hash, input.graceSeconds]);
      return shown;
    }),
  );
