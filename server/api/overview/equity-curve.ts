/**
 * What the reader's accounts made, added up over time, per environment and currency: today by each close, longer spans
 * by day with what was open at its end. The first point is the beginning of the span, at 0.
 */
import { z } from 'zod';
import { daysOf, FIRST_DAY, RANGES } from '#server/api/list-input.ts';
import { curveOf } from '#server/api/overview/curve.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const text = z.string();
const step = z.object({ environment: text, currency: text, at: text, pnl: text });

const DAYS = `
  select environment, currency, day::text as at, pnl from fn.equity_days(${FIRST_DAY('$1')}) order by day`;

/** Closes of today, each account's day by its own market. */
const CLOSES = `
  select b.environment, b.currency, to_char(t.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
    t.realized_pnl as pnl
  from fn.accounts_today() a
  join public.user_brokers b on b.id = a.user_broker_id
  join public.trades t on t.user_broker_id = b.id and t.status = 'CLOSED' and t.closed_at >= (a.day::timestamp at time zone 'UTC')
  where t.user_id = fn.actor()
  order by t.closed_at limit 2000`;

const point = z.object({ at: text, value: text });
const curve = z.object({ environment: text, currency: text, points: z.array(point) });

export const equityCurve = member
  .input(z.object({ range: z.enum(['today', ...RANGES]).default('today') }))
  .output(z.array(curve))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const steps =
        input.range === 'today'
          ? await rowsOf(client, step, CLOSES)
          : await rowsOf(client, step, DAYS, [daysOf(input.range)]);
      const books = Map.groupBy(steps, (one) => `${one.environment} ${one.currency}`);
      return [...books.values()].flatMap((own) =>
        own[0] ? [{ environment: own[0].environment, currency: own[0].currency, points: curveOf(own) }] : [],
      );
    }),
  );
