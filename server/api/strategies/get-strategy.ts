/** One strategy: with everything of one's own, the public side of a shared one. */
import { TRPCError } from '@trpc/server';
import { idOnly } from '#server/api/fields.ts';
import { trader } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { OWN, ownRow, sharedRow } from '#server/api/strategies/list-strategies.ts';
import { asSelf } from '#server/web-db.ts';

const SHARED = 'select * from fn.strategies_shared() s where s.strategy_id = $1';

export const getStrategy = trader.input(idOnly).query(({ ctx, input }) =>
  asSelf(ctx.actor, async (client) => {
    const [own] = await rowsOf(client, ownRow, OWN, [input.id]);
    if (own) return { ...own, owned: true as const };
    const [shared] = await rowsOf(client, sharedRow, SHARED, [input.id]);
    if (shared) return { ...shared, owned: false as const };
    throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such strategy.' });
  }),
);
