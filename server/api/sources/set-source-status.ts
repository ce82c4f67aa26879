/** Disable an own source, exits included: its tokens answer like unknown ones. Or enable it. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { DONE, done } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { asSelf } from '#server/web-db.ts';

export const setSourceStatus = trader
  .input(z.object({ id: z.uuid(), status: z.enum(['ACTIVE', 'DISABLED']) }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await asSelf(ctx.actor, (client) =>
      call(client, 'fn.webhook_source_status_set', [input.id, input.status]),
    );
    return DONE;
  });
