/** Results of one book over a span: day by day, and what they come to. */
import { z } from 'zod';
import { summaryOf } from '#server/api/history/summary.ts';
import { accountInput, bookInput, daysOf, FIRST_DAY, rangeInput } from '#server/api/list-input.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const text = z.string();
const count = z.coerce.number();

const day = z.object({
  day: text,
  pnl: text,
  fees: text,
  trades: count,
  wins: count,
  losses: count,
  gross_win: text,
  gross_loss: text,
});

const QUERY = `
  select r.day::text, r.pnl, r.fees, r.trades, r.wins, r.losses, r.gross_win, r.gross_loss
  from fn.results_daily($1, $2, $3, ${FIRST_DAY('$4')}) r`;

const CAPITAL = `
  select coalesce(sum(b.capital), 0) as capital from public.user_brokers b
  where b.user_id = fn.actor() and b.role = 'EXEC' and b.environment = $1 and b.currency = $2
    and ($3::uuid is null or b.id = $3)`;

const summary = z.object({
  pnl: text,
  fees: text,
  trades: z.number(),
  wins: z.number(),
  losses: z.number(),
  winRate: text.nullable(),
  averageWin: text.nullable(),
  averageLoss: text.nullable(),
  expectancy: text.nullable(),
  profitFactor: text.nullable(),
  maxDrawdown: text,
  bestDay: z.object({ day: text, pnl: text }).nullable(),
  worstDay: z.object({ day: text, pnl: text }).nullable(),
});

export const results = member
  .input(bookInput.extend({ account: accountInput, range: rangeInput }))
  .output(
    z.object({
      days: z.array(z.object({ day: text, pnl: text, trades: z.number(), total: text })),
      summary,
      /** Of the accounts it is about: what a day's percentage is of. */
      capital: text,
    }),
  )
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const place = [input.environment, input.currency, input.account];
      const rows = await rowsOf(client, day, QUERY, [...place, daysOf(input.range)]);
      const [capital] = await rowsOf(client, z.object({ capital: text }), CAPITAL, place);
      return { ...summaryOf(rows), capital: capital?.capital ?? '0' };
    }),
  );
