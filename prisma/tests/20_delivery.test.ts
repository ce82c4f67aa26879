import { describe, expect, it } from 'vitest';
import { insertAccount, insertRow, insertSubscription, insertUser } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { answersTo, contextOf, entryWorld, pendingOf } from '#prisma/tests/intent-world.ts';
import { claim, fill, insertExit, openTrade, record } from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';
import { fanOut, sweepLateDeliveries } from '#server/pipeline/2-delivery/fan-out.ts';
import { decideDeliveries } from '#server/pipeline/3-intent/decide.ts';

const db = useDatabase();

const signalRow = (id: string) =>
  one<{ status: string; expected: number | null; left_out: { user_broker_id: string; reason: string }[] }>(
    db.owner,
    'select status, expected_deliveries as expected, left_out from public.signals where id = $1',
    [id],
  );
const deliveriesOf = (signalId: string) =>
  rowsOf<{ id: string; status: string; reason: string | null; waits: string | null; expires_at: Date }>(
    db.owner,
    `select id, status, reason, waits_for_trade_id as waits, expires_at from public.signal_deliveries
     where signal_id = $1 order by user_broker_id`,
    [signalId],
  );

describe('fan-out', () => {
  it('hands the signal to every account that follows, and a repeat does nothing', async () => {
    const world = await entryWorld(db, { accounts: 3 });
    const signalId = await world.signal();
    const ctx = contextOf(db);
    expect(await fanOut(ctx, [signalId])).toBe(3);
    expect(await fanOut(ctx, [signalId, signalId])).toBe(0);
    expect((await deliveriesOf(signalId)).map((row) => row.status)).toEqual([
      'PENDING',
      'PENDING',
      'PENDING',
    ]);
    expect(ctx.jobs.map((job) => job.name)).toEqual(Array(3).fill('delivery.decide'));
    expect(await signalRow(signalId)).toMatchObject({ expected: 3, left_out: [] });
    await db.expectInvariantsHold();
  });

  it('records who was left out and why', async () => {
    const world = await entryWorld(db, { accounts: 1 });
    const { id: strategyId } = world.strategy;
    const user = await insertUser(db.owner);
    const paused = await insertAccount(db.owner, user.id);
    await insertSubscription(db.owner, paused, strategyId, { status: 'PAUSED' });
    const disabled = await insertAccount(db.owner, user.id, { status: 'DISABLED', disabled_at: db.now() });
    await insertSubscription(db.owner, disabled, strategyId);
    const gone = await insertUser(db.owner, { status: 'DISABLED', disabled_at: db.now() });
    const orphan = await insertAccount(db.owner, gone.id);
    await insertSubscription(db.owner, orphan, strategyId);
    const signalId = await world.signal();
    expect(await fanOut(contextOf(db), [signalId])).toBe(1);
    expect((await signalRow(signalId)).left_out).toEqual([
      { user_broker_id: paused.id, reason: 'SUBSCRIPTION_PAUSED' },
      { user_broker_id: disabled.id, reason: 'BROKER_DISABLED' },
      { user_broker_id: orphan.id, reason: 'USER_INACTIVE' },
    ]);
    await db.expectInvariantsHold();
  });

  it('leaves a private strategy to its owner', async () => {
    const world = await entryWorld(db, { accounts: 1 });
    await db.owner.query(`update public.strategies set visibility = 'PRIVATE' where id = $1`, [
      world.strategy.id,
    ]);
    const signalId = await world.signal();
    expect(await fanOut(contextOf(db), [signalId])).toBe(0);
    expect((await signalRow(signalId)).left_out).toMatchObject([{ reason: 'STRATEGY_PRIVATE' }]);
  });

  it('does nothing for a signal that is no entry or no longer published', async () => {
    const world = await entryWorld(db);
    const exit = await world.signal({ action: 'EXIT', expires_at: null });
    const old = await world.signal({ status: 'SUPERSEDED' });
    expect(await fanOut(contextOf(db), [exit, old])).toBe(0);
    expect(await signalRow(old)).toMatchObject({ expected: null });
  });

  it('leaves nothing when it is killed half-way, and does it all when repeated', async () => {
    const world = await entryWorld(db, { accounts: 4 });
    const signalId = await world.signal();
    const client = await db.worker.connect();
    const { pid } = await one<{ pid: number }>(client, 'select pg_backend_pid() as pid');
    client.on('error', () => undefined);
    await client.query('begin');
    await client.query('select fn.signal_fanout($1)', [signalId]);
    await db.owner.query('select pg_terminate_backend($1)', [pid]).catch(() => undefined);
    await client.query('select 1').catch(() => undefined);
    client.release(true);
    expect(await deliveriesOf(signalId)).toEqual([]);
    expect(await fanOut(contextOf(db), [signalId])).toBe(4);
    await db.expectInvariantsHold();
  });

  it('gives one delivery per account when two workers fan out at once', async () => {
    const world = await entryWorld(db, { accounts: 5 });
    const signalId = await world.signal();
    const made = await Promise.all([1, 2, 3].map(() => fanOut(contextOf(db), [signalId])));
    expect(made.toSorted()).toEqual([0, 0, 5]);
    expect(await deliveriesOf(signalId)).toHaveLength(5);
  });
});

