/** A new API token with its scopes, in this answer and never again. Only its hash is stored. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { assertConfirmed } from '#server/api/confirmed.ts';
import { name } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { API_SCOPES, newApiToken } from '#server/api-token.ts';
import { asSelf } from '#server/web-db.ts';

const LONGEST_DAYS = 3650;

const answer = z.object({ id: z.uuid(), token: z.string() });

export const createApiToken = trader
  .input(
    z.object({
      name,
      scopes: z.array(z.enum(API_SCOPES)).min(1).max(API_SCOPES.length),
      /** Null counts for ever. */
      days: z.number().int().min(1).max(LONGEST_DAYS).nullable(),
    }),
  )
  .output(answer)
  .mutation(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      await assertConfirmed(client, ctx.actor);
      const { token, hash } = newApiToken();
      const id = await call(client, 'fn.api_token_create', [input.name, hash, input.scopes, input.days]);
      return answer.parse({ id, token });
    }),
  );
