/**
 * Live figures of open trades: price, its age, profit or loss by now, and how far the nearest trigger is.
 * Invariants: profit and loss are those of the whole trade (closed parts and fees included); a price that is not good
 * is told as such, with the age since it last was.
 */
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const MOST = 200;

const text = z.string();

const liveRow = z.object({
  id: z.uuid(),
  mark: text.nullable(),
  age_ms: z.coerce.number().nullable(),
  is_good: z.boolean(),
  pnl: text.nullable(),
  pnl_percent: text.nullable(),
  levels: z.array(z.object({ kind: text, price: text, distance: text })),
});

/** Levels nearest first; the distance is in percent of the price, without its sign. */
const QUERY = `
  select t.id, q.mark, q.age_ms, coalesce(q.is_good, false) as is_good, p.pnl,
    round(p.pnl / nullif(t.entry_value, 0) * 100, 4) as pnl_percent,
    coalesce((
      select jsonb_agg(jsonb_build_object('kind', l.kind, 'price', l.price::text, 'distance', l.distance::text)
        order by l.distance)
      from (
        select v.kind, v.price, round(abs(v.price / q.mark - 1) * 100, 4) as distance
        from (values ('hard_stop', t.hard_stop_price), ('stop', t.stop_price), ('trail', t.trail_stop_price),
          ('trail_activate', case when t.trail_armed_at is null then t.trail_activate_price end),
          ('target', t.target_price)) v (kind, price)
        where v.price is not null and q.mark > 0) l), '[]') as levels
  from public.trades t
  left join lateral fn.quote_state(t.instrument_id) q on true
  cross join lateral (
    select round(fn.direction_sign(t.direction) * (t.exit_value + t.open_qty * t.multiplier * q.mark - t.entry_value)
      - t.entry_fees - t.exit_fees, 8) as pnl) p
  where t.user_id = fn.actor() and t.status in ('OPEN', 'EXITING') and ($1::uuid[] is null or t.id = any ($1))
  order by t.created_at desc limit $2`;

const live = (row: z.output<typeof liveRow>) => ({
  id: row.id,
  mark: row.mark,
  ageMs: row.age_ms === null ? null : Math.max(0, Math.round(row.age_ms)),
  isGood: row.is_good,
  pnl: row.pnl,
  pnlPercent: row.pnl_percent,
  levels: row.levels,
});
export type LiveTrade = ReturnType<typeof live>;

export const liveTrades = member
  .input(z.object({ ids: z.array(z.uuid()).max(MOST).nullish() }))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const rows = await rowsOf(client, liveRow, QUERY, [input.ids ?? null, MOST]);
      return rows.map(live);
    }),
  );