describe('a reversal', () => {
  async function shortAgainstLong() {
    const world = await entryWorld(db);
    const [follower] = world.followers;
    if (!follower) throw new Error('no follower');
    const orders = {
      userId: follower.user_id,
      account: follower,
      instrument: world.instrument,
      strategy: world.strategy,
      subscription: { id: follower.subscriptionId },
    };
    return { world, orders, follower };
  }
  const closeTrade = async (
    tradeId: string,
    orders: Awaited<ReturnType<typeof shortAgainstLong>>['orders'],
  ) => {
    const { orderId } = await insertExit(db, orders, tradeId, '10');
    await claim(db, [orderId]);
    await record(db, { order_id: orderId, outcome: 'ACCEPTED', broker_order_id: `x-${orderId}`, attempt: 1 });
    return fill(db, { order_id: orderId, broker_fill_id: `xf-${orderId}`, qty: '10', price: '101' });
  };

  it('waits for the opposite trade, as long as its alert may be old, and is decided when that closes', async () => {
    const { world, orders } = await shortAgainstLong();
    const long = await openTrade(db, orders);
    const signalId = await world.signal({ direction: 'SHORT' });
    const ctx = contextOf(db);
    expect(await fanOut(ctx, [signalId])).toBe(1);
    expect(ctx.jobs).toEqual([]);
    const [waiting] = await deliveriesOf(signalId);
    expect(waiting).toMatchObject({ status: 'PENDING', waits: long.tradeId });
    expect(waiting?.expires_at.getTime()).toBe(Date.parse(db.now()) + 300_000);
    expect(await decideDeliveries(ctx, [waiting?.id ?? ''])).toEqual({
      approved: 0,
      rejected: 0,
      waiting: 0,
    });

    const { jobs } = await closeTrade(long.tradeId, orders);
    expect(jobs).toContainEqual({ name: 'delivery.decide', id: waiting?.id });
    expect(await decideDeliveries(ctx, [waiting?.id ?? ''])).toMatchObject({ approved: 1 });
    expect(await answersTo(db, signalId)).toEqual(['APPROVED 5']);
    await db.expectInvariantsHold();
  });

  it('moves on to the next opposite trade before it is decided', async () => {
    const { world, orders } = await shortAgainstLong();
    const first = await openTrade(db, orders);
    const second = await openTrade(db, orders);
    const signalId = await world.signal({ direction: 'SHORT' });
    await fanOut(contextOf(db), [signalId]);
    expect((await closeTrade(first.tradeId, orders)).jobs).toEqual([]);
    expect(await deliveriesOf(signalId)).toMatchObject([{ status: 'PENDING', waits: second.tradeId }]);
    expect((await closeTrade(second.tradeId, orders)).jobs).toHaveLength(1);
    expect(await deliveriesOf(signalId)).toMatchObject([{ status: 'PENDING', waits: null }]);
  });

  it('waits at the decision too, when the opposite trade came after the fan-out', async () => {
    const { world, orders } = await shortAgainstLong();
    const signalId = await world.signal({ direction: 'SHORT' });
    const ctx = contextOf(db);
    await fanOut(ctx, [signalId]);
    const long = await openTrade(db, orders);
    expect(await decideDeliveries(ctx, await pendingOf(db, signalId))).toEqual({
      approved: 0,
      rejected: 0,
      waiting: 1,
    });
    expect(await deliveriesOf(signalId)).toMatchObject([{ status: 'PENDING', waits: long.tradeId }]);
  });

  it('is woken by the sweep when nobody woke it, and expires when its time is over', async () => {
    const { world, orders } = await shortAgainstLong();
    const long = await openTrade(db, orders);
    const signalId = await world.signal({ direction: 'SHORT' });
    await fanOut(contextOf(db), [signalId]);
    await closeTrade(long.tradeId, orders);
    await db.owner.query('update public.signal_deliveries set waits_for_trade_id = $2 where signal_id = $1', [
      signalId,
      long.tradeId,
    ]);
    const ctx = contextOf(db);
    expect((await sweepLateDeliveries(ctx)).woken).toBe(1);
    expect(ctx.jobs.map((job) => job.id)).toEqual(await pendingOf(db, signalId));
    await db.advanceClock(301_000);
    await sweepLateDeliveries(contextOf(db));
    expect(await deliveriesOf(signalId)).toMatchObject([{ status: 'EXPIRED', reason: 'SIGNAL_EXPIRED' }]);
  });
});

