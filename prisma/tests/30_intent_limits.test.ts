import { describe, expect, it } from 'vitest';
import { insertRow, putQuote, type Row } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import {
  answersTo,
  contextOf,
  type EntryWorld,
  entryWorld,
  type Follower,
  pendingOf,
} from '#prisma/tests/intent-world.ts';
import { openTrade } from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';
import { fanOut } from '#server/pipeline/2-delivery/fan-out.ts';
import { decideDeliveries } from '#server/pipeline/3-intent/decide.ts';
import { defaultLimitRows } from '#server/pipeline/3-intent/default-limits.ts';

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
const limitFor = (
  world: EntryWorld,
  layer: 'USER' | 'ACCOUNT' | 'SUBSCRIPTION',
  code: string,
  value: number,
  row: Row = {},
) =>
  insertRow(db.owner, 'risk_limits', {
    layer,
    user_id: first(world).user_id,
    user_broker_id: layer === 'ACCOUNT' ? first(world).id : null,
    subscription_id: layer === 'SUBSCRIPTION' ? first(world).subscriptionId : null,
    code,
    value,
    ...row,
  });

describe('limits', () => {
  it('of the database are those of the code', async () => {
    const rows = await rowsOf(
      db.owner,
      `select code, scope, currency, asset_class as "assetClass", trim_scale(value)::text as value
       from public.risk_limits where layer = 'GLOBAL' order by code, scope, currency, asset_class`,
    );
    const key = (row: { code?: string; currency?: string | null; assetClass?: string | null }) =>
      `${row.code} ${row.currency} ${row.assetClass}`;
    const sorted = (list: object[]) =>
      list.map((row) => ({ ...row })).toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
    expect(sorted(rows)).toEqual(sorted(defaultLimitRows()));
  });

  it('bind from the layer that is strictest, from the next decision on, and the intent says which', async () => {
    const world = await entryWorld(db);
    await limitFor(world, 'USER', 'MAX_EXPOSURE_PER_POSITION', 400, { scope: 'POSITION', currency: 'USD' });
    expect(await answersOf(world)).toEqual(['APPROVED 3.8834']);
    const { bound } = await one<{ bound: Row }>(
      db.owner,
      'select bound from public.trade_intents where user_broker_id = $1',
      [first(world).id],
    );
    expect(bound).toMatchObject({
      code: 'MAX_EXPOSURE_PER_POSITION',
      layer: 'USER',
      from: '5',
      to: '3.8834',
    });
    const other = await world.instrumentAt('100');
    await limitFor(world, 'SUBSCRIPTION', 'MAX_EXPOSURE_PER_POSITION', 206, {
      scope: 'POSITION',
      currency: 'USD',
    });
    expect(await answersOf(world, {}, other)).toEqual(['APPROVED 2']);
  });

  it('count open quantity at the mark and resting quantity at its reserve price', async () => {
    const world = await entryWorld(db);
    await openTrade(db, ordersOf(world), { qty: '10', price: '100' });
    await putQuote(db.owner, world.instrument.id, '120', db.now(), { bid: '120', ask: '120' });
    const resting = await world.instrumentAt('100');
    expect(await answersOf(world, {}, resting)).toEqual(['APPROVED 5']);
    // open 10 × 120, resting 5 × 103, and the new order 5 × 103: together 2,230
    await limitFor(world, 'ACCOUNT', 'MAX_TOTAL_EXPOSURE', 2229.99, { currency: 'USD' });
    const third = await world.instrumentAt('100');
    expect(await answersOf(world, {}, third)).toEqual(['REJECTED MAX_TOTAL_EXPOSURE']);
    await db.owner.query(
      `update public.risk_limits set value = 2230 where layer = 'ACCOUNT' and user_broker_id = $1`,
      [first(world).id],
    );
    expect(await answersOf(world, {}, third)).toEqual(['APPROVED 5']);
  });

  it('of scope USER count over all accounts of the user', async () => {
    const world = await entryWorld(db, { accounts: 3, oneUser: true });
    await limitFor(world, 'USER', 'MAX_OPEN_POSITIONS', 2, { scope: 'USER' });
    expect(await answersOf(world)).toEqual(['APPROVED 5', 'APPROVED 5', 'REJECTED MAX_OPEN_POSITIONS']);
  });

  it('refuse an account whose currency has none', async () => {
    const world = await entryWorld(db, { account: { currency: 'EUR' } });
    const euro = await world.instrumentAt('100', { currency: 'EUR' });
    expect(await answersOf(world, {}, euro)).toEqual(['REJECTED LIMIT_NOT_SET']);
    expect(await answersOf(world)).toEqual(['REJECTED CURRENCY_MISMATCH']);
  });
});

describe('sizing', () => {
  it.each([
    ['FIXED_QTY', '3', {}, 'APPROVED 3'],
    ['FIXED_NOTIONAL', '450', {}, 'APPROVED 4.5'],
    ['PERCENT_OF_CAPITAL', '0.5', {}, 'APPROVED 5'],
    ['RISK_PERCENT', '0.01', { stop_price: '98' }, 'APPROVED 5'],
    ['SIGNAL_QTY', '2', { quantity: '2.5' }, 'APPROVED 5'],
    ['SIGNAL_QTY', '1', { quantity: '300', quantity_type: 'DOLLAR_AMOUNT' }, 'APPROVED 3'],
  ])('by %s of %s', async (sizing_mode, sizing_value, signal, answer) => {
    const world = await entryWorld(db, { subscription: { sizing_mode, sizing_value } });
    expect(await answersOf(world, signal)).toEqual([answer]);
  });
});
