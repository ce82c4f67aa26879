/** Closed trades of one book: latest, best or worst first. */
import { z } from 'zod';
import { closedItem, closedOf, closedRow } from '#server/api/history/closed-item.ts';
import {
  accountInput,
  bookInput,
  daysOf,
  FIRST_DAY,
  rangeInput,
  symbolInput,
} from '#server/api/list-input.ts';
import { pageOf, pageSize } from '#server/api/list-page.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const PAGE = 50;
export const CLOSED_SORTS = ['newest', 'best', 'worst'] as const;

const cursor = z.object({ key: z.string().regex(/^-?\d+(\.\d+)?$/), id: z.uuid() });

export const CLOSED = `
  select c.*, v.name as strategy, c.sort_key::text as sort_key
  from fn.trades_closed($1, $2, $3, ${FIRST_DAY('$4')}::timestamptz, $5, $6, $7, $8, $9, $10, $11) c
  left join fn.strategies_visible() v on v.strategy_id = c.strategy_id
  order by c.sort_key desc, c.id desc`;

export const listClosed = member
  .input(
    bookInput.extend({
      account: accountInput,
      range: rangeInput,
      symbol: symbolInput,
      reason: z
        .string()
        .regex(/^[A-Z_]{1,30}$/)
        .nullish(),
      strategy: z.uuid().nullish(),
      sort: z.enum(CLOSED_SORTS).default('newest'),
      cursor: cursor.nullish(),
      limit: pageSize(PAGE),
    }),
  )
  .output(z.object({ items: z.array(closedItem), nextCursor: cursor.nullable() }))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const rows = await rowsOf(client, closedRow, CLOSED, [
        input.environment,
        input.currency,
        input.account,
        daysOf(input.range),
        input.symbol,
        input.reason ?? null,
        input.strategy ?? null,
        input.sort.toUpperCase(),
        input.cursor?.key ?? null,
        input.cursor?.id ?? null,
        input.limit + 1,
      ]);
      const page = pageOf(rows, input.limit, (last) => ({ key: last.sort_key, id: last.id }));
      return { ...page, items: page.items.map(closedOf) };
    }),
  );
