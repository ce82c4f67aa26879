/** What closing a trade by hand would do, in numbers, before anything happens. Changes nothing. */
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import { estimateClose } from '#server/api/trades/close-estimate.ts';
import { closeInput } from '#server/api/trades/close-input.ts';
import { member } from '#server/api/trpc.ts';
import { exitReasonText } from '#server/api/words.ts';
import { asSelf } from '#server/web-db.ts';

const text = z.string();

const row = z.object({
  status: text,
  symbol: text,
  currency: text,
  direction: text,
  open_qty: text,
  lot_size: text,
  multiplier: text,
  entry_average: text.nullable(),
  bid: text.nullable(),
  ask: text.nullable(),
  mark: text.nullable(),
  age_ms: z.coerce.number().nullable(),
  is_good: z.boolean().nullable(),
  under_way: text.nullable(),
});

const QUERY = `
  select t.status, i.symbol, t.currency, t.direction, t.open_qty, i.lot_size, t.multiplier,
    round(t.entry_value / nullif(t.entry_qty * t.multiplier, 0), 8) as entry_average,
    q.bid, q.ask, q.mark, q.age_ms, q.is_good,
    (select s.exit_reason from public.exit_intents x join public.exit_signals s on s.id = x.exit_signal_id
     where x.trade_id = t.id and x.status in ('PENDING', 'APPROVED', 'PLACED')) as under_way
  from public.trades t join public.instruments i on i.id = t.instrument_id
  left join lateral fn.quote_state(t.instrument_id) q on true
  where t.id = $1 and t.user_id = fn.actor()`;

export const previewClose = member.input(closeInput).query(({ ctx, input }) =>
  asSelf(ctx.actor, async (client) => {
    const [found] = await rowsOf(client, row, QUERY, [input.id]);
    if (!found) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such trade.' });
    const standing = {
      direction: found.direction,
      openQty: found.open_qty,
      lotSize: found.lot_size,
      multiplier: found.multiplier,
      entryAverage: found.entry_average ?? '0',
      bid: found.bid,
      ask: found.ask,
      mark: found.mark,
    };
    const entering = found.status === 'CREATED' || found.status === 'ENTERING';
    const estimate = estimateClose(standing, input.qty, input.limitPrice);
    return {
      ...estimate,
      problem: entering ? null : estimate.problem,
      symbol: found.symbol,
      currency: found.currency,
      /** Something can be done about it: it is open, or its entry is still working. */
      live: entering || found.status === 'OPEN' || found.status === 'EXITING',
      entering,
      priceIsGood: found.is_good ?? false,
      priceAgeMs: found.age_ms,
      underWay: found.under_way ? exitReasonText(found.under_way) : null,
    };
  }),
);
