/** The markets with their calendars: open or not, when next, until when the calendar is known. Everybody may look. */
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const date = z.date().nullable();

const row = z
  .object({
    code: z.string(),
    name: z.string(),
    time_zone: z.string(),
    always_open: z.boolean(),
    calendar_until: z.string().nullable(),
    instruments: z.coerce.number(),
    is_open: z.boolean(),
    closes_at: date,
    next_open: date,
    special: z.array(z.object({ day: z.string(), kind: z.string(), closesAt: z.coerce.date() })),
  })
  .transform((found) => ({
    code: found.code,
    name: found.name,
    timeZone: found.time_zone,
    alwaysOpen: found.always_open,
    calendarUntil: found.calendar_until,
    instruments: found.instruments,
    isOpen: found.is_open,
    /** Of the session that runs. */
    closesAt: found.is_open ? found.closes_at : null,
    nextOpen: found.next_open,
    /** The next sessions that are not regular ones. */
    special: found.special,
  }));

const SPECIAL_DAYS = 3;

const QUERY = `
  select m.code, m.name, m.time_zone, m.always_open, m.calendar_until::text as calendar_until, s.is_open, s.closes_at,
    fn.market_next_open(m.code, n.at) as next_open,
    (select count(*) from public.instruments i where i.market = m.code) as instruments,
    coalesce((select jsonb_agg(jsonb_build_object('day', d.day, 'kind', d.kind, 'closesAt', d.closes_at) order by d.day)
      from (select * from public.market_days d where d.market = m.code and d.closes_at > n.at and d.kind <> 'REGULAR'
        order by d.day limit $1) d), '[]') as special
  from (select fn.clock() as at) n cross join public.markets m cross join lateral fn.market_session(m.code, n.at) s
  order by m.name, m.code`;

export const listMarkets = member.query(({ ctx }) =>
  asSelf(ctx.actor, (client) => rowsOf(client, row, QUERY, [SPECIAL_DAYS])),
);
