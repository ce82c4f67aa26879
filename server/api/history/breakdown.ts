/** Closed trades by strategy, symbol or exit reason: what each brought, and how its exits kept to the plan. */
import { z } from 'zod';
import { accountInput, bookInput, daysOf, FIRST_DAY, rangeInput } from '#server/api/list-input.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { exitReasonText } from '#server/api/words.ts';
import { asSelf } from '#server/web-db.ts';

export const BY = ['STRATEGY', 'SYMBOL', 'EXIT_REASON'] as const;

const text = z.string();
const count = z.coerce.number();

const line = z.object({
  key: text,
  name: text.nullable(),
  trades: count,
  wins: count,
  losses: count,
  pnl: text,
  fees: text,
  gross_win: text,
  gross_loss: text,
  planned_r: text.nullable(),
  realised_r: text.nullable(),
  beyond_stop: count,
  slippage_bps: text.nullable(),
});

const QUERY = `select * from fn.results_by($1, $2, $3, $4, ${FIRST_DAY('$5')}::timestamptz)`;

const NAMES: Record<(typeof BY)[number], (name: string | null) => string> = {
  STRATEGY: (name) => name ?? 'No strategy',
  SYMBOL: (name) => name ?? '',
  EXIT_REASON: (name) => exitReasonText(name ?? ''),
};

export const breakdown = member
  .input(bookInput.extend({ by: z.enum(BY), account: accountInput, range: rangeInput }))
  .output(z.array(line.extend({ name: text })))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const values = [input.by, input.environment, input.currency, input.account, daysOf(input.range)];
      const rows = await rowsOf(client, line, QUERY, values);
      return rows.map((row) => ({ ...row, name: NAMES[input.by](row.name) }));
    }),
  );
