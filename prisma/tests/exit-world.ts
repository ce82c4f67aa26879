/**
 * Trades to get out of, for the tests of stage 7: opened through the pipeline's own functions, with a broker that the
 * test plays itself. Entry point: exitWorld. Every step is one call of a function that the workers call.
 */
import type { TestDatabase } from '#prisma/tests/harness.ts';
import { one, type Queryable } from '#server/db.ts';
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
} from './factories.ts';

export interface TestJob {
  name: string;
  id: string;
}

export interface Opening {
  direction?: 'LONG' | 'SHORT';
  qty?: string;
  price?: string;
  stop?: string;
  target?: string;
  /** Filled of the entry; the rest goes on resting. Default: all of it. */
  filled?: string;
}

let fills = 0;

/** A user with an account, a strategy that he follows, and an instrument of a market that never closes. */
export async function exitWorld(
  t: TestDatabase,
  over: { rules?: Row; instrument?: Row; account?: Row } = {},
) {
  const db = t.owner;
  const user = await insertUser(db);
  const account = await insertAccount(db, user.id, over.account);
  const strategy = await insertStrategy(db, user.id);
  const subscription = await insertSubscription(db, account, strategy.id);
  const instrument = await insertInstrument(db, { lot_size: '1', ...over.instrument });
  const rules = { trail_arm_pct: null, ...over.rules };
  await db.query(`select fn.exit_rules_put('STRATEGY', null, $1, $2, $3::jsonb, $2)`, [
    strategy.id,
    user.id,
    rules,
  ]);

  const call = async <T>(text: string, values: unknown[], on: Queryable = t.worker): Promise<T> =>
    (await one<{ out: T }>(on, `select ${text} as out`, values)).out;

  const mine = new Set<string>();

  const quote = (last: string, row: { bid?: string; ask?: string } = {}) =>
    putQuote(db, instrument.id, last, t.now(), row);

  const fill = (orderId: string, qty: string, price: string) => {
    fills += 1;
    const rows = [
      {
        order_id: orderId,
        broker_fill_id: `f${fills}`,
        qty,
        price,
        fee: '0',
        occurred_at: t.now(),
        via: 'STREAM',
      },
    ];
    return call<{ jobs: TestJob[] }>('fn.fills_apply($1::jsonb)', [JSON.stringify(rows)]);
  };

  const report = (orderId: string, outcome: string, row: Row = {}) =>
    call<{ jobs: TestJob[] }>('fn.orders_record($1::jsonb)', [
      JSON.stringify([{ order_id: orderId, outcome, ...row }]),
    ]);

  /** Sends an order and has it accepted. */
  const place = async (orderId: string) => {
    await call('fn.orders_claim(array[$1]::uuid[], $2)', [orderId, 'w']);
    return report(orderId, 'ACCEPTED', { broker_order_id: `b-${orderId}` });
  };

  const open = async (over: Opening = {}): Promise<string> => {
    const { direction = 'LONG', qty = '10', price = '100', filled = qty } = over;
    await quote(price);
    const at = t.now();
    const keys = { user_id: user.id, user_broker_id: account.id, instrument_id: instrument.id };
    const signal = await insertSignal(db, strategy, instrument, at, { direction });
    const delivery = await insertRow(db, 'signal_deliveries', {
      ...keys,
      signal_id: signal.id,
      subscription_id: subscription.id,
      strategy_id: strategy.id,
      direction,
      status: 'DECIDED',
      created_at: at,
      decided_at: at,
      expires_at: signal.expires_at,
    });
    await db.query('update public.signals set fanned_out_at = $2, expected_deliveries = 1 where id = $1', [
      signal.id,
      at,
    ]);
    const intent = await insertRow(db, 'trade_intents', {
      ...keys,
      signal_delivery_id: delivery.id,
      signal_id: signal.id,
      subscription_id: subscription.id,
      strategy_id: strategy.id,
      direction,
      trade_type: 'NEWBUY',
      status: 'APPROVED',
      qty,
      price,
      reserve_price: price,
      order_type: 'MARKET',
      created_at: at,
      decided_at: at,
    });
    const trade = await call<string>(
      'fn.trade_create($1::jsonb)',
      [
        JSON.stringify({
          ...keys,
          trade_intent_id: intent.id,
          signal_id: signal.id,
          strategy_id: strategy.id,
          subscription_id: subscription.id,
          direction,
          wanted_qty: qty,
          signal_stop: over.stop,
          signal_target: over.target,
        }),
      ],
      db,
    );
    const order = await call<string>(
      'fn.order_create($1::jsonb)',
      [
        JSON.stringify({
          ...keys,
          trade_id: trade,
          trade_intent_id: intent.id,
          kind: 'ENTRY',
          side: direction === 'LONG' ? 'BUY' : 'SELL',
          order_type: 'MARKET',
          qty,
          reserve_price: price,
        }),
      ],
      db,
    );
    mine.add(trade);
    await place(order);
    if (filled !== '0') await fill(order, filled, price);
    return trade;
  };

  const tradeOf = (id: string) => one(db, 'select * from public.trades where id = $1', [id]);
  const intents = async (trade: string) =>
    (
      await db.query(
        'select x.*, s.rung, s.episode_id, s.also_satisfied, s.trigger_price, s.cooldown_ms, s.market_price from public.exit_intents x join public.exit_signals s on s.id = x.exit_signal_id where x.trade_id = $1 order by x.created_at, x.id',
        [trade],
      )
    ).rows;
  const orders = async (trade: string) =>
    (
      await db.query(
        `select * from public.orders where trade_id = $1 and kind = 'EXIT' order by created_at, id`,
        [trade],
      )
    ).rows;

  const raise = (...proposals: Row[]) =>
    call<{ raised: { trade_id: string; reason: string }[]; jobs: TestJob[] }>('fn.exits_raise($1::jsonb)', [
      JSON.stringify(proposals),
    ]);
  const qualify = (...ids: string[]) => call<{ jobs: TestJob[] }>('fn.exit_qualify($1::uuid[])', [ids]);
  /** One sweep; other worlds of the same database are swept too, and left out of the answer. */
  const sweep = async () => {
    type Swept = { raised: { trade_id: string; reason: string }[]; jobs: TestJob[] };
    const done = await call<Swept>('fn.exit_sweep()', []);
    return { ...done, raised: done.raised.filter((r) => mine.has(r.trade_id)) };
  };
  const restSweep = async () => {
    const { jobs } = await call<{ jobs: TestJob[] }>('fn.exit_rest_sweep()', []);
    const { rows } = await db.query('select id from public.orders where trade_id = any ($1)', [[...mine]]);
    return { jobs: jobs.filter((job) => rows.some((row) => row.id === job.id)) };
  };

  /** Does the jobs that followed, and theirs: qualifies, and sends orders to a broker that accepts and does not fill. */
  const work = async (jobs: readonly TestJob[]): Promise<void> => {
    for (const job of jobs) {
      if (job.name === 'exit.qualify') await work((await qualify(job.id)).jobs);
      else if (job.name === 'order.place') await work((await place(job.id)).jobs);
    }
  };
  /** One price: the quote is put and the sweep runs, with the jobs that follow. Returns the reasons raised. */
  const price = async (last: string, row: { bid?: string; ask?: string } = {}): Promise<string[]> => {
    await quote(last, row);
    const done = await sweep();
    await work(done.jobs);
    return done.raised.map((r) => r.reason);
  };

  return {
    user,
    account,
    strategy,
    subscription,
    instrument,
    db,
    call,
    quote,
    fill,
    report,
    place,
    open,
    tradeOf,
    intents,
    orders,
    raise,
    qualify,
    sweep,
    restSweep,
    work,
    price,
  };
}

export type ExitWorld = Awaited<ReturnType<typeof exitWorld>>;
