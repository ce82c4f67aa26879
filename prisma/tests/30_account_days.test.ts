import { describe, expect, it } from 'vitest';
import { insertRow, putQuote } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { answersTo, contextOf, entryWorld, pendingOf } from '#prisma/tests/intent-world.ts';
import {
  claim,
  fill,
  insertExit,
  openTrade,
  orderWorld,
  record,
  type World,
} from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';
import { fanOut } from '#server/pipeline/2-delivery/fan-out.ts';
import { decideDeliveries } from '#server/pipeline/3-intent/decide.ts';
import { markAccountDays } from '#server/pipeline/3-intent/mark-account-days.ts';

const db = useDatabase();

interface Day {
  day: string;
  start: number;
  realised: number;
  open: number;
  pnl: number;
  fees: number;
  opened: number;
  closed: number;
  losses: number;
  hit: Date | null;
  stale: string[];
}
const daysOf = (accountId: string) =>
  rowsOf<Day & Record<string, unknown>>(
    db.owner,
    `select day::text, open_at_start::float as start, realised::float, open_now::float as open, day_pnl::float as pnl,
       fees::float, trades_opened as opened, trades_closed as closed, consecutive_losses as losses, loss_hit_at as hit,
       stale_symbols as stale
     from public.account_days where user_broker_id = $1 order by day`,
    [accountId],
  );
const today = async (accountId: string): Promise<Day> => {
  const day = (await daysOf(accountId)).at(-1);
  if (!day) throw new Error('no day');
  return day;
};
const quote = (world: World, price: string) => putQuote(db.owner, world.instrument.id, price, db.now());
const mark = (world: World) => db.worker.query('select fn.account_days_mark($1)', [[world.account.id]]);

async function close(world: World, tradeId: string, qty: string, price: string, fee = '0'): Promise<void> {
  const { orderId } = await insertExit(db, world, tradeId, qty);
  await claim(db, [orderId]);
  await record(db, { order_id: orderId, outcome: 'ACCEPTED', broker_order_id: `x-${orderId}`, attempt: 1 });
  await fill(db, { order_id: orderId, broker_fill_id: `xf-${orderId}`, qty, price, fee });
}

describe('the day of an account', () => {
  it('adds what is realised to what is open, fees included, as fills and prices come', async () => {
    const world = await orderWorld(db);
    const { tradeId } = await openTrade(db, world, { qty: '10', price: '100' });
    await quote(world, '103');
    await mark(world);
    expect(await today(world.account.id)).toMatchObject({
      pnl: 30,
      open: 30,
      realised: 0,
      opened: 1,
      closed: 0,
    });
    await close(world, tradeId, '4', '104', '1');
    expect(await today(world.account.id)).toMatchObject({ pnl: 33, open: 33, realised: 0, fees: 1 });
    await close(world, tradeId, '6', '99', '1');
    expect(await today(world.account.id)).toMatchObject({
      pnl: 8,
      open: 0,
      realised: 8,
      fees: 2,
      closed: 1,
      losses: 0,
    });
  });

  it('mirrors a short, and names what has no good quote, taken at its last one', async () => {
    const world = await orderWorld(db);
    await openTrade(db, world, { direction: 'SHORT', qty: '10', price: '100' });
    await quote(world, '97');
    await db.advanceClock(120_000);
    await mark(world);
    expect(await today(world.account.id)).toMatchObject({ pnl: 30, stale: [world.instrument.symbol] });
  });

  it('begins where the day before ended', async () => {
    const world = await orderWorld(db);
    const { tradeId } = await openTrade(db, world, { qty: '10', price: '100' });
    await quote(world, '90');
    await mark(world);
    await db.advanceClock(24 * 3_600_000);
    await quote(world, '92');
    await mark(world);
    await close(world, tradeId, '10', '95');
    const days = await daysOf(world.account.id);
    expect(days.map(({ start, realised, open, pnl }) => ({ start, realised, open, pnl }))).toEqual([
      { start: 0, realised: 0, open: -100, pnl: -100 },
      { start: -100, realised: -50, open: 0, pnl: 50 },
    ]);
  });

  it('counts losses in a row across days', async () => {
    const world = await orderWorld(db);
    for (const price of ['101', '99', '98']) {
      const { tradeId } = await openTrade(db, world, { qty: '1', price: '100' });
      await db.advanceClock(1_000);
      await close(world, tradeId, '1', price);
    }
    expect(await today(world.account.id)).toMatchObject({ losses: 2, closed: 3 });
    await db.advanceClock(24 * 3_600_000);
    await mark(world);
    expect(await today(world.account.id)).toMatchObject({ losses: 2, closed: 0 });
  });

  it('keeps the best the account ever was, and how far it is below', async () => {
    const world = await orderWorld(db, { account: { capital: '9000' } });
    await openTrade(db, world, { qty: '10', price: '100' });
    const below = async (price: string) => {
      await quote(world, price);
      await mark(world);
      const row = await one<{ d: number }>(db.owner, 'select fn.account_drawdown($1)::float as d', [
        world.account.id,
      ]);
      return row.d;
    };
    // 9,000 + 1,000 at the best; then 9,500, and the next day 9,000
    expect([await below('200'), await below('150')]).toEqual([0, 5]);
    await db.advanceClock(24 * 3_600_000);
    expect([await below('150'), await below('100')]).toEqual([5, 10]);
  });

  it('is measured from the last price before it began, else from its first', async () => {
    const world = await orderWorld(db);
    const base = async () =>
      (
        await one<{ base: number | null }>(db.owner, `select fn.day_base($1, 'CRYPTO', $2)::float as base`, [
          world.instrument.id,
          db.now(),
        ])
      ).base;
    const candle = (opens_at: string, price: number) =>
      insertRow(db.owner, 'candles', {
        instrument_id: world.instrument.id,
        timeframe: '1m',
        opens_at,
        open: price,
        high: price,
        low: price,
        close: price,
      });
    const midnight = `${db.now().slice(0, 10)}T00:00:00Z`;
    expect(await base()).toBeNull();
    await candle(midnight, 101);
    expect(await base()).toBe(101);
    await candle(new Date(Date.parse(midnight) - 60_000).toISOString(), 99);
    expect(await base()).toBe(99);
  });

  it('is the trading day of the home market, which begins where the last session closed', async () => {
    const cases = [
      ['XNYS', '2026-03-06T20:59:59Z', '2026-03-06'],
      ['XNYS', '2026-03-06T21:00:00Z', '2026-03-09'],
      ['XNYS', '2026-03-08T12:00:00Z', '2026-03-09'],
      ['XNYS', '2026-03-09T19:59:59Z', '2026-03-09'],
      ['CRYPTO', '2026-03-07T23:59:59Z', '2026-03-07'],
      ['XNSE', '2026-03-06T10:00:00Z', '2026-03-09'],
    ];
    for (const [market, at, day] of cases) {
      const row = await one<{ day: string }>(db.owner, 'select day::text from fn.trading_day($1, $2)', [
        market,
        at,
      ]);
      expect([market, at, row.day]).toEqual([market, at, day]);
    }
  });
});

