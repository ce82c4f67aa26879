/** Change the exit rules of an asset class, in part; open trades without rules of their own follow at once. For admins. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { assetClass, DONE, done } from '#server/api/fields.ts';
import { admin } from '#server/api/roles.ts';
import { ExitRulesLayerSchema } from '#server/pipeline/7-exit/exit-rules.ts';
import { asActor } from '#server/web-db.ts';

export const setExitDefaults = admin
  .input(z.object({ assetClass, rules: ExitRulesLayerSchema }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await asActor(ctx.actor, (client) =>
      call(client, 'fn.exit_defaults_set', [input.assetClass, JSON.stringify(input.rules)]),
    );
    return DONE;
  });
