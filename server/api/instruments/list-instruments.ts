/** What can be traded here: each instrument with its precision, its market and the age of its price. Everybody may look. */
import { z } from 'zod';
import { pageOf, pageSize } from '#server/api/list-page.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const PAGE = 200;

const row = z
  .object({
    id: z.uuid(),
    symbol: z.string(),
    market: z.string(),
    asset_class: z.string(),
    currency: z.string(),
    tick_size: z.string(),
    lot_size: z.string(),
    multiplier: z.string(),
    simulated: z.boolean(),
    status: z.string(),
    last: z.string().nullable(),
    quoted_at: z.date().nullable(),
  })
  .transform(({ asset_class, tick_size, lot_size, quoted_at, ...rest }) => ({
    ...rest,
    assetClass: asset_class,
    tickSize: tick_size,
    lotSize: lot_size,
    quotedAt: quoted_at,
  }));

const QUERY = `
  select i.id, i.symbol, i.market, i.asset_class, i.currency, trim_scale(i.tick_size)::text as tick_size,
    trim_scale(i.lot_size)::text as lot_size, trim_scale(i.multiplier)::text as multiplier, i.simulated, i.status,
    trim_scale(q.last)::text as last, q.recorded_at as quoted_at
  from public.instruments i left join public.quotes q on q.instrument_id = i.id
  where ($1::text is null or i.symbol like $1 || '%') and ($2::text is null or i.symbol > $2)
  order by i.symbol limit $3`;

export const listInstruments = member
  .input(
    z.object({
      symbol: z
        .string()
        .trim()
        .toUpperCase()
        .max(40)
        .nullish()
        .transform((given) => given?.replace(/[\\%_]/g, '\\$&') || null),
      cursor: z.string().max(40).nullish(),
      limit: pageSize(PAGE),
    }),
  )
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const rows = await rowsOf(client, row, QUERY, [input.symbol, input.cursor ?? null, input.limit + 1]);
      return pageOf(rows, input.limit, (last) => last.symbol);
    }),
  );
