/** What happened to one order: every change of its state with its cause, and its fills. */
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { eventText } from '#server/api/orders/event-text.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const text = z.string();

const eventRow = z.object({
  id: text,
  at: z.date(),
  event: text,
  from_status: text.nullable(),
  to_status: text,
  cause: z.record(text, z.unknown()),
});

const fill = z.object({
  id: z.uuid(),
  at: z.date(),
  qty: text,
  price: text,
  fee: text,
  estimated: z.boolean(),
  brokerFillId: text,
});

const event = z.object({ id: text, at: z.date(), text });

const EVENTS = `
  select e.id::text, e.at, e.event, e.from_status, e.to_status, e.cause
  from public.order_events e where e.order_id = $1 and e.user_id = fn.actor() order by e.id limit 200`;

const FILLS = `
  select f.id, f.occurred_at as at, f.qty, f.price, f.fee, f.fee_estimated as estimated, f.broker_fill_id as "brokerFillId"
  from public.trade_fills f where f.order_id = $1 and f.user_id = fn.actor() order by f.fill_seq limit 500`;

export const getOrder = member
  .input(z.object({ id: z.uuid() }))
  .output(z.object({ events: z.array(event), fills: z.array(fill) }))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const events = await rowsOf(client, eventRow, EVENTS, [input.id]);
      if (events.length === 0) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such order.' });
      return {
        events: events.map((one) => ({ id: one.id, at: one.at, text: eventText(one) })),
        fills: await rowsOf(client, fill, FILLS, [input.id]),
      };
    }),
  );
