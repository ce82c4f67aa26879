import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertUser } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { callerOf } from '#server/api/root.ts';
import type { Context } from '#server/api/trpc.ts';
import type { Job } from '#server/queue.ts';

const db = useDatabase();
const jobs: Job[] = [];

beforeAll(() => {
  Object.assign(globalThis, { lockstepWebPool: db.web });
});

function as(userId: string) {
  const actor = {
    userId,
    role: 'user' as const,
    sessionId: randomUUID(),
    email: 'x@example.test',
    name: 'X',
    timeZone: 'UTC',
  };
  const context = {
    actor,
    stillHere: async () => true,
    queue: async () => ({ enqueue: async (_client: unknown, more: Job[]) => void jobs.push(...more) }),
  };
  return callerOf(context as unknown as Context);
}

const entryOf = async (trade: string) => {
  const [row] = await rowsOf<{ id: string; status: string; cancel_cause: { code: string } | null }>(
    db.owner,
    `select id, status, cancel_cause from public.orders where trade_id = $1 and kind = 'ENTRY'`,
    [trade],
  );
  if (!row) throw new Error('the trade has no entry');
  return row;
};

const audits = (order: string) =>
  rowsOf<{ act: string; actor_user_id: string }>(
    db.owner,
    'select act, actor_user_id from public.audit_log where entity_id = $1',
    [order],
  );

describe('cancelling an entry by hand', () => {
  it('asks the broker once, whatever is repeated, and is written into the audit log', async () => {
    const world = await exitWorld(db);
    const trade = await world.open({ filled: '0' });
    const order = await entryOf(trade);
    const api = as(world.user.id);
    jobs.length = 0;
    const act = { id: order.id, key: randomUUID() };
    expect(await api.orders.cancel(act)).toEqual({ status: 'ASKED' });
    expect(await api.orders.cancel(act)).toEqual({ status: 'ASKED' });
    expect(jobs).toEqual([{ name: 'order.cancel', id: order.id }]);
    expect(await entryOf(trade)).toMatchObject({
      status: 'CANCEL_REQUESTED',
      cancel_cause: { code: 'CANCELLED_BY_HAND' },
    });
    expect(await audits(order.id)).toEqual([{ act: 'order.cancel', actor_user_id: world.user.id }]);
    await world.report(order.id, 'CANCELLED');
    expect((await world.tradeOf(trade)).status).toBe('CANCELLED');
    const [item] = (await api.orders.list({ id: order.id })).items;
    expect(item).toMatchObject({ state: 'cancelled: by hand', canCancel: false, working: false });
    await db.expectInvariantsHold();
  });

  it('keeps what is filled open with its stop', async () => {
    const world = await exitWorld(db);
    const trade = await world.open({ qty: '10', filled: '4' });
    const order = await entryOf(trade);
    await as(world.user.id).orders.cancel({ id: order.id, key: randomUUID() });
    await world.report(order.id, 'CANCELLED');
    const left = await world.tradeOf(trade);
    expect(left).toMatchObject({ status: 'OPEN', open_qty: '4.000000000000' });
    expect(left.stop_price).not.toBeNull();
    await db.expectInvariantsHold();
  });

  it('refuses an order that has ended and an exit, in a sentence', async () => {
    const world = await exitWorld(db);
    const trade = await world.open();
    const api = as(world.user.id);
    const entry = await entryOf(trade);
    await expect(api.orders.cancel({ id: entry.id, key: randomUUID() })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'This order has ended already (filled).',
    });
    await world.price('90');
    const [exit] = await world.orders(trade);
    await expect(api.orders.cancel({ id: exit.id, key: randomUUID() })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('Only an entry is cancelled here'),
    });
    expect(await audits(entry.id)).toEqual([]);
  });

  it('another person finds nothing to cancel or to see', async () => {
    const world = await exitWorld(db);
    const order = await entryOf(await world.open({ filled: '0' }));
    const api = as((await insertUser(db.owner)).id);
    await expect(api.orders.cancel({ id: order.id, key: randomUUID() })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(api.orders.get({ id: order.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await api.orders.list({})).items).toEqual([]);
    expect((await entryOf(await world.open({ filled: '0' }))).status).toBe('PLACED');
  });
});

describe('the list of orders', () => {
  it('holds entries and exits, narrows by state and kind, and opens to events and fills', async () => {
    const world = await exitWorld(db);
    const trade = await world.open({ qty: '10', price: '100' });
    await world.open({ filled: '0' });
    await world.price('90');
    const api = as(world.user.id);
    const all = (await api.orders.list({})).items;
    expect(all.map((one) => [one.kind, one.state])).toEqual(
      expect.arrayContaining([
        ['ENTRY', 'filled'],
        ['ENTRY', 'resting at the broker'],
        ['EXIT', 'resting at the broker'],
      ]),
    );
    expect((await api.orders.list({ state: 'filled' })).items).toHaveLength(1);
    expect((await api.orders.list({ kind: 'EXIT' })).items).toMatchObject([
      { tradeId: trade, working: true },
    ]);
    expect((await api.orders.list({ symbol: 'NOTHING' })).items).toEqual([]);
    const [oldest] = (await api.orders.list({ sort: 'oldest' })).items;
    const detail = await api.orders.get({ id: oldest?.id ?? '' });
    expect(detail.events.map((one) => one.text)).toEqual(
      expect.arrayContaining(['Written', 'Sent to the broker', 'Accepted by the broker', 'Filled']),
    );
    expect(detail.fills).toMatchObject([{ qty: '10.000000000000', price: '100.000000000000' }]);
  });

  it('pages go on without a gap or a repeat, in both directions, also within one microsecond', async () => {
    const world = await exitWorld(db);
    for (let n = 0; n < 3; n += 1) await world.open();
    await db.owner.query(
      `insert into public.orders (user_id, user_broker_id, instrument_id, kind, origin, side, order_type, qty, status,
         client_order_id, filled_qty, ended_at, created_at, updated_at)
       select $1, $2, $3, 'ENTRY', 'IMPORT', 'BUY', 'MARKET', 1, 'FILLED', 'page-' || g, 1, t.at, t.at, t.at
       from generate_series(1, 120) g, lateral (select timestamptz '2026-03-02 15:00:00.000001+00' + (g / 7) * interval '1 microsecond' as at) t`,
      [world.user.id, world.account.id, world.instrument.id],
    );
    const api = as(world.user.id);
    for (const sort of ['newest', 'oldest'] as const) {
      const seen: string[] = [];
      let cursor: Awaited<ReturnType<typeof api.orders.list>>['nextCursor'] = null;
      do {
        const page: Awaited<ReturnType<typeof api.orders.list>> = await api.orders.list({ sort, cursor });
        seen.push(...page.items.map((one) => one.id));
        cursor = page.nextCursor;
      } while (cursor);
      expect(seen).toHaveLength(123);
      expect(new Set(seen).size).toBe(123);
    }
  });
});
