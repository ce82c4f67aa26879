import { z } from 'zod';
import { statusesOf } from '#server/api/orders/list-orders.ts';
import {
  account,
  cursor,
  decimal,
  id,
  limit,
  moment,
  operation,
  pageOf,
  symbol,
  word,
} from '#server/rest/operation.ts';
import { asSelf } from '#server/web-db.ts';

const QUERY = `
  select o.*, o.created_at::text as cursor_at
  from fn.orders_list(null, $1, $2, $3, $4, false, $5, $6, $7) o`;

const order = z.object({
  id,
  trade_id: id.nullable(),
  account: word,
  environment: z.enum(['PAPER', 'LIVE']),
  broker: word,
  symbol: word,
  currency: word,
  kind: z.enum(['ENTRY', 'EXIT', 'PROTECTION']),
  side: z.enum(['BUY', 'SELL']),
  order_type: word,
  status: word,
  qty: decimal,
  filled_qty: decimal,
  limit_price: decimal.nullable(),
  average: decimal.nullable().describe('Average price of its fills.'),
  fees: decimal,
  exit_reason: word.nullable(),
  reject_code: word.nullable(),
  client_order_id: word,
  broker_order_id: word.nullable(),
  created_at: moment,
  submitted_at: moment.nullable(),
  placed_at: moment.nullable(),
  ended_at: moment.nullable(),
});

export const listOrders = operation({
  id: 'listOrders',
  method: 'GET',
  path: '/orders',
  scope: 'orders:read',
  summary: 'Orders',
  description: 'Entries and exits of your accounts, newest first.',
  input: z.object({
    state: z.enum(['all', 'working', 'filled', 'ended']).default('all'),
    kind: z.enum(['ENTRY', 'EXIT']).optional(),
    symbol,
    account,
    limit,
    cursor,
  }),
  output: z.object({ items: z.array(order), next_cursor: word.nullable() }),
  run: ({ holder }, input) =>
    asSelf(holder, async (client) => {
      const { at = null, id: after = null } = input.cursor ?? {};
      const narrowed = [
        statusesOf(input.state),
        input.kind ?? null,
        input.symbol ?? null,
        input.account ?? null,
      ];
      const { rows } = await client.query(QUERY, [...narrowed, at, after, input.limit + 1]);
      return pageOf(rows, input.limit);
    }),
});
