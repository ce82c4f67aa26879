import { beforeAll, describe, expect, it } from 'vitest';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { afterWaiting, holds, ordered, passesBy, waitsInOrder } from '#prisma/tests/lock-probe.ts';
import {
  claim,
  type Entry,
  insertEntry,
  openTrade,
  orderOf,
  orderWorld,
  record,
  type World,
} from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';

const db = useDatabase({ max: 8 });
let world: World;
beforeAll(async () => {
  world = await orderWorld(db);
});

const twoEntries = async (): Promise<[Entry, Entry]> => [
  await insertEntry(db, world),
  await insertEntry(db, world),
];
const resting = async (row = {}): Promise<Entry> => {
  const entry = await insertEntry(db, world, { row });
  await claim(db, [entry.orderId]);
  await record(db, {
    order_id: entry.orderId,
    outcome: 'ACCEPTED',
    broker_order_id: `b-${entry.orderId}`,
    attempt: 1,
  });
  return entry;
};

/** The broker's word that it has an order. */
const accepted = (orderId: string): string =>
  JSON.stringify([{ order_id: orderId, outcome: 'ACCEPTED', broker_order_id: `b-${orderId}`, attempt: 1 }]);

describe('stage 4', () => {
  it('fn.order_cancel_request decides on the state that it waited for', async () => {
    const { orderId } = await insertEntry(db, world);
    await afterWaiting(
      db,
      [
        `update public.orders set status = 'SUBMITTING', claimed_by = 'w', claimed_at = fn.clock(), submitted_at = fn.clock(), attempt = 1,
         next_ask_at = fn.clock() where id = $1`,
        [orderId],
      ],
      (client) => client.query(`select fn.order_cancel_request($1, '{}')`, [orderId]),
    );
    const order = await orderOf(db, orderId);
    expect(order.status).toBe('SUBMITTING');
    expect(order.cancel_wanted_at).not.toBeNull();
  });

  it('fn.orders_claim takes orders in id order', async () => {
    const [a, b] = await twoEntries();
    const ids = ordered(a.orderId, b.orderId);
    await waitsInOrder(db, [`select fn.orders_claim($1, 'w')`, [[ids.low, ids.high]]], 'public.orders', {
      key: 'id',
      touch: 'side',
      ...ids,
    });
  });

  it('fn.orders_due_now takes orders in id order', async () => {
    const [a, b] = [await resting(), await resting()];
    await waitsInOrder(db, ['select fn.orders_due_now($1)', [world.account.id]], 'public.orders', {
      key: 'id',
      touch: 'side',
      ...ordered(a.orderId, b.orderId),
    });
  });

  it('fn.order_cancel_manual is refused for an order that ended while it waited', async () => {
    const { orderId } = await resting();
    const change = `update public.orders set status = 'EXPIRED', ended_at = fn.clock(), next_ask_at = null where id = $1`;
    const code = await afterWaiting(db, [change, [orderId]], async (client) => {
      await client.query(`select set_config('lockstep.actor', $1, true)`, [world.userId]);
      return client.query('select fn.order_cancel_manual($1)', [orderId]).then(
        () => 'OK',
        (error: { code: string }) => error.code,
      );
    });
    expect(code).toBe('LK409');
  });

  it('fn.order_fill decides on the state that it waited for: a part fills, the cancel stays asked for', async () => {
    const { orderId } = await resting();
    const row = {
      order_id: orderId,
      broker_fill_id: `f-${orderId}`,
      qty: '4',
      price: '100',
      fee: '0',
      occurred_at: db.now(),
      via: 'STREAM',
    };
    await afterWaiting(
      db,
      [
        `update public.orders set status = 'CANCEL_REQUESTED', cancel_requested_at = fn.clock(), cancel_wanted_at = fn.clock() where id = $1`,
        [orderId],
      ],
      (client) => client.query('select fn.fills_apply($1)', [JSON.stringify([row])]),
    );
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'CANCEL_REQUESTED', filled_qty: '4' });
    const events = await rowsOf(
      db.owner,
      `select from_status, to_status from public.order_events where order_id = $1 and event in ('FILL', 'CANCEL_REQUESTED')`,
      [orderId],
    );
    expect(events).toEqual([]);
  });

  it('fn.orders_record decides on the state that it waited for: a fill that came first stays', async () => {
    const { orderId } = await insertEntry(db, world);
    await claim(db, [orderId]);
    const row = {
      order_id: orderId,
      broker_fill_id: `f-${orderId}`,
      qty: '10',
      price: '100',
      fee: '0',
      occurred_at: db.now(),
      via: 'STREAM',
    };
    await afterWaiting(db, ['select fn.fills_apply($1)', [JSON.stringify([row])]], (client) =>
      client.query('select fn.orders_record($1)', [accepted(orderId)]),
    );
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'FILLED', filled_qty: '10' });
  });

  it('fn.orders_record decides on the state of an order whose trade nobody holds: a cancel asked for meanwhile is refused', async () => {
    const { orderId } = await resting({ order_type: 'LIMIT', limit_price: '90' });
    await afterWaiting(
      db,
      [
        `update public.orders set status = 'CANCEL_REQUESTED', cancel_requested_at = fn.clock(), cancel_wanted_at = fn.clock() where id = $1`,
        [orderId],
      ],
      (client) =>
        client.query('select fn.orders_record($1)', [
          JSON.stringify([{ order_id: orderId, outcome: 'CANCEL_REFUSED', attempt: 1 }]),
        ]),
    );
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'PLACED' });
  });

  it('fn.orders_record holds the trade of an order that stays alive, as a batch of fills does before it takes orders', async () => {
    const { orderId, tradeId } = await insertEntry(db, world);
    await claim(db, [orderId]);
    await holds(db, ['select fn.orders_record($1)', [accepted(orderId)]], 'public.trades where id = $1', [
      tradeId,
    ]);
  });

  it('fn.entry_reprice leaves alone what is being cancelled since it waited', async () => {
    const { orderId } = await resting({ order_type: 'LIMIT', limit_price: '90' });
    await db.owner.query('update public.orders set next_reprice_at = fn.clock() where id = $1', [orderId]);
    const row = async () => rowsOf(db.owner, 'select * from public.orders where id = $1', [orderId]);
    const change = `update public.orders set cancel_wanted_at = fn.clock(), cancel_cause = '{"code": "EXIT"}' where id = $1`;
    await afterWaiting(db, [change, [orderId]], (client) =>
      client.query('select fn.entry_reprice($1, fn.clock())', [orderId]),
    );
    expect(await row()).toMatchObject([
      { status: 'PLACED', cancel_cause: { code: 'EXIT' }, cancel_requested_at: null },
    ]);
  });

  it.each([
    ['fn.orders_lost', 'select fn.orders_lost(10) as out'],
    ['fn.orders_due', 'select fn.orders_due(10) as out'],
  ])('%s passes an order by that somebody works on', async (name, text) => {
    const entry = name === 'fn.orders_lost' ? await insertEntry(db, world) : await resting();
    if (name === 'fn.orders_lost') await claim(db, [entry.orderId], 'a worker that nobody heard of');
    await db.advanceClock(40_000);
    const hold = ['select from public.orders where id = $1 for update', [entry.orderId]] as const;
    await passesBy(db, [hold[0], [...hold[1]]], [text]);
  });
});

