/**
 * What can be exported: columns, and the pages of rows behind them. Entry points: EXPORTS, exportInput.
 * Invariant: rows come page by page, each in a transaction of the person who asks; row-level security narrows them.
 */
import { z } from 'zod';
import { accountInput, daysOf, FIRST_DAY, RANGES, symbolInput } from '#server/api/list-input.ts';
import { STATES, statusesOf } from '#server/api/orders/list-orders.ts';
import type { Cell } from '#server/export/csv.ts';

export const KINDS = ['positions', 'orders', 'trades', 'fills', 'lots'] as const;
export type Kind = (typeof KINDS)[number];

/** What an export is narrowed by, as the query string of its address says it. */
export const exportInput = z.object({
  symbol: symbolInput,
  account: accountInput,
  state: z.enum(STATES).default('all'),
  kind: z.enum(['ENTRY', 'EXIT']).nullish(),
  range: z.enum(RANGES).default('all'),
  environment: z.enum(['PAPER', 'LIVE']).default('PAPER'),
  currency: z
    .string()
    .regex(/^[A-Z]{3,5}$/)
    .default('USD'),
  year: z.coerce.number().int().min(1990).max(2200).nullish(),
});
export type ExportInput = z.output<typeof exportInput>;

export type Row = Record<string, Cell>;

export interface Export {
  /** Column of the query → heading. */
  columns: Readonly<Record<string, string>>;
  query: string;
  /** Values of the query's first page, or of the one after `last`; the page's size comes last. */
  values: (input: ExportInput, last: Row | null) => unknown[];
}

const LOT_COLUMNS = {
  account: 'account',
  environment: 'environment',
  symbol: 'symbol',
  direction: 'direction',
  method: 'method',
  year: 'tax_year',
  currency: 'currency',
  qty: 'quantity',
  bought_at: 'bought_at',
  sold_at: 'sold_at',
  open_price: 'open_price',
  close_price: 'close_price',
  multiplier: 'multiplier',
  open_fee: 'open_fee',
  close_fee: 'close_fee',
  cost_basis: 'cost_basis',
  gross_proceeds: 'gross_proceeds',
  net_proceeds: 'net_proceeds',
  pnl: 'result',
} as const;

const YEAR = (place: string, add: number) => `make_timestamptz(${place}::int + ${add}, 1, 1, 0, 0, 0, 'UTC')`;

export const EXPORTS: Readonly<Record<Kind, Export>> = {
  positions: {
    columns: {
      account: 'account',
      environment: 'environment',
      symbol: 'symbol',
      direction: 'direction',
      open_qty: 'open_quantity',
      currency: 'currency',
      entry_average: 'entry_average',
      mark: 'last',
      price_is_good: 'price_is_good',
      pnl: 'result_so_far',
      pnl_percent: 'result_percent',
      hard_stop: 'hard_stop',
      stop: 'stop',
      trail: 'trailing_stop',
      target: 'target',
      exit_due_at: 'out_by',
      opened_at: 'opened_at',
      trade_id: 'trade_id',
    },
    query: `
      select p.*, p.id as trade_id, p.is_good as price_is_good, l.*
      from fn.positions_open(null) p cross join lateral (
        select max(v.price) filter (where v.kind = 'hard_stop') as hard_stop, max(v.price) filter (where v.kind = 'stop') as stop,
          max(v.price) filter (where v.kind = 'trail') as trail, max(v.price) filter (where v.kind = 'target') as target
        from jsonb_to_recordset(p.levels) as v (kind text, price numeric)) l
      where ($1::text is null or p.symbol = $1) and ($2::uuid is null or p.user_broker_id = $2)
        and ($3::uuid is null or p.id > $3)
      order by p.id limit $4`,
    values: ({ symbol, account }, last) => [symbol, account, last?.trade_id ?? null],
  },
  orders: {
    columns: {
      created_at: 'created_at',
      account: 'account',
      environment: 'environment',
      symbol: 'symbol',
      kind: 'kind',
      exit_reason: 'exit_reason',
      side: 'side',
      order_type: 'type',
      qty: 'quantity',
      filled_qty: 'filled_quantity',
      limit_price: 'limit_price',
      average: 'average_price',
      currency: 'currency',
      fees: 'fees',
      status: 'status',
      reject_code: 'reject_code',
      client_order_id: 'client_order_id',
      broker_order_id: 'broker_order_id',
      submitted_at: 'submitted_at',
      placed_at: 'placed_at',
      ended_at: 'ended_at',
      trade_id: 'trade_id',
    },
    query:
      'select o.*, o.created_at::text as cursor_at from fn.orders_list(null, $1, $2, $3, $4, false, $5, $6, $7) o order by o.created_at desc, o.id desc',
    values: ({ state, kind, symbol, account }, last) => [
      statusesOf(state),
      kind ?? null,
      symbol,
      account,
      last?.cursor_at ?? null,
      last?.id ?? null,
    ],
  },
  trades: {
    columns: {
      opened_at: 'opened_at',
      closed_at: 'closed_at',
      account: 'account',
      symbol: 'symbol',
      direction: 'direction',
      trade_type: 'type',
      strategy: 'strategy',
      qty: 'quantity',
      entry_average: 'entry_average',
      exit_average: 'exit_average',
      currency: 'currency',
      pnl: 'result',
      pnl_percent: 'result_percent',
      fees: 'fees',
      exit_reason: 'exit_reason',
      exit_trigger_price: 'exit_trigger',
      planned_r: 'planned_reward_to_risk',
      realised_r: 'realised_reward_to_risk',
      id: 'trade_id',
    },
    query: `
      select c.*, v.name as strategy from fn.trades_closed($1, $2, $3, ${FIRST_DAY('$4')}::timestamptz, $5, null, null, 'NEWEST', $6, $7, $8) c
      left join fn.strategies_visible() v on v.strategy_id = c.strategy_id order by c.sort_key desc, c.id desc`,
    values: ({ environment, currency, account, range, symbol }, last) => [
      environment,
      currency,
      account,
      daysOf(range),
      symbol,
      last?.sort_key ?? null,
      last?.id ?? null,
    ],
  },
  fills: {
    columns: {
      occurred_at: 'occurred_at',
      recorded_at: 'recorded_at',
      account: 'account',
      environment: 'environment',
      symbol: 'symbol',
      kind: 'kind',
      side: 'side',
      qty: 'quantity',
      price: 'price',
      multiplier: 'multiplier',
      currency: 'currency',
      fee: 'fee',
      fee_estimated: 'fee_estimated',
      ingest_via: 'learned_by',
      fill_seq: 'sequence',
      broker_fill_id: 'broker_fill_id',
      broker_order_id: 'broker_order_id',
      trade_id: 'trade_id',
    },
    query: 'select * from fn.fills_export($1, $2, $3, $4) order by user_broker_id, instrument_id, fill_seq',
    values: (_, last) => [last?.user_broker_id ?? null, last?.instrument_id ?? null, last?.fill_seq ?? null],
  },
  lots: {
    columns: LOT_COLUMNS,
    query: `
      select l.*, l.closed_at::text as cursor_at, 'FIFO' as method, extract(year from l.closed_at at time zone 'UTC')::int as year
      from fn.tax_lots_list($1, $2, $3, ${YEAR('$4', 0)}, ${YEAR('$4', 1)}, $5, $6, $7, $8) l
      order by l.closed_at desc, l.id desc`,
    values: ({ environment, currency, account, year, symbol }, last) => [
      environment,
      currency,
      account,
      year ?? null,
      symbol,
      last?.cursor_at ?? null,
      last?.id ?? null,
    ],
  },
};
