/**
 * Accounts with entries and exits ready to be sent, for the tests of orders, fills and trades.
 *
 * Entry point: `orderWorld`. Rows before stage 4 are written by the owner; from there on everything goes through the
 * functions that the worker calls.
 */
import {
  insertAccount,
  insertInstrument,
  insertRow,
  insertSignal,
  insertStrategy,
  insertSubscription,
  insertUser,
  putQuote,
  type Row,
} from '#prisma/tests/factories.ts';
import type { TestDatabase } from '#prisma/tests/harness.ts';
import { one } from '#server/db.ts';

export interface World {
  userId: string;
  account: { id: string; user_id: string };
  instrument: { id: string; symbol: string };
  strategy: { id: string; user_id: string };
  subscription: { id: string };
}

export interface Entry {
  signalId: string;
  intentId: string;
  tradeId: string;
  orderId: string;
  clientOrderId: string;
}

/** One user with one account that follows one strategy, and one instrument with a good quote at 100. */
export async function orderWorld(
  db: TestDatabase,
  rows: { account?: Row; instrument?: Row; subscription?: Row } = {},
): Promise<World> {
  const user = await insertUser(db.owner);
  const account = await insertAccount(db.owner, user.id, rows.account);
  const instrument = await insertInstrument(db.owner, rows.instrument);
  const strategy = await insertStrategy(db.owner, user.id);
  const subscription = await insertSubscription(db.owner, account, strategy.id, rows.subscription);
  await db.owner.query(`insert into public.switches (scope) values ('PLATFORM') on conflict do nothing`);
  await putQuote(db.owner, instrument.id, '100', db.now());
  return { userId: user.id, account, instrument, strategy, subscription };
}

/** An approved intent with its trade and its CREATED entry order. `qty` in units, default 10; `row` goes into the order. */
export async function insertEntry(
  db: TestDatabase,
  world: World,
  options: { direction?: 'LONG' | 'SHORT'; qty?: string; row?: Row } = {},
): Promise<Entry> {
  const { direction = 'LONG', qty = '10' } = options;
  const at = db.now();
  const signal = await insertSignal(db.owner, world.strategy, world.instrument, at, {
    direction,
    fanned_out_at: at,
    expected_deliveries: 1,
  });
  const common = {
    user_id: world.userId,
    user_broker_id: world.account.id,
    instrument_id: world.instrument.id,
  };
  const delivery = await insertRow(db.owner, 'signal_deliveries', {
    ...common,
    signal_id: signal.id,
    subscription_id: world.subscription.id,
    strategy_id: world.strategy.id,
    direction,
    status: 'DECIDED',
    created_at: at,
    decided_at: at,
    expires_at: signal.expires_at,
  });
  const intent = await insertRow(db.owner, 'trade_intents', {
    ...common,
    signal_delivery_id: delivery.id,
    signal_id: signal.id,
    subscription_id: world.subscription.id,
    strategy_id: world.strategy.id,
    direction,
    trade_type: 'NEWBUY',
    status: 'APPROVED',
    qty,
    price: '100',
    reserve_price: '103',
    created_at: at,
    decided_at: at,
  });
  const { id: tradeId } = await one<{ id: string }>(db.owner, 'select fn.trade_create($1) as id', [
    {
      ...common,
      trade_intent_id: intent.id,
      subscription_id: world.subscription.id,
      strategy_id: world.strategy.id,
      signal_id: signal.id,
      direction,
      wanted_qty: qty,
    },
  ]);
  const { id: orderId } = await one<{ id: string }>(db.owner, 'select fn.order_create($1) as id', [
    {
      ...common,
      trade_id: tradeId,
      trade_intent_id: intent.id,
      kind: 'ENTRY',
      side: direction === 'LONG' ? 'BUY' : 'SELL',
      order_type: 'MARKET',
      qty,
      reserve_price: '103',
      ...options.row,
    },
  ]);
  return {
    signalId: signal.id,
    intentId: intent.id,
    tradeId,
    orderId,
    clientOrderId: `ls${orderId.replaceAll('-', '')}`,
  };
}

