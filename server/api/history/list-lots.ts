/** Tax lots by FIFO: each part of a lot that was closed, with what it cost and brought. Totals are of the whole year. */
import { z } from 'zod';
import { accountInput, bookInput, momentInput, symbolInput } from '#server/api/list-input.ts';
import { pageOf, pageSize } from '#server/api/list-page.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const PAGE = 50;
const text = z.string();

/** Ids of lots are made from their fills, so that a rebuild gives the same ones. */
export const lot = z.object({
  id: z.guid(),
  symbol: text,
  tickSize: text,
  account: text,
  currency: text,
  direction: text,
  qty: text,
  openPrice: text,
  closePrice: text,
  fees: text,
  costBasis: text,
  netProceeds: text,
  pnl: text,
  boughtAt: z.date(),
  soldAt: z.date(),
  closedAt: z.date(),
});

const cursor = z.object({ at: momentInput, id: z.guid() });

/** A tax year is a calendar year in UTC. */
const LOTS =
  "fn.tax_lots_list($1, $2, $3, make_timestamptz($4, 1, 1, 0, 0, 0, 'UTC'), make_timestamptz($4 + 1, 1, 1, 0, 0, 0, 'UTC'), $5, $6, $7, $8)";

const QUERY = `
  select l.id, l.symbol, l.tick_size as "tickSize", l.account, l.currency, l.direction, l.qty, l.open_price as "openPrice",
    l.close_price as "closePrice", l.open_fee + l.close_fee as fees, l.cost_basis as "costBasis",
    l.net_proceeds as "netProceeds", l.pnl, l.bought_at as "boughtAt", l.sold_at as "soldAt", l.closed_at as "closedAt",
    l.closed_at::text as "cursorAt"
  from ${LOTS} l order by l.closed_at desc, l.id desc`;

const YEARS = `
  select extract(year from greatest(a.bought_at, a.sold_at) at time zone 'UTC')::int as year, count(*)::int as lots,
    sum(a.cost_basis) as "costBasis", sum(a.net_proceeds) as "netProceeds", sum(a.open_fee + a.close_fee) as fees, sum(a.pnl) as pnl
  from public.fifo_allocations a join public.instruments i on i.id = a.instrument_id
  join public.user_brokers b on b.id = a.user_broker_id
  where a.user_id = fn.actor() and b.environment = $1 and i.currency = $2 and ($3::uuid is null or b.id = $3)
  group by 1 order by 1 desc`;

const year = z.object({
  year: z.number(),
  lots: z.number(),
  costBasis: text,
  netProceeds: text,
  fees: text,
  pnl: text,
});

export const listLots = member
  .input(
    bookInput.extend({
      account: accountInput,
      symbol: symbolInput,
      year: z.number().int().min(1990).max(2200).nullish(),
      cursor: cursor.nullish(),
      limit: pageSize(PAGE),
    }),
  )
  .output(z.object({ items: z.array(lot), years: z.array(year), nextCursor: cursor.nullable() }))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const place = [input.environment, input.currency, input.account];
      const years = await rowsOf(client, year, YEARS, place);
      const wanted = input.year ?? years[0]?.year;
      if (!wanted) return { items: [], years, nextCursor: null };
      const after = [input.cursor?.at ?? null, input.cursor?.id ?? null];
      const rows = await rowsOf(client, lot.extend({ cursorAt: text }), QUERY, [
        ...place,
        wanted,
        input.symbol,
        ...after,
        input.limit + 1,
      ]);
      return { ...pageOf(rows, input.limit, (last) => ({ at: last.cursorAt, id: last.id })), years };
    }),
  );
