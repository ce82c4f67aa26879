import { describe, expect, it } from 'vitest';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import { claim, fill, insertEntry, orderOf, orderWorld, record, tradeOf } from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';

const db = useDatabase();

describe('an acceptance that comes after our row ended', () => {
  it('has the broker asked, so that what lives there under a cancelled row is cancelled', async () => {
    const world = await orderWorld(db);
    const { orderId } = await insertEntry(db, world);
    await claim(db, [orderId]);
    await db.owner.query(`select fn.order_cancel_request($1, '{"code": "HALTED"}')`, [orderId]);
    await record(db, { order_id: orderId, outcome: 'LOST', attempt: 1 });
    await record(db, { order_id: orderId, outcome: 'NOT_FOUND', is_proof: true, resendable: true });
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'CANCELLED' });
    const late = await record(db, {
      order_id: orderId,
      outcome: 'ACCEPTED',
      broker_order_id: 'b9',
      attempt: 1,
    });
    expect(late.jobs).toEqual([{ name: 'order.refresh', id: orderId }]);
    const asked = await record(db, {
      order_id: orderId,
      outcome: 'OPEN',
      via: 'POLL',
      broker_order_id: 'b9',
    });
    expect(asked.jobs).toEqual([{ name: 'order.cancel', id: orderId }]);
  });

  it('asks nothing of an order that has filled meanwhile', async () => {
    const world = await orderWorld(db);
    const { orderId } = await insertEntry(db, world);
    await claim(db, [orderId]);
    await fill(db, { order_id: orderId, broker_fill_id: 'early', qty: '10', price: '100' });
    const late = await record(db, {
      order_id: orderId,
      outcome: 'ACCEPTED',
      broker_order_id: 'b8',
      attempt: 1,
    });
    expect(late.jobs).toEqual([]);
  });
});

describe('the sweep', () => {
  it('reaches a trade behind many that cannot go out yet', async () => {
    const w = await exitWorld(db);
    const trades = [await w.open(), await w.open(), await w.open()];
    await db.owner.query(`update public.user_brokers set connection = 'DISCONNECTED' where id = $1`, [
      w.account.id,
    ]);
    await w.price('90');
    for (const trade of trades) expect(await w.intents(trade)).toMatchObject([{ status: 'PENDING' }]);
    const other = await exitWorld(db);
    const last = await other.open();
    await other.quote('90');
    const raised: string[] = [];
    type Swept = { raised: { trade_id: string }[]; next: string | null };
    for (let next: string | null = null, pass = 0; pass < 10; pass += 1) {
      const swept: { out: Swept } = await one(db.worker, 'select fn.exit_sweep(2, $1) as out', [next]);
      raised.push(...swept.out.raised.map((done) => done.trade_id));
      next = swept.out.next;
      if (next === null) break;
    }
    expect(raised).toContain(last);
  });
});

describe('a limit chosen by hand', () => {
  it.each([
    ['LONG', '101.237', '101.24'],
    ['SHORT', '98.237', '98.23'],
  ] as const)('goes on the tick, never worse for a %s', async (direction, limit, placed) => {
    const w = await exitWorld(db, { instrument: { tick_size: '0.01' } });
    const trade = await w.open({ direction });
    await db.owner.query(`select fn.trade_wish_set($1, 'MANUAL', null, fn.clock(), $2)`, [
      trade,
      { type: 'LIMIT', limit },
    ]);
    await w.work((await w.sweep()).jobs);
    const [order] = await w.orders(trade);
    expect(Number(order?.limit_price)).toBe(Number(placed));
  });
});

describe('what an exit sold too much', () => {
  it('is bought back while another trade still holds the other way', async () => {
    const w = await exitWorld(db);
    const first = await w.open();
    await w.open();
    await db.owner.query(`select fn.trade_wish_set($1, 'MANUAL', null, fn.clock())`, [first]);
    await w.work((await w.sweep()).jobs);
    const [exit] = await w.orders(first);
    await w.fill(String(exit?.id), '13', '100');
    const over = await one<{ id: string }>(
      db.owner,
      `select id from public.trades where user_broker_id = $1 and origin = 'OVERFILL'`,
      [w.account.id],
    );
    const { out } = await one<{ out: { jobs: { name: string; id: string }[] } }>(
      db.worker,
      'select fn.exits_raise($1::jsonb) as out',
      [JSON.stringify([{ trade_id: over.id }])],
    );
    await w.work(out.jobs);
    expect(await w.intents(over.id)).toMatchObject([{ exit_reason: 'MANUAL', status: 'PLACED' }]);
  });
});

describe('an entry whose new price was refused by the broker', () => {
  it('is not replaced when the broker ends it later by itself', async () => {
    const world = await orderWorld(db, { subscription: { entry_order_type: 'LIMIT', entry_reprices: 3 } });
    const { orderId, tradeId } = await insertEntry(db, world, {
      row: { order_type: 'LIMIT', limit_price: '99', reserve_price: '99' },
    });
    await claim(db, [orderId]);
    await record(db, { order_id: orderId, outcome: 'ACCEPTED', broker_order_id: 'b1', attempt: 1 });
    await db.owner.query(`select fn.order_cancel_request($1, '{"act": "REPRICE", "code": "REPRICED"}')`, [
      orderId,
    ]);
    await record(db, { order_id: orderId, outcome: 'CANCEL_REFUSED' });
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'PLACED' });
    await record(db, { order_id: orderId, outcome: 'CANCELLED', via: 'STREAM' });
    const { rows } = await db.owner.query('select id from public.orders where trade_id = $1', [tradeId]);
    expect(rows).toHaveLength(1);
    expect(await tradeOf(db, tradeId)).toMatchObject({ status: 'CANCELLED' });
  });
});

describe('a target in the last minutes of a session', () => {
  it('keeps being refused without becoming an alarm of the platform', async () => {
    const w = await exitWorld(db, {
      rules: { target_pct: '5' },
      instrument: { market: 'XNYS', asset_class: 'EQUITY' },
    });
    const trade = await w.open();
    await db.setClock('2026-03-02T20:55:30Z');
    for (let again = 0; again < 7; again += 1) {
      await w.work((await w.raise({ trade_id: trade, last: '105' })).jobs);
      await db.advanceClock(31_000);
    }
    const codes = (await w.intents(trade)).map((intent) => intent.code);
    expect(codes).toEqual(Array.from({ length: 7 }, () => 'OUTSIDE_EXIT_WINDOW'));
    const { rows } = await db.owner.query(
      `select code from public.alerts where entity_id = $1 and user_id is null`,
      [trade],
    );
    expect(rows).toEqual([]);
  });
});
