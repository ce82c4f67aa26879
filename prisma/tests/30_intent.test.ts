import { describe, expect, it } from 'vitest';
import { putQuote, type Row } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import {
  answersTo,
  contextOf,
  type EntryWorld,
  entryWorld,
  type Follower,
  pendingOf,
} from '#prisma/tests/intent-world.ts';
import { fill, openTrade } from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';
import { fanOut } from '#server/pipeline/2-delivery/fan-out.ts';
import { decideDeliveries } from '#server/pipeline/3-intent/decide.ts';

const db = useDatabase();

/** Fans a new signal out and decides it; answers its intents in account order. */
async function answersOf(
  world: EntryWorld,
  row: Row = {},
  on?: { id: string; symbol: string },
): Promise<string[]> {
  const signalId = await world.signal(row, on);
  const ctx = contextOf(db);
  await fanOut(ctx, [signalId]);
  await decideDeliveries(ctx, await pendingOf(db, signalId));
  return answersTo(db, signalId);
}
const first = (world: EntryWorld): Follower => {
  const [follower] = world.followers;
  if (!follower) throw new Error('no follower');
  return follower;
};
const ordersOf = (world: EntryWorld) => ({
  userId: first(world).user_id,
  account: first(world),
  instrument: world.instrument,
  strategy: world.strategy,
  subscription: { id: first(world).subscriptionId },
});
describe('a decision', () => {
  it('writes intent, trade and CREATED entry order of an approval, and a repeat changes nothing', async () => {
    const world = await entryWorld(db, { accounts: 2 });
    const signalId = await world.signal({ price: '100', stop_price: '98', target_price: '105' });
    const ctx = contextOf(db);
    await fanOut(ctx, [signalId]);
    const deliveries = await pendingOf(db, signalId);
    expect(await decideDeliveries(ctx, deliveries)).toEqual({ approved: 2, rejected: 0, waiting: 0 });
    expect(await decideDeliveries(ctx, deliveries)).toEqual({ approved: 0, rejected: 0, waiting: 0 });
    const rows = await rowsOf(
      db.owner,
      `select i.status, i.stop_price::float, i.reserve_price::float, i.inputs ->> 'text' as text, t.status as trade,
         t.trade_type, t.signal_stop::float, t.wanted_qty::float, o.status as placed, o.kind, o.side, o.qty::float as qty
       from public.trade_intents i join public.trades t on t.trade_intent_id = i.id
       join public.orders o on o.trade_id = t.id where i.signal_id = $1`,
      [signalId],
    );
    const expected = {
      status: 'APPROVED',
      stop_price: 98,
      reserve_price: 103,
      text: `Approved: buy 5 ${world.instrument.symbol} at about 100`,
      trade: 'CREATED',
      trade_type: 'NEWBUY',
      signal_stop: 98,
      wanted_qty: 5,
      placed: 'CREATED',
      kind: 'ENTRY',
      side: 'BUY',
      qty: 5,
    };
    expect(rows).toEqual([expected, expected]);
    expect(ctx.jobs.filter((job) => job.name === 'order.place')).toHaveLength(2);
    await db.expectInvariantsHold();
  });

  it('keeps the refusal first among its checks, with its figures and the sentence', async () => {
    const world = await entryWorld(db);
    await db.owner.query(
      `update public.switches set state = 'HALT', reason = 'drill', set_at = $2 where user_broker_id = $1`,
      [first(world).id, db.now()],
    );
    expect(await answersOf(world)).toEqual(['REJECTED HALTED']);
    const { reasons, text } = await one<{
      reasons: { code: string; ok: boolean; figures: Row }[];
      text: string;
    }>(
      db.owner,
      `select reasons, inputs ->> 'text' as text from public.trade_intents where user_broker_id = $1`,
      [first(world).id],
    );
    expect(reasons[0]).toMatchObject({
      code: 'HALTED',
      ok: false,
      figures: { reason: 'drill', scope: 'this account' },
    });
    expect(text).toBe('Refused: entries are halted for this account (admin): drill');
    expect(reasons.length).toBeGreaterThan(40);
  });

  const account = (change: string) => (world: EntryWorld) =>
    db.owner.query(`update public.user_brokers set ${change} where id = $1`, [first(world).id]);
  const operational: [string, (world: EntryWorld) => Promise<unknown>][] = [
    ['BROKER_DISABLED', account(`status = 'DISABLED', disabled_at = now()`)],
    ['BROKER_DISCONNECTED', account(`connection = 'DISCONNECTED'`)],
    ['BROKER_SESSION_EXPIRED', account(`connection = 'SESSION_EXPIRED'`)],
    ['ACCOUNT_FROZEN', account(`frozen_at = now(), frozen_reason = 'audit'`)],
    ['ACCOUNT_NOT_RECONCILED', account('reconciled_at = null')],
    ['LIVE_NOT_ENABLED', account(`broker = 'ALPACA', environment = 'LIVE'`)],
    ['PAPER_MODE', account(`broker = 'ALPACA', environment = 'LIVE', live_confirmed_at = now()`)],
    [
      'USER_INACTIVE',
      (world) =>
        db.owner.query(`update public.users set status = 'DISABLED', disabled_at = now() where id = $1`, [
          first(world).user_id,
        ]),
    ],
    [
      'HALTED',
      (world) =>
        db.owner.query(
          `update public.switches set state = 'HALT', reason = 'r', set_at = now() where scope = 'USER' and user_id = $1`,
          [first(world).user_id],
        ),
    ],
  ];
  it.each(operational)('refuses with %s what became so after the fan-out', async (code, spoil) => {
    const world = await entryWorld(db);
    const signalId = await world.signal();
    const ctx = contextOf(db);
    await fanOut(ctx, [signalId]);
    await spoil(world);
    await decideDeliveries(ctx, await pendingOf(db, signalId));
    expect(await answersTo(db, signalId)).toEqual([`REJECTED ${code}`]);
  });

  it('stops all entries while the flag entries_disabled is on', async () => {
    const world = await entryWorld(db);
    const flag = (enabled: boolean) =>
      db.owner.query(
        `insert into public.feature_flags (name, enabled) values ('entries_disabled', $1)
         on conflict (name) do update set enabled = excluded.enabled`,
        [enabled],
      );
    await flag(true);
    expect(await answersOf(world)).toEqual(['REJECTED FEATURE_DISABLED']);
    await flag(false);
    expect(await answersOf(world)).toEqual(['APPROVED 5']);
  });

  it('reads quote and session at its own moment', async () => {
    const world = await entryWorld(db);
    const stale = await world.instrumentAt('100');
    await putQuote(db.owner, stale.id, '100', new Date(Date.parse(db.now()) - 16_000).toISOString());
    expect(await answersOf(world, {}, stale)).toEqual(['REJECTED QUOTE_STALE']);
    const shares = await world.instrumentAt('100', { market: 'XNYS', asset_class: 'EQUITY', lot_size: '1' });
    expect(await answersOf(world, {}, shares)).toEqual(['APPROVED 5']);
    const before = db.now();
    await db.setClock('2026-03-02T20:59:30.000Z');
    await putQuote(db.owner, shares.id, '100', db.now());
    expect(await answersOf(await entryWorld(db), {}, shares)).toEqual(['REJECTED ENTRY_WINDOW_CLOSED']);
    await db.setClock('2026-03-07T15:00:00.000Z');
    expect(await answersOf(await entryWorld(db), {}, shares)).toEqual(['REJECTED MARKET_CLOSED']);
    expect(await answersOf(await entryWorld(db))).toEqual(['APPROVED 5']);
    await db.setClock(before);
  });
  it('expires the delivery of a signal that was superseded meanwhile', async () => {
    const world = await entryWorld(db);
    const signalId = await world.signal();
    const ctx = contextOf(db);
    await fanOut(ctx, [signalId]);
    await db.owner.query(`update public.signals set status = 'SUPERSEDED', ended_at = $2 where id = $1`, [
      signalId,
      db.now(),
    ]);
    const pending = await pendingOf(db, signalId);
    expect(await decideDeliveries(ctx, pending)).toEqual({ approved: 0, rejected: 0, waiting: 0 });
    expect(await pendingOf(db, signalId)).toEqual([]);
    expect(await answersTo(db, signalId)).toEqual([]);
  });

  it('refuses what came too late, with a row that says so', async () => {
    const world = await entryWorld(db);
    const at = new Date(Date.parse(db.now()) - 120_000).toISOString();
    expect(await answersOf(world, { expires_at: db.now(), published_at: at })).toEqual([
      'REJECTED SIGNAL_EXPIRED',
    ]);
  });
});

