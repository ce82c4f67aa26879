/** What arrived at an own source, newest first: each request's verdict, reason and time taken. */
import { z } from 'zod';
import { momentInput } from '#server/api/list-input.ts';
import { pageOf, pageSize } from '#server/api/list-page.ts';
import { trader } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asSelf } from '#server/web-db.ts';

const PAGE = 50;

const text = z.string().nullable();

const row = z.object({
  id: z.string(),
  received_at: z.date(),
  /** When it came, to the microsecond. */
  cursor_at: z.string(),
  status: z.string(),
  http_status: z.number(),
  reason: text,
  message: text,
  symbol: text,
  action: text,
  direction: text,
  timeframe: text,
  source: text,
  indicator: text,
  signal_id: z.uuid().nullable(),
  request_id: z.string(),
  processing_us: z.number().nullable(),
  address: text,
});

const QUERY = `
  select e.id::text, e.received_at, e.received_at::text as cursor_at, e.status, e.http_status, e.reason, e.message, e.symbol, e.action, e.direction, e.timeframe, e.source, e.indicator,
    e.signal_id, e.request_id, e.processing_us, host(e.address) as address
  from public.webhook_events e
  where e.user_id = fn.actor() and e.source_id = $1 and ($2::text is null or e.status = $2)
    and ($3::timestamptz is null or (e.received_at, e.id) < ($3, $4::bigint))
  order by e.received_at desc, e.id desc limit $5`;

const item = (event: z.output<typeof row>) => ({
  id: event.id,
  receivedAt: event.received_at,
  status: event.status,
  httpStatus: event.http_status,
  reason: event.reason,
  message: event.message,
  symbol: event.symbol,
  action: event.action,
  direction: event.direction,
  timeframe: event.timeframe,
  source: event.source,
  indicator: event.indicator,
  signalId: event.signal_id,
  requestId: event.request_id,
  processingUs: event.processing_us,
  address: event.address,
});

const cursor = z.object({ at: momentInput, id: z.string().regex(/^\d{1,19}$/) });

export const listSourceEvents = trader
  .input(
    z.object({
      id: z.uuid(),
      status: z.enum(['ACCEPTED', 'DUPLICATE', 'REARM', 'REFUSED', 'TEST']).nullish(),
      cursor: cursor.nullish(),
      limit: pageSize(PAGE),
    }),
  )
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const { at = null, id = null } = input.cursor ?? {};
      const rows = await rowsOf(client, row, QUERY, [
        input.id,
        input.status ?? null,
        at,
        id,
        input.limit + 1,
      ]);
      const page = pageOf(rows, input.limit, (last) => ({ at: last.cursor_at, id: last.id }));
      return { ...page, items: page.items.map(item) };
    }),
  );
