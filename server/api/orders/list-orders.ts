/** Entries and exits in one list, newest or oldest first. */
import { z } from 'zod';
import { accountInput, momentCursor, symbolInput } from '#server/api/list-input.ts';
import { pageOf, pageSize } from '#server/api/list-page.ts';
import { orderItem, orderOf, orderRow } from '#server/api/orders/item.ts';
import { ENDED, WORKING } from '#server/api/orders/words.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const PAGE = 50;

export const STATES = ['all', 'working', 'filled', 'ended'] as const;

/** Statuses of a filter; null is all of them. `ended` is what ended without being filled. */
export function statusesOf(state: (typeof STATES)[number]): readonly string[] | null {
  if (state === 'working') return WORKING;
  if (state === 'filled') return ['FILLED'];
  return state === 'ended' ? ENDED.filter((one) => one !== 'FILLED') : null;
}

export const orderListInput = z.object({
  /** One order alone. */
  id: z.uuid().nullish(),
  state: z.enum(STATES).default('all'),
  kind: z.enum(['ENTRY', 'EXIT']).nullish(),
  symbol: symbolInput,
  account: accountInput,
  sort: z.enum(['newest', 'oldest']).default('newest'),
  cursor: momentCursor.nullish(),
  limit: pageSize(PAGE),
});

const ORDERS =
  'select o.*, o.created_at::text as cursor_at from fn.orders_list($1, $2, $3, $4, $5, $6, $7, $8, $9) o';

const row = orderRow.extend({ cursor_at: z.string() });

export const listOrders = member
  .input(orderListInput)
  .output(z.object({ items: z.array(orderItem), nextCursor: momentCursor.nullable() }))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const rows = await rowsOf(client, row, ORDERS, [
        input.id ?? null,
        statusesOf(input.state),
        input.kind ?? null,
        input.symbol,
        input.account,
        input.sort === 'oldest',
        input.cursor?.at ?? null,
        input.cursor?.id ?? null,
        input.limit + 1,
      ]);
      const page = pageOf(rows, input.limit, (last) => ({ at: last.cursor_at, id: last.id }));
      return { ...page, items: page.items.map(orderOf) };
    }),
  );
