import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { insertEntries } from '#prisma/tests/order-many.ts';
import {
  type Claim,
  fill,
  insertEntry,
  insertExit,
  openTrade,
  orderOf,
  orderWorld,
  record,
  tradeOf,
} from '#prisma/tests/order-world.ts';
import type { Client } from '#server/db.ts';
import { one, withTx } from '#server/db.ts';

const db = useDatabase({ max: 20 });

const claimOn = async (client: Client, ids: string[], worker: string): Promise<Claim> =>
  (await one<{ r: Claim }>(client, 'select fn.orders_claim($1, $2) as r', [ids, worker])).r;

/** Resolves once the statement of a connection waits for a lock. */
async function untilWaiting(pid: number): Promise<void> {
  for (;;) {
    const { waits } = await one<{ waits: boolean }>(
      db.owner,
      'select cardinality(pg_blocking_pids($1)) > 0 as waits',
      [pid],
    );
    if (waits) return;
  }
}
const pidOf = async (client: Client): Promise<number> =>
  (await one<{ pid: number }>(client, 'select pg_backend_pid() as pid')).pid;

describe('two connections at once', () => {
  it('of two workers that claim the same orders, each order goes to exactly one', async () => {
    const world = await orderWorld(db);
    const entries = await insertEntries(db, world, 40);
    const ids = entries.map((entry) => entry.orderId);
    const reversed = ids.toReversed();
    const claims = await Promise.all(
      ['w1', 'w2', 'w3', 'w4'].map((worker, index) =>
        withTx(db.worker, (client) => claimOn(client, index % 2 ? reversed : ids, worker)),
      ),
    );
    const sent = claims.flatMap((claimed) => claimed.orders.map((order) => order.id));
    expect(sent.toSorted()).toEqual(ids.toSorted());
    await db.expectInvariantsHold();
  });

  it('an account that is disabled while its entry is being claimed sends it or denies it, never after the commit', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    const disabling = await db.owner.connect();
    const claiming = await db.worker.connect();
    try {
      await disabling.query('begin');
      await disabling.query('select from public.user_brokers where id = $1 for no key update', [
        world.account.id,
      ]);
      const pid = await pidOf(claiming);
      const claimed = claimOn(claiming, [entry.orderId], 'w1');
      await untilWaiting(pid);
      await disabling.query(
        `update public.user_brokers set status = 'DISABLED', disabled_at = fn.clock() where id = $1`,
        [world.account.id],
      );
      await disabling.query('commit');
      expect(await claimed).toMatchObject({ orders: [], refused: [entry.orderId] });
    } finally {
      disabling.release();
      claiming.release();
    }
    expect(await orderOf(db, entry.orderId)).toMatchObject({
      status: 'DENIED',
      reject_code: 'BROKER_DISABLED',
    });
    await db.expectInvariantsHold();
  });

  it('disabling waits for a claim that came first', async () => {
    const world = await orderWorld(db);
    const entry = await insertEntry(db, world);
    const disabling = await db.owner.connect();
    const pid = await pidOf(disabling);
    try {
      const disabled = await withTx(db.worker, async (client) => {
        expect((await claimOn(client, [entry.orderId], 'w1')).orders).toHaveLength(1);
        const waiting = disabling.query(
          `update public.user_brokers set status = 'DISABLED', disabled_at = fn.clock() where id = $1`,
          [world.account.id],
        );
        await untilWaiting(pid);
        return { waiting };
      });
      await disabled.waiting;
    } finally {
      disabling.release();
    }
    expect(await orderOf(db, entry.orderId)).toMatchObject({ status: 'SUBMITTING' });
    await db.expectInvariantsHold();
  });

  it('a fill and a cancel of the same order end in one of the two legal states, with the quantity', async () => {
    const world = await orderWorld(db);
    const entries = await insertEntries(db, world, 20, { claimed: true });
    await record(
      db,
      ...entries.map((entry) => ({
        order_id: entry.orderId,
        outcome: 'ACCEPTED',
        broker_order_id: entry.orderId,
      })),
    );
    await Promise.all(
      entries.flatMap((entry, index) => [
        fill(db, {
          order_id: entry.orderId,
          broker_fill_id: `r${index}`,
          qty: index % 2 ? '10' : '4',
          price: '100',
        }),
        db.owner.query(`select fn.order_cancel_request($1, '{"code": "TEST"}')`, [entry.orderId]),
        record(db, { order_id: entry.orderId, outcome: 'CANCELLED' }),
      ]),
    );
    for (const [index, entry] of entries.entries()) {
      expect(await orderOf(db, entry.orderId)).toMatchObject(
        index % 2 ? { status: 'FILLED', filled_qty: '10' } : { status: 'CANCELLED', filled_qty: '4' },
      );
      expect(await tradeOf(db, entry.tradeId)).toMatchObject({
        status: 'OPEN',
        open: index % 2 ? '10' : '4',
      });
    }
    await db.expectInvariantsHold();
  });

  it('the same fill on eight connections counts once', async () => {
    const world = await orderWorld(db);
    const [entry] = await insertEntries(db, world, 1, { claimed: true });
    const same = { order_id: entry?.orderId, broker_fill_id: 'same', qty: '2', price: '100' };
    const results = await Promise.all(Array.from({ length: 8 }, () => fill(db, same)));
    expect(results.reduce((sum, result) => sum + result.applied, 0)).toBe(1);
    await db.expectInvariantsHold();
  });

  it('exit fills of many trades of one account, in any order, take their locks without a deadlock', async () => {
    const world = await orderWorld(db);
    const exits: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      const { tradeId } = await openTrade(db, world);
      exits.push((await insertExit(db, world, tradeId, '10')).orderId);
    }
    await one(db.worker, 'select fn.orders_claim($1, $2)', [exits, 'w1']);
    const half = (part: number) =>
      exits.map((id) => ({ order_id: id, broker_fill_id: `${id}-${part}`, qty: '5', price: '101' }));
    const batches = [half(1), half(2).toReversed(), half(1).toReversed(), half(2)];
    const results = await Promise.all(batches.map((batch) => fill(db, ...batch)));
    expect(results.reduce((sum, result) => sum + result.applied, 0)).toBe(24);
    const { rows } = await db.owner.query(
      `select count(*)::int as closed, sum(realized_pnl)::int as pnl from public.trades where user_broker_id = $1 and status = 'CLOSED'`,
      [world.account.id],
    );
    expect(rows).toEqual([{ closed: 12, pnl: 120 }]);
    await db.expectInvariantsHold();
  });
});
