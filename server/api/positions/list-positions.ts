/** Open positions with their live figures and the exit that would fire next, in the order that is asked for. */
import { z } from 'zod';
import { accountInput, symbolInput } from '#server/api/list-input.ts';
import { pageOf, pageSize } from '#server/api/list-page.ts';
import { positionItem, positionOf, positionRow } from '#server/api/positions/item.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const PAGE = 100;

/** Nearest to its exit first; best or worst result; latest opened; by symbol. */
export const SORTS = ['exit', 'best', 'worst', 'newest', 'symbol'] as const;

const QUERY = `
  select p.*, v.name as strategy, k.key::text as sort_key, k.word as sort_word, count(*) over ()::int as total
  from fn.positions_open(null) p
  left join fn.strategies_visible() v on v.strategy_id = p.strategy_id
  cross join lateral (select case when $3 = 'symbol' then p.symbol else '' end as word,
    case $3 when 'exit' then -coalesce(p.next_distance, 1e9) when 'best' then coalesce(p.pnl, -1e18)
      when 'worst' then -coalesce(p.pnl, 1e18) else extract(epoch from p.created_at) end::numeric as key) k
  where ($1::text is null or p.symbol = $1) and ($2::uuid is null or p.user_broker_id = $2)
  order by k.word, k.key desc, p.id desc`;

const PAGED = `
  select * from (${QUERY}) q
  where $4::numeric is null or q.sort_word > $5 or q.sort_word = $5 and (q.sort_key::numeric, q.id) < ($4, $6)
  limit $7`;

const cursor = z.object({ key: z.string().regex(/^-?\d+(\.\d+)?$/), word: z.string().max(40), id: z.uuid() });

const row = positionRow.extend({ sort_key: z.string(), sort_word: z.string(), total: z.number() });

export const listPositions = member
  .input(
    z.object({
      symbol: symbolInput,
      account: accountInput,
      sort: z.enum(SORTS).default('exit'),
      cursor: cursor.nullish(),
      limit: pageSize(PAGE),
    }),
  )
  .output(z.object({ items: z.array(positionItem), total: z.number(), nextCursor: cursor.nullable() }))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const { key = null, word = null, id = null } = input.cursor ?? {};
      const values = [input.symbol, input.account, input.sort, key, word, id, input.limit + 1];
      const rows = await rowsOf(client, row, PAGED, values);
      const page = pageOf(rows, input.limit, (last) => ({
        key: last.sort_key,
        word: last.sort_word,
        id: last.id,
      }));
      return { ...page, items: page.items.map(positionOf), total: rows[0]?.total ?? 0 };
    }),
  );
