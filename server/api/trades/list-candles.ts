/** Candles around a trade, for its chart: from a little before its opening to a little after its close. */
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

/** Candles at most: more than a chart can show apart. */
const MOST = 600;
const TIMEFRAMES = [
  { name: '1m', minutes: 1 },
  { name: '5m', minutes: 5 },
  { name: '15m', minutes: 15 },
  { name: '1h', minutes: 60 },
  { name: '4h', minutes: 240 },
  { name: '1d', minutes: 1440 },
] as const;

const frame = z.object({ instrument_id: z.uuid(), minutes: z.coerce.number(), until: z.date() });
const candle = z.object({
  opens_at: z.date(),
  open: z.coerce.number(),
  high: z.coerce.number(),
  low: z.coerce.number(),
  close: z.coerce.number(),
});

const FRAME = `
  select t.instrument_id, coalesce(t.closed_at, fn.clock()) + interval '10 minutes' as until,
    extract(epoch from coalesce(t.closed_at, fn.clock()) - t.created_at) / 60 as minutes
  from public.trades t where t.id = $1 and t.user_id = fn.actor()`;

/**
 * The candle that forms is not stored from its first tick on: until then it is drawn from the close of the one before,
 * where that one is its neighbour, to the latest quote.
 */
const CANDLES = `
  select c.opens_at, c.open, c.high, c.low, c.close from (
    select opens_at, open, high, low, close from public.candles
    where instrument_id = $1 and timeframe = $2 and opens_at <= $3
    union all
    select f.opens_at, o.open, greatest(o.open, q.last), least(o.open, q.last), q.last
    from public.quotes q
    cross join lateral (select date_bin(w.wide, q.source_time, 'epoch'::timestamptz) as opens_at, w.wide
      from (select $5::int * interval '1 minute' as wide) w) f
    left join public.candles p
      on p.instrument_id = q.instrument_id and p.timeframe = $2 and p.opens_at = f.opens_at - f.wide
    cross join lateral (select coalesce(p.close, q.last) as open) o
    where q.instrument_id = $1 and f.opens_at <= $3 and not exists (
      select from public.candles x where x.instrument_id = $1 and x.timeframe = $2 and x.opens_at >= f.opens_at)
    order by opens_at desc limit $4) c
  order by c.opens_at`;

/** The finest timeframe in which the trade takes at most half of the chart. */
const timeframeFor = (minutes: number) =>
  TIMEFRAMES.find((one) => minutes / one.minutes <= MOST / 2) ??
  TIMEFRAMES[TIMEFRAMES.length - 1] ??
  TIMEFRAMES[5];

export const listCandles = member.input(z.object({ id: z.uuid() })).query(({ ctx, input }) =>
  asSelf(ctx.actor, async (client) => {
    const [found] = await rowsOf(client, frame, FRAME, [input.id]);
    if (!found) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such trade.' });
    const { name: timeframe, minutes } = timeframeFor(found.minutes);
    const candles = await rowsOf(client, candle, CANDLES, [
      found.instrument_id,
      timeframe,
      found.until,
      MOST,
      minutes,
    ]);
    return { timeframe, candles };
  }),
);