describe('an intent', () => {
  it('is executed by its first fill, also after it had failed', async () => {
    const world = await entryWorld(db);
    expect(await answersOf(world)).toEqual(['APPROVED 5']);
    const { id } = await one<{ id: string }>(
      db.owner,
      'select id from public.trade_intents where user_broker_id = $1',
      [first(world).id],
    );
    const status = async () =>
      (
        await one<{ s: string }>(
          db.owner,
          `select status || coalesce(' ' || reason_code, '') as s from public.trade_intents where id = $1`,
          [id],
        )
      ).s;
    await db.owner.query(`select fn.intent_failed($1, 'FAILED', 'BROKER_REJECTED')`, [id]);
    await db.owner.query(`select fn.intent_failed($1, 'EXPIRED', 'TTL')`, [id]);
    expect(await status()).toBe('FAILED BROKER_REJECTED');
    await db.owner.query('select fn.intent_executed($1)', [id]);
    await db.owner.query('select fn.intent_executed($1)', [id]);
    await db.owner.query(`select fn.intent_failed($1, 'FAILED', 'TOO_LATE')`, [id]);
    expect(await status()).toBe('EXECUTED BROKER_REJECTED');
  });

  it('of a filled entry is EXECUTED through the whole path', async () => {
    const world = await entryWorld(db);
    const { intentId, orderId } = await openTrade(db, ordersOf(world));
    await fill(db, { order_id: orderId, broker_fill_id: `f-${orderId}`, qty: '10', price: '100' });
    const { status } = await one<{ status: string }>(
      db.owner,
      'select status from public.trade_intents where id = $1',
      [intentId],
    );
    expect(status).toBe('EXECUTED');
  });
});
