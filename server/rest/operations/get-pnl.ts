import { z } from 'zod';
import { summaryOf } from '#server/api/history/summary.ts';
import { bookInput } from '#server/api/list-input.ts';
import { account, decimal, operation } from '#server/rest/operation.ts';
import { asSelf } from '#server/web-db.ts';

const QUERY = `
  select r.day::text, r.pnl, r.fees, r.trades::int, r.wins::int, r.losses::int, r.gross_win, r.gross_loss
  from fn.results_daily($1, $2, $3, $4) r where $5::date is null or r.day <= $5`;

const day = z.iso.date();
const count = z.number().int();

export const getPnl = operation({
  id: 'getPnl',
  method: 'GET',
  path: '/pnl',
  scope: 'pnl:read',
  summary: 'Booked profit and loss',
  description:
    'Results of closed quantities per day of one environment and one currency; two of them are never added. Open ' +
    'positions are valued in /positions.',
  input: bookInput.extend({ account, from: day.optional(), to: day.optional() }),
  output: z.object({
    pnl: decimal,
    fees: decimal,
    trades: count,
    wins: count,
    losses: count,
    max_drawdown: decimal,
    days: z.array(z.object({ day, pnl: decimal, fees: decimal, trades: count, wins: count, losses: count })),
  }),
  run: ({ holder }, input) =>
    asSelf(holder, async (client) => {
      const place = [input.environment, input.currency, input.account ?? null];
      const { rows } = await client.query(QUERY, [...place, input.from ?? null, input.to ?? null]);
      const { summary } = summaryOf(rows);
      return { ...summary, max_drawdown: summary.maxDrawdown, days: rows };
    }),
});
