/** Exit rules at an own strategy, subscription or trade: what is set there, and what holds with the layer of each number. */
import { z } from 'zod';
import { trader } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { ExitRulesLayerSchema, ExitRulesSchema, RULE_LAYERS } from '#server/pipeline/7-exit/exit-rules.ts';
import { asSelf } from '#server/web-db.ts';

export const place = z.object({ layer: z.enum(['STRATEGY', 'SUBSCRIPTION', 'TRADE']), id: z.uuid() });

const row = z
  .object({
    asset_class: z.string(),
    own: ExitRulesLayerSchema,
    rules: ExitRulesSchema,
    layers: z.record(z.string(), z.enum(RULE_LAYERS)),
  })
  .transform(({ asset_class, ...rest }) => ({ ...rest, assetClass: asset_class }));

export const getExitRules = trader
  .input(place)
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, (client) =>
      rowsOf(client, row, 'select * from fn.exit_rules_shown($1, $2)', [input.layer, input.id]),
    ),
  );
