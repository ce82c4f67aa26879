/** A person's accounts with everything that stops their entries, and how they agree with their brokers. */
import { z } from 'zod';
import { trader } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asSelf } from '#server/web-db.ts';

const text = z.string();
const date = z.date().nullable();

const row = z
  .object({
    id: z.uuid(),
    name: text,
    broker: text,
    role: text,
    environment: text,
    status: text,
    connection: text,
    currency: text,
    home_market: text,
    capital: text,
    hold_symbols: z.array(text),
    maker_bps: text,
    taker_bps: text,
    fee_per_share: text,
    fee_per_contract: text,
    fee_minimum: text,
    frozen_at: date,
    frozen_reason: text.nullable(),
    disabled_at: date,
    reconciled_at: date,
    live_confirmed_at: date,
    created_at: z.date(),
    switch_state: text,
    last_outcome: text.nullable(),
    last_run_at: date,
    discrepancies: z.coerce.number(),
    open_trades: z.coerce.number(),
    subscriptions: z.coerce.number(),
  })
  .transform((found) => ({
    id: found.id,
    name: found.name,
    broker: found.broker,
    role: found.role,
    environment: found.environment,
    status: found.status,
    connection: found.connection,
    currency: found.currency,
    homeMarket: found.home_market,
    capital: found.capital,
    holdSymbols: found.hold_symbols,
    fees: {
      makerBps: found.maker_bps,
      takerBps: found.taker_bps,
      feePerShare: found.fee_per_share,
      feePerContract: found.fee_per_contract,
      feeMinimum: found.fee_minimum,
    },
    frozenAt: found.frozen_at,
    frozenReason: found.frozen_reason,
    disabledAt: found.disabled_at,
    liveConfirmedAt: found.live_confirmed_at,
    createdAt: found.created_at,
    switchState: found.switch_state,
    reconciliation: {
      /** When it last agreed or differed; null: never, and entries wait for the first time. */
      reconciledAt: found.reconciled_at,
      lastOutcome: found.last_outcome,
      lastRunAt: found.last_run_at,
      openDiscrepancies: found.discrepancies,
    },
    openTrades: found.open_trades,
    subscriptions: found.subscriptions,
  }));

const FEES = ['maker_bps', 'taker_bps', 'fee_per_share', 'fee_per_contract', 'fee_minimum', 'capital']
  .map((column) => `trim_scale(b.${column})::text as ${column}`)
  .join(', ');

const QUERY = `
  select b.id, b.name, b.broker, b.role, b.environment, b.status, b.connection, b.currency, b.home_market, ${FEES},
    b.hold_symbols, b.frozen_at, b.frozen_reason, b.disabled_at, b.reconciled_at, b.live_confirmed_at, b.created_at,
    coalesce((select s.state from public.switches s where s.scope = 'ACCOUNT' and s.user_broker_id = b.id), 'OFF') as switch_state,
    r.outcome as last_outcome, r.started_at as last_run_at,
    (select count(*) from public.discrepancies d where d.user_broker_id = b.id and d.resolved_at is null) as discrepancies,
    (select count(*) from public.trades t where t.user_broker_id = b.id and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING')) as open_trades,
    (select count(*) from public.subscriptions c where c.user_broker_id = b.id and c.status = 'ACTIVE') as subscriptions
  from public.user_brokers b
  left join lateral (select n.outcome, n.started_at from public.reconciliation_runs n where n.user_broker_id = b.id
    order by n.started_at desc limit 1) r on true
  where b.user_id = fn.actor()
  order by b.ordinal`;

export const listAccounts = trader.query(({ ctx }) =>
  asSelf(ctx.actor, (client) => rowsOf(client, row, QUERY)),
);
