import { beforeAll, describe, expect, it } from 'vitest';
import { insertRow } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { answersTo, contextOf, type EntryWorld, entryWorld, pendingOf } from '#prisma/tests/intent-world.ts';
import { claim, fill, record } from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';
import { fanOut } from '#server/pipeline/2-delivery/fan-out.ts';
import { decideDeliveries } from '#server/pipeline/3-intent/decide.ts';

const db = useDatabase({ max: 12 });

const reservedOf = (column: 'user_broker_id' | 'user_id', id: string) =>
  one<{ sum: number; trades: number }>(
    db.owner,
    `select coalesce(sum(o.qty * o.reserve_price), 0)::float as sum, count(*)::int as trades
     from public.orders o where o.${column} = $1`,
    [id],
  );

/** Signals on as many instruments, fanned out; answers with every delivery, shuffled by hash. */
async function manySignals(world: EntryWorld, count: number): Promise<string[]> {
  const signals: string[] = [];
  for (let i = 0; i < count; i += 1) signals.push(await world.signal({}, await world.instrumentAt('100')));
  await fanOut(contextOf(db), signals);
  const rows = await rowsOf<{ id: string }>(
    db.owner,
    'select id from public.signal_deliveries where signal_id = any ($1) order by md5(id::text)',
    [signals],
  );
  return rows.map((row) => row.id);
}

// Here money is what binds.
beforeAll(() =>
  db.owner.query(`delete from public.risk_limits where layer = 'GLOBAL' and code = 'MAX_OPEN_POSITIONS'`),
);

describe('caps under contention', () => {
  it('are never exceeded by a cent when eight connections decide one account at once', async () => {
    const world = await entryWorld(db, {
      accounts: 1,
      subscription: { sizing_mode: 'FIXED_NOTIONAL', sizing_value: '900' },
    });
    const deliveries = await manySignals(world, 40);
    await Promise.all(deliveries.map((id) => decideDeliveries(contextOf(db), [id])));
    const [follower] = world.followers;
    const { sum, trades } = await reservedOf('user_broker_id', follower?.id ?? '');
    expect(sum).toBeLessThanOrEqual(10_000);
    expect(sum).toBeGreaterThan(10_000 - 927);
    const { rows } = await db.owner.query(
      'select status, count(*)::int as n from public.trade_intents group by 1 order by 1',
    );
    expect(rows).toEqual([
      { status: 'APPROVED', n: trades },
      { status: 'REJECTED', n: 40 - trades },
    ]);
    await db.expectInvariantsHold();
  });

  it('hold over a user’s accounts when each is decided on its own connection', async () => {
    const world = await entryWorld(db, { accounts: 6, oneUser: true });
    await insertRow(db.owner, 'risk_limits', {
      layer: 'USER',
      user_id: world.strategy.user_id,
      code: 'MAX_TOTAL_EXPOSURE',
      scope: 'USER',
      currency: 'USD',
      value: 2_000,
    });
    const deliveries = await manySignals(world, 2);
    await Promise.all(deliveries.map((id) => decideDeliveries(contextOf(db), [id])));
    const { sum, trades } = await reservedOf('user_id', world.strategy.user_id);
    expect([sum, trades]).toEqual([1_545, 3]);
  });

  it('hold within one batch and against another that runs beside it', async () => {
    const world = await entryWorld(db, { accounts: 4 });
    const deliveries = await manySignals(world, 30);
    const half = deliveries.length / 2;
    const parts = [deliveries.slice(0, half), deliveries.slice(half), deliveries];
    const counts = await Promise.all(parts.map((ids) => decideDeliveries(contextOf(db), ids)));
    expect(counts.reduce((sum, one) => sum + one.approved + one.rejected, 0)).toBe(120);
    for (const follower of world.followers) {
      const { sum } = await reservedOf('user_broker_id', follower.id);
      expect(sum).toBe(9_785);
    }
    await db.expectInvariantsHold();
  });
});

