/** One signal and its path to every account of the reader, with milliseconds per step. */
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { signalItem } from '#server/api/signals/list-signals.ts';
import { readPaths } from '#server/api/signals/paths.ts';
import { readSignals } from '#server/api/signals/read.ts';
import { member } from '#server/api/trpc.ts';
import { sentenceForCode } from '#server/api/words.ts';
import { asSelf } from '#server/web-db.ts';

const leftOut = z.object({
  user_broker_id: z.string(),
  reason: z.string().optional(),
  code: z.string().optional(),
});

export const getSignal = member.input(z.object({ id: z.uuid() })).query(({ ctx, input }) =>
  asSelf(ctx.actor, async (client) => {
    const [row] = await readSignals(client, {
      id: input.id,
      symbol: null,
      action: null,
      before: null,
      limit: 1,
    });
    if (!row) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such signal.' });
    return {
      ...signalItem(row),
      status: row.status,
      source: row.source,
      indicator: row.indicator,
      stop: row.stop_price,
      target: row.target_price,
      publishedAt: row.published_at,
      expiresAt: row.expires_at,
      deliveredMs: row.fanned_out_at ? row.fanned_out_at.getTime() - row.recorded_at.getTime() : null,
      paths: await readPaths(client, row.id, row.recorded_at),
      leftOut: row.left_out.flatMap((one) => {
        const parsed = leftOut.safeParse(one);
        if (!parsed.success) return [];
        return [
          {
            account: String(one.account ?? one.name ?? 'An account'),
            why: sentenceForCode(parsed.data.code ?? parsed.data.reason ?? ''),
          },
        ];
      }),
    };
  }),
);
