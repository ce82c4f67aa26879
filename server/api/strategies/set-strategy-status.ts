/** Pause an own strategy (exit alerts go on), make it active again, or archive it. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { DONE, done } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { asSelf } from '#server/web-db.ts';

export const setStrategyStatus = trader
  .input(z.object({ id: z.uuid(), status: z.enum(['ACTIVE', 'PAUSED', 'ARCHIVED']) }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await asSelf(ctx.actor, (client) => call(client, 'fn.strategy_status_set', [input.id, input.status]));
    return DONE;
  });
