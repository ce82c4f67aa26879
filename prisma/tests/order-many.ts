/** Entries by the dozen, for races and permutations: two statements however many. Entry point: insertEntries. */
import type { TestDatabase } from '#prisma/tests/harness.ts';
import { claim, type Entry, type World } from '#prisma/tests/order-world.ts';

const MANY_ENTRIES = `
  with signal as (
    insert into public.signals (user_id, strategy_id, instrument_id, symbol, action, direction, dedupe_key, status, occurred_at,
      recorded_at, published_at, expires_at, fanned_out_at, expected_deliveries)
    select $1, $3, $4, 'X', 'ENTRY', $6, gen_random_uuid(), 'PUBLISHED', $8, $8, $8, $8::timestamptz + interval '1 day', $8, 1
    from generate_series(1, $9) returning id
  ), delivery as (
    insert into public.signal_deliveries (user_id, user_broker_id, instrument_id, signal_id, subscription_id, strategy_id,
      direction, status, created_at, decided_at, expires_at)
    select $1, $2, $4, s.id, $5, $3, $6, 'DECIDED', $8, $8, $8::timestamptz + interval '1 day' from signal s returning id, signal_id
  )
  insert into public.trade_intents (user_id, user_broker_id, instrument_id, signal_delivery_id, signal_id, subscription_id,
    strategy_id, direction, trade_type, status, qty, price, reserve_price, created_at, decided_at)
  select $1, $2, $4, d.id, d.signal_id, $5, $3, $6, 'NEWBUY', 'APPROVED', $7, 100, 103, $8, $8 from delivery d
  returning id, signal_id`;

const MANY_ORDERS = `
  with trade as materialized (
    select i.id as intent, fn.trade_create(jsonb_build_object('trade_intent_id', i.id, 'user_id', i.user_id,
      'user_broker_id', i.user_broker_id, 'instrument_id', i.instrument_id, 'subscription_id', i.subscription_id,
      'strategy_id', i.strategy_id, 'signal_id', i.signal_id, 'direction', i.direction, 'wanted_qty', i.qty)) as id
    from public.trade_intents i where i.id = any ($1)
  )
  select i.signal_id as "signalId", i.id as "intentId", t.id as "tradeId", fn.order_create(jsonb_build_object(
    'user_id', i.user_id, 'user_broker_id', i.user_broker_id, 'instrument_id', i.instrument_id, 'trade_id', t.id,
    'trade_intent_id', i.id, 'kind', 'ENTRY', 'side', case i.direction when 'LONG' then 'BUY' else 'SELL' end,
    'order_type', 'MARKET', 'qty', i.qty, 'reserve_price', 103)) as "orderId"
  from trade t join public.trade_intents i on i.id = t.intent order by i.id`;

/** Many entries at once, each with a signal of its own, claimed where `claimed` is set. */
export async function insertEntries(
  db: TestDatabase,
  world: World,
  count: number,
  options: { direction?: 'LONG' | 'SHORT'; qty?: string; claimed?: boolean } = {},
): Promise<Omit<Entry, 'clientOrderId'>[]> {
  const { direction = 'LONG', qty = '10', claimed = false } = options;
  const { rows: intents } = await db.owner.query<{ id: string }>(MANY_ENTRIES, [
    world.userId,
    world.account.id,
    world.strategy.id,
    world.instrument.id,
    world.subscription.id,
    direction,
    qty,
    db.now(),
    count,
  ]);
  const { rows } = await db.owner.query<Omit<Entry, 'clientOrderId'>>(MANY_ORDERS, [
    intents.map((row) => row.id),
  ]);
  if (claimed)
    await claim(
      db,
      rows.map((row) => row.orderId),
    );
  return rows;
}
