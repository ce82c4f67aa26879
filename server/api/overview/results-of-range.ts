/** Win rate and average result of the trades closed within a span, per environment and currency. */
import { z } from 'zod';
import { daysOf, FIRST_DAY, rangeInput } from '#server/api/list-input.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const text = z.string();
const result = z.object({
  environment: text,
  currency: text,
  trades: z.number(),
  wins: z.number(),
  losses: z.number(),
  pnl: text,
  /** Per closed trade. */
  average: text.nullable(),
  /** Wins of all closed trades, in percent. */
  winRate: text.nullable(),
});

const QUERY = `
  select b.environment, d.currency, sum(d.trades)::int as trades, sum(d.wins)::int as wins, sum(d.losses)::int as losses,
    sum(d.pnl) as pnl, round((sum(d.gross_win) - sum(d.gross_loss)) / nullif(sum(d.trades), 0), 8) as average,
    round(sum(d.wins) * 100.0 / nullif(sum(d.trades), 0), 4) as "winRate"
  from public.daily_pnl d join public.user_brokers b on b.id = d.user_broker_id
  where d.user_id = fn.actor() and ($1::int is null or d.day >= ${FIRST_DAY('$1')})
  group by 1, 2 order by 3 desc, 1, 2`;

export const resultsOfRange = member
  .input(z.object({ range: rangeInput }))
  .output(z.array(result))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, (client) => rowsOf(client, result, QUERY, [daysOf(input.range)])),
  );