describe('one delivery', () => {
  it('is decided once, however many decide it at once', async () => {
    const world = await entryWorld(db, { accounts: 3 });
    const signalId = await world.signal();
    await fanOut(contextOf(db), [signalId]);
    const deliveries = await pendingOf(db, signalId);
    const contexts = Array.from({ length: 8 }, () => contextOf(db));
    const counts = await Promise.all(
      contexts.map((ctx, i) => decideDeliveries(ctx, i % 2 ? deliveries.toReversed() : deliveries)),
    );
    expect(counts.reduce((sum, one) => sum + one.approved, 0)).toBe(3);
    expect(contexts.flatMap((ctx) => ctx.jobs)).toHaveLength(3);
    expect(await answersTo(db, signalId)).toEqual(Array(3).fill('APPROVED 5'));
    await db.expectInvariantsHold();
  });

  it('leaves no trace when the deciding transaction dies, and is decided by the next', async () => {
    const world = await entryWorld(db);
    const signalId = await world.signal();
    await fanOut(contextOf(db), [signalId]);
    const deliveries = await pendingOf(db, signalId);
    const dying = contextOf(db);
    dying.queue = {
      enqueue: async (client) => {
        const { pid } = await one<{ pid: number }>(client, 'select pg_backend_pid() as pid');
        await db.pool('owner').query('select pg_terminate_backend($1)', [pid]);
      },
    };
    await expect(decideDeliveries(dying, deliveries)).rejects.toThrow();
    expect(await answersTo(db, signalId)).toEqual([]);
    expect(await decideDeliveries(contextOf(db), deliveries)).toMatchObject({ approved: 1 });
    await db.expectInvariantsHold();
  });

  it('of an exit that comes in meanwhile is expired or decided, never both', async () => {
    const world = await entryWorld(db, { accounts: 20 });
    const signalId = await world.signal();
    await fanOut(contextOf(db), [signalId]);
    const deliveries = await pendingOf(db, signalId);
    const expire = db.owner.query(`select fn.deliveries_expire($1, null, 'SUPERSEDED')`, [[signalId]]);
    await Promise.all([...deliveries.map((id) => decideDeliveries(contextOf(db), [id])), expire]);
    const rows = await rowsOf<{ status: string; intents: number }>(
      db.owner,
      `select d.status, count(i.id)::int as intents from public.signal_deliveries d
       left join public.trade_intents i on i.signal_delivery_id = d.id where d.signal_id = $1 group by d.id`,
      [signalId],
    );
    for (const row of rows) expect(row.intents).toBe(row.status === 'DECIDED' ? 1 : 0);
    await db.expectInvariantsHold();
  });
});

describe('decisions, fills and marks side by side', () => {
  it('never block each other for good, and what was open and resting stays under the cap', async () => {
    const world = await entryWorld(db, { accounts: 3 });
    const accounts = world.followers.map((follower) => follower.id);
    const deliveries = await manySignals(world, 30);
    const enter = async (id: string) => {
      const ctx = contextOf(db);
      await decideDeliveries(ctx, [id]);
      for (const { id: orderId } of ctx.jobs) {
        await claim(db, [orderId]);
        await record(db, { order_id: orderId, outcome: 'ACCEPTED', broker_order_id: orderId, attempt: 1 });
        await fill(db, { order_id: orderId, broker_fill_id: orderId, qty: '5', price: '100' });
      }
    };
    const marking = Array.from({ length: 20 }, () =>
      db.worker.query('select fn.account_days_mark($1)', [accounts]),
    );
    await Promise.all([...deliveries.map(enter), ...marking]);
    for (const account of accounts) {
      const { open } = await one<{ open: number }>(
        db.owner,
        `select coalesce(sum(open_qty), 0)::float as open from public.trades where user_broker_id = $1`,
        [account],
      );
      expect(open * 100).toBeLessThanOrEqual(10_000);
      expect(open * 100).toBeGreaterThan(9_000);
    }
    await db.expectInvariantsHold();
  });
});

describe('a large fan-out', () => {
  it('of 500 accounts is decided in one batch within a few seconds', async () => {
    const world = await entryWorld(db, { accounts: 500 });
    const signalId = await world.signal();
    const ctx = contextOf(db);
    const started = performance.now();
    expect(await fanOut(ctx, [signalId])).toBe(500);
    const deliveries = await pendingOf(db, signalId);
    const fannedOut = performance.now();
    expect(await decideDeliveries(ctx, deliveries)).toEqual({ approved: 500, rejected: 0, waiting: 0 });
    const took = { fanOut: fannedOut - started, decide: performance.now() - fannedOut };
    process.stdout.write(
      `500 accounts: fan-out ${took.fanOut.toFixed(0)} ms, decisions ${took.decide.toFixed(0)} ms\n`,
    );
    expect(took.decide).toBeLessThan(20_000);
    await db.expectInvariantsHold();
  }, 60_000);
});