describe('the daily loss limit', () => {
  it('latches once and alerts once when many mark at the same time, and stays after the loss is won back', async () => {
    const world = await orderWorld(db);
    await openTrade(db, world, { qty: '100', price: '100' });
    await quote(world, '90.01');
    await mark(world);
    expect((await today(world.account.id)).hit).toBeNull();
    await quote(world, '90');
    await Promise.all(Array.from({ length: 8 }, () => mark(world)));
    expect((await today(world.account.id)).hit?.toISOString()).toBe(db.now());
    const at = db.now();
    await db.advanceClock(5_000);
    await quote(world, '110');
    expect(await markAccountDays(contextOf(db))).toBeGreaterThan(0);
    expect(await today(world.account.id)).toMatchObject({ pnl: 1_000, hit: new Date(at) });
    const alerts = await rowsOf(
      db.owner,
      `select text, repeated from public.alerts where entity_id = $1 and code = 'DAILY_LOSS_LIMIT'`,
      [world.account.id],
    );
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ repeated: 0 });
  });

  it('refuses entries until the next trading day, with the sentence, the figure and the time', async () => {
    const world = await entryWorld(db);
    const [follower] = world.followers;
    if (!follower) throw new Error('no follower');
    await insertRow(db.owner, 'risk_limits', {
      layer: 'ACCOUNT',
      user_id: follower.user_id,
      user_broker_id: follower.id,
      code: 'DAILY_LOSS_LIMIT',
      currency: 'USD',
      value: 50,
    });
    const orders: World = {
      userId: follower.user_id,
      account: follower,
      instrument: await world.instrumentAt('100'),
      strategy: world.strategy,
      subscription: { id: follower.subscriptionId },
    };
    const { tradeId } = await openTrade(db, orders, { qty: '10', price: '100' });
    await close(orders, tradeId, '10', '95');
    const answer = async () => {
      await putQuote(db.owner, world.instrument.id, '100', db.now(), { bid: '100', ask: '100' });
      const signalId = await world.signal();
      await fanOut(contextOf(db), [signalId]);
      await decideDeliveries(contextOf(db), await pendingOf(db, signalId));
      const { text } = await one<{ text: string }>(
        db.owner,
        `select inputs ->> 'text' as text from public.trade_intents where signal_id = $1`,
        [signalId],
      );
      return [(await answersTo(db, signalId))[0], text];
    };
    const time = db.now().slice(11, 16);
    expect(await answer()).toEqual([
      'REJECTED DAILY_LOSS_LIMIT',
      `Refused: daily loss limit of $50 (account) reached at ${time}`,
    ]);
    await db.advanceClock(24 * 3_600_000);
    expect((await answer())[0]).toBe('APPROVED 5');
  });
});
