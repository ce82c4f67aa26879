/** Replace the exit rules of an own strategy, subscription or trade; its open trades follow at once. */
import { call } from '#server/api/call.ts';
import { place } from '#server/api/exit-rules/get-exit-rules.ts';
import { DONE, done } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { ExitRulesLayerSchema } from '#server/pipeline/7-exit/exit-rules.ts';
import { asSelf } from '#server/web-db.ts';

export const setExitRules = trader
  .input(place.extend({ rules: ExitRulesLayerSchema }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await asSelf(ctx.actor, (client) =>
      call(client, 'fn.exit_rules_set', [input.layer, input.id, JSON.stringify(input.rules)]),
    );
    return DONE;
  });