/** A market exit of a trade: exit signal, placed intent and CREATED order; the trade is EXITING. */
export async function insertExit(
  db: TestDatabase,
  world: World,
  tradeId: string,
  qty: string,
  row: Row = {},
): Promise<{ orderId: string; exitIntentId: string }> {
  const at = db.now();
  const common = {
    user_id: world.userId,
    user_broker_id: world.account.id,
    instrument_id: world.instrument.id,
    trade_id: tradeId,
  };
  const { n } = await one<{ n: string }>(
    db.owner,
    'select count(*) + 1 as n from public.exit_signals where trade_id = $1',
    [tradeId],
  );
  const signal = await insertRow(db.owner, 'exit_signals', {
    ...common,
    exit_reason: 'STOP_LOSS',
    episode_id: n,
    detected_by: 'TEST',
    cooldown_ms: 0,
    occurred_at: at,
    recorded_at: at,
  });
  const intent = await insertRow(db.owner, 'exit_intents', {
    ...common,
    exit_signal_id: signal.id,
    exit_reason: 'STOP_LOSS',
    rank: 5,
    status: 'PLACED',
    qty,
    order_type: 'MARKET',
    created_at: at,
    approved_at: at,
    placed_at: at,
  });
  const { direction } = await one<{ direction: string }>(
    db.owner,
    'select direction from public.trades where id = $1',
    [tradeId],
  );
  const { id: orderId } = await one<{ id: string }>(db.owner, 'select fn.order_create($1) as id', [
    {
      ...common,
      exit_intent_id: intent.id,
      kind: 'EXIT',
      side: direction === 'LONG' ? 'SELL' : 'BUY',
      order_type: 'MARKET',
      qty,
      ...row,
    },
  ]);
  await db.owner.query(`select fn.trade_status_set($1, 'EXITING', '{}')`, [tradeId]);
  return { orderId, exitIntentId: intent.id };
}

export interface Claim {
  orders: {
    id: string;
    kind: string;
    attempt: number;
    client_order_id: string;
    qty: string;
    seed_key: string;
  }[];
  refused: string[];
  jobs: { name: string; id: string }[];
}

export const claim = async (db: TestDatabase, ids: string[], worker = 'w1'): Promise<Claim> =>
  (await one<{ r: Claim }>(db.worker, 'select fn.orders_claim($1, $2) as r', [ids, worker])).r;

export interface Recorded {
  recorded: number;
  unmatched: unknown[];
  jobs: { name: string; id: string }[];
}

/** Records reports: `{order_id, outcome, …}`. */
export const record = async (db: TestDatabase, ...reports: Row[]): Promise<Recorded> =>
  (await one<{ r: Recorded }>(db.worker, 'select fn.orders_record($1) as r', [JSON.stringify(reports)])).r;

export interface Applied {
  applied: number;
  duplicates: number;
  unmatched: Row[];
  jobs: { name: string; id: string }[];
}

/** Applies fills; `occurred_at` is the test's clock and `via` STREAM unless given. */
export const fill = async (db: TestDatabase, ...fills: Row[]): Promise<Applied> => {
  const full = fills.map((f) => ({ via: 'STREAM', occurred_at: db.now(), fee: '0', ...f }));
  return (await one<{ r: Applied }>(db.worker, 'select fn.fills_apply($1) as r', [JSON.stringify(full)])).r;
};

export interface OrderRow {
  status: string;
  filled_qty: string;
  overfill_qty: string;
  broker_order_id: string | null;
  attempt: number;
  reject_code: string | null;
  cancel_wanted_at: Date | null;
}

export const orderOf = (db: TestDatabase, id: string): Promise<OrderRow> =>
  one<OrderRow & Record<string, unknown>>(
    db.owner,
    `select status, trim_scale(filled_qty)::text as filled_qty,
    trim_scale(overfill_qty)::text as overfill_qty, broker_order_id, attempt, reject_code, cancel_wanted_at
    from public.orders where id = $1`,
    [id],
  );

export interface TradeRow {
  status: string;
  open: string;
  entry: string;
  exit: string;
  dust: string;
  pnl: string;
  exit_reason: string | null;
  exit_wish_reason: string | null;
}

export const tradeOf = (db: TestDatabase, id: string): Promise<TradeRow> =>
  one<TradeRow & Record<string, unknown>>(
    db.owner,
    `select status, trim_scale(open_qty)::text as open, trim_scale(entry_qty)::text as entry,
    trim_scale(exit_qty)::text as exit, trim_scale(dust_qty)::text as dust, trim_scale(realized_pnl)::text as pnl, exit_reason, exit_wish_reason
    from public.trades where id = $1`,
    [id],
  );

export const intentOf = async (db: TestDatabase, id: string): Promise<string> =>
  (await one<{ status: string }>(db.owner, 'select status from public.trade_intents where id = $1', [id]))
    .status;

/** An entry that was sent, accepted and filled for all of it at `price`. */
export async function openTrade(
  db: TestDatabase,
  world: World,
  options: { direction?: 'LONG' | 'SHORT'; qty?: string; price?: string } = {},
): Promise<Entry> {
  const entry = await insertEntry(db, world, options);
  await claim(db, [entry.orderId]);
  await record(db, {
    order_id: entry.orderId,
    outcome: 'ACCEPTED',
    broker_order_id: `b-${entry.orderId}`,
    attempt: 1,
  });
  await fill(db, {
    order_id: entry.orderId,
    broker_fill_id: `f-${entry.orderId}`,
    qty: options.qty ?? '10',
    price: options.price ?? '100',
  });
  return entry;
}

/** Throws the account's own switch: HALT or FLATTEN. */
export const halt = (db: TestDatabase, accountId: string, state: string) =>
  db.owner.query(
    `update public.switches set state = $2, reason = 'test', set_at = fn.clock() where user_broker_id = $1`,
    [accountId, state],
  );
