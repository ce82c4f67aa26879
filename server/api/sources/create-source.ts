/** A new webhook source of an own strategy. Its token is in this answer and never again. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { idOnly, name } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { newWebhookToken, shownToken } from '#server/api/sources/token.ts';
import { asSelf } from '#server/web-db.ts';

const answer = idOnly.extend(shownToken.shape);

export const createSource = trader
  .input(z.object({ strategyId: z.uuid(), name }))
  .output(answer)
  .mutation(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const { shown, hash } = newWebhookToken();
      const id = await call(client, 'fn.webhook_source_create', [input.strategyId, input.name, hash]);
      return answer.parse({ id, ...shown });
    }),
  );
