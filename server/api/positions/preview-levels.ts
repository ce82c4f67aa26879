/** What a changed stop and target would bring, in money, before they hold. Changes nothing. */
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { levelsProblem, outcomeAt } from '#server/api/positions/levels-estimate.ts';
import { levelsInput } from '#server/api/positions/levels-input.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const text = z.string();

const row = z.object({
  status: text,
  currency: text,
  direction: text,
  openQty: text,
  multiplier: text,
  entryValue: text,
  exitValue: text,
  fees: text,
  mark: text.nullable(),
  age_ms: z.coerce.number().nullable(),
  is_good: z.boolean(),
});

const QUERY = `
  select t.status, t.currency, t.direction, t.open_qty as "openQty", t.multiplier, t.entry_value as "entryValue",
    t.exit_value as "exitValue", t.entry_fees + t.exit_fees as fees, q.mark, q.age_ms, coalesce(q.is_good, false) as is_good
  from public.trades t left join lateral fn.quote_state(t.instrument_id) q on true
  where t.id = $1 and t.user_id = fn.actor()`;

const outcome = z.object({ price: text, distance: text.nullable(), result: text }).nullable();

export const previewLevels = member
  .input(levelsInput)
  .output(
    z.object({
      problem: text.nullable(),
      currency: text,
      mark: text.nullable(),
      priceIsGood: z.boolean(),
      priceAgeMs: z.number().nullable(),
      stop: outcome,
      target: outcome,
    }),
  )
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const [found] = await rowsOf(client, row, QUERY, [input.id]);
      if (!found) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such trade.' });
      const isOpen = found.status === 'OPEN' || found.status === 'EXITING';
      return {
        problem: isOpen ? levelsProblem(found, input.stop, input.target) : 'This trade is not open.',
        currency: found.currency,
        mark: found.mark,
        priceIsGood: found.is_good,
        priceAgeMs: found.age_ms,
        stop: input.stop === null ? null : outcomeAt(found, input.stop),
        target: input.target === null ? null : outcomeAt(found, input.target),
      };
    }),
  );