describe('deliveries', () => {
  it('expire once, only where they are pending, on the named accounts or on all', async () => {
    const world = await entryWorld(db, { accounts: 3 });
    const signalId = await world.signal();
    await fanOut(contextOf(db), [signalId]);
    const expire = async (accounts: string[] | null) =>
      (
        await one<{ n: number }>(db.owner, `select fn.deliveries_expire($1, $2, 'EXIT_SIGNAL') as n`, [
          [signalId],
          accounts,
        ])
      ).n;
    expect(await expire([world.followers[0]?.id ?? ''])).toBe(1);
    expect(await expire(null)).toBe(2);
    expect(await expire(null)).toBe(0);
    expect((await deliveriesOf(signalId)).map((row) => row.reason)).toEqual(Array(3).fill('EXIT_SIGNAL'));
  });

  it('that nobody decided are asked for again after 30 seconds', async () => {
    const world = await entryWorld(db);
    const signalId = await world.signal();
    await fanOut(contextOf(db), [signalId]);
    await db.advanceClock(31_000);
    const ctx = contextOf(db);
    await sweepLateDeliveries(ctx);
    expect(ctx.jobs.map((job) => job.id)).toEqual(expect.arrayContaining(await pendingOf(db, signalId)));
  });

  it('refuse a step that their life cycle does not have', async () => {
    const world = await entryWorld(db);
    const signalId = await world.signal();
    await fanOut(contextOf(db), [signalId]);
    await db.owner.query(`select fn.deliveries_expire($1, null, 'X')`, [[signalId]]);
    const back = db.owner.query(
      `update public.signal_deliveries set status = 'PENDING', expired_at = null, reason = null where signal_id = $1`,
      [signalId],
    );
    await expect(back).rejects.toMatchObject({ code: 'LKTRN' });
  });

  it('cannot point at another tenant’s account or subscription', async () => {
    const world = await entryWorld(db, { accounts: 2 });
    const [mine, other] = world.followers;
    const signalId = await world.signal();
    const row = {
      signal_id: signalId,
      user_id: mine?.user_id,
      user_broker_id: other?.id,
      subscription_id: mine?.subscriptionId,
      strategy_id: world.strategy.id,
      instrument_id: world.instrument.id,
      direction: 'LONG',
      created_at: db.now(),
      expires_at: db.now(),
    };
    await expect(insertRow(db.owner, 'signal_deliveries', row)).rejects.toMatchObject({
      constraint: 'delivery_to_own_account',
    });
  });
});