describe('stage 6', () => {
  it.each([
    ['fn.trade_lock', 'trade', 'select fn.trade_lock(array[$1]::uuid[])'],
    ['fn.positions_lock', 'position', 'select fn.positions_lock($1)'],
    ['fn.fifo_rebuild', 'position', 'select fn.fifo_rebuild($1, $2)'],
    ['fn.daily_pnl_rebuild', 'position', 'select fn.daily_pnl_rebuild($1)'],
  ])('%s holds the %s', async (name, what, text) => {
    const { tradeId } = await openTrade(db, world);
    const { account, instrument } = world;
    const key = JSON.stringify([
      { user_id: world.userId, user_broker_id: account.id, instrument_id: instrument.id },
    ]);
    const values: Record<string, unknown[]> = {
      'fn.trade_lock': [tradeId],
      'fn.positions_lock': [key],
      'fn.fifo_rebuild': [account.id, instrument.id],
      'fn.daily_pnl_rebuild': [account.id],
    };
    const rows =
      what === 'trade' ? 'public.trades where id = $1' : 'public.positions where user_broker_id = $1';
    await holds(db, [text, values[name] ?? []], rows, [what === 'trade' ? tradeId : account.id]);
  });
});

describe('stage 7', () => {
  it('fn.exit_qualify_one leaves alone what was withdrawn while it waited', async () => {
    const w = await exitWorld(db);
    const trade = await w.open();
    await w.raise({ trade_id: trade, last: '97' });
    const [intent] = await w.intents(trade);
    const done = await afterWaiting(
      db,
      [
        `update public.exit_intents set status = 'CANCELLED', code = 'WITHDRAWN', ended_at = fn.clock() where id = $1`,
        [intent.id],
      ],
      (client) =>
        one<{ out: { jobs: unknown[] } }>(client, 'select fn.exit_qualify(array[$1]::uuid[]) as out', [
          intent.id,
        ]),
    );
    expect(done.out.jobs).toEqual([]);
    expect(await w.orders(trade)).toEqual([]);
  });

  it('fn.exit_take_fills counts a fill once that somebody else counts at the same time', async () => {
    const w = await exitWorld(db);
    const trade = await w.open();
    await db.owner.query(`select fn.trade_wish_set($1, 'MANUAL', 6, fn.clock(), '{"type": "MARKET"}')`, [
      trade,
    ]);
    const raised = await w.raise({ trade_id: trade });
    await w.work(raised.jobs);
    const [intent] = await w.intents(trade);
    const [order] = await w.orders(trade);
    await db.owner.query(
      `update public.orders set status = 'PARTIALLY_FILLED', placed_at = fn.clock(), filled_qty = 4, filled_value = 400 where id = $1`,
      [order.id],
    );
    await afterWaiting(
      db,
      [`update public.exit_intents set filled_qty = 4 where id = $1`, [intent.id]],
      (client) => client.query('select fn.exit_take_fills($1, fn.clock())', [intent.id]),
    );
    const [row] = await rowsOf(
      db.owner,
      'select exit_wish_qty::float as wish from public.trades where id = $1',
      [trade],
    );
    expect(row).toEqual({ wish: 6 });
  });
});
