import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertSignal, insertUser } from '#prisma/tests/factories.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import { contextOf, entryWorld, pendingOf } from '#prisma/tests/intent-world.ts';
import { api as apiRouter, callerOf } from '#server/api/root.ts';
import type { Context } from '#server/api/trpc.ts';
import { fanOut } from '#server/pipeline/2-delivery/fan-out.ts';
import { decideDeliveries } from '#server/pipeline/3-intent/decide.ts';
import type { Job } from '#server/queue.ts';
import type { Role } from '#server/web-db.ts';

const db = useDatabase();
const jobs: Job[] = [];

beforeAll(() => {
  Object.assign(globalThis, { lockstepWebPool: db.web });
});

/** The API as this person; what it enqueues is collected. */
function as(userId: string | null, role: Role = 'user') {
  const actor = userId
    ? { userId, role, sessionId: randomUUID(), email: 'x@example.test', name: 'X', timeZone: 'UTC' }
    : null;
  const context: Context = {
    actor,
    stillHere: async () => true,
    queue: async () => ({ enqueue: async (_client, more) => void jobs.push(...more) }),
  };
  return callerOf(context);
}

async function decidedSignal(row: Record<string, unknown> = {}, accounts = 2) {
  const world = await entryWorld(db, { accounts });
  const id = await world.signal(row);
  const ctx = contextOf(db);
  await fanOut(ctx, [id]);
  await decideDeliveries(ctx, await pendingOf(db, id));
  return { world, id };
}

describe('signals', () => {
  it('a follower of a shared strategy sees the signal and his own account alone', async () => {
    const { world, id } = await decidedSignal();
    const [first, second] = world.followers;
    const page = await as(first?.user_id ?? '').signals.list({});
    expect(page.items.map((item) => item.id)).toEqual([id]);
    expect(page.items[0]).toMatchObject({
      symbol: world.instrument.symbol,
      action: 'ENTRY',
      direction: 'LONG',
    });
    expect(page.items[0]?.outcome).toBe('1 working');
    const signal = await as(second?.user_id ?? '').signals.get({ id });
    expect(signal.paths.map((path) => path.accountId)).toEqual([second?.id]);
    expect(signal.paths[0]).toMatchObject({ verdict: 'APPROVED', qty: '5.000000000000' });
  });

  it('a refusal is a sentence with its figures', async () => {
    const world = await entryWorld(db, { accounts: 1 });
    await db.owner.query(
      `update public.switches set state = 'HALT', reason = 'a holiday', set_at = now() where user_broker_id = $1`,
      [world.followers[0]?.id],
    );
    const id = await world.signal();
    const ctx = contextOf(db);
    await fanOut(ctx, [id]);
    await decideDeliveries(ctx, await pendingOf(db, id));
    const [item] = (await as(world.followers[0]?.user_id ?? '').signals.list({})).items;
    expect(item?.refused).toBe(true);
    expect(item?.outcome).toMatch(/^Refused on the one account: entries are halted for .*a holiday/);
    expect(item?.steps.map((step) => step.state).slice(0, 4)).toEqual([
      'DONE',
      'DONE',
      'REFUSED',
      'NOT_REACHED',
    ]);
  });

  it('a stranger, an admin and a researcher see nothing of it; anyone else is sent to the log-in', async () => {
    const { id } = await decidedSignal();
    for (const role of ['user', 'admin', 'researcher'] as const) {
      const stranger = await insertUser(db.owner, { role });
      expect((await as(stranger.id, role).signals.list({})).items).toEqual([]);
      await expect(as(stranger.id, role).signals.get({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await expect(as(null).signals.list({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('pages go on without a gap or a repeat', async () => {
    const world = await entryWorld(db, { accounts: 1 });
    const ids: string[] = [];
    for (let n = 0; n < 53; n += 1) ids.push(await world.signal({ dedupe_key: `page-${n}` }));
    const api = as(world.followers[0]?.user_id ?? '');
    const one = await api.signals.list({});
    const two = await api.signals.list({ cursor: one.nextCursor });
    expect(one.items).toHaveLength(50);
    expect(two.nextCursor).toBeNull();
    expect(new Set([...one.items, ...two.items].map((item) => item.id))).toEqual(new Set(ids));
  });
});

describe('an exit alert', () => {
  it('says what it closed, and the trade’s story names it', async () => {
    const world = await exitWorld(db);
    const id = await world.open({ qty: '10', price: '100' });
    await db.advanceClock(1_000);
    const alert = await insertSignal(db.owner, world.strategy, world.instrument, db.now(), {
      action: 'EXIT',
      direction: null,
    });
    const api = as(world.user.id);
    expect((await api.signals.get({ id: alert.id })).outcome).toBe('Being applied to what is open');
    const applied = await world.call<{ jobs: Job[] }>('fn.signal_apply($1, null, 500)', [alert.id]);
    expect((await api.signals.get({ id: alert.id })).outcome).toBe('Closing 1 of 1');
    await world.work(applied.jobs);
    for (const order of await world.orders(id)) await world.fill(order.id, '10', '100');
    const closed = await api.signals.get({ id: alert.id });
    expect(closed.outcome).toBe('Closed 1');
    expect(closed.steps.at(-1)?.state).toBe('DONE');
    const { story } = await api.trades.get({ id });
    expect(story.flatMap((moment) => moment.detail)).toContainEqual({ signal: alert.id });
  });
});

describe('without a session', () => {
  it('every procedure sends to the log-in', async () => {
    const api = as(null) as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
    // whoever holds an invitation's link has no session yet: its secret says who asks
    const open = ['invitations.read', 'invitations.accept'];
    const names = Object.keys(apiRouter._def.procedures).filter((name) => !open.includes(name));
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      const [noun = '', act = ''] = name.split('.');
      await expect(api[noun]?.[act]?.({}), name).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    }
  });
});

describe('trades', () => {
  it('an open trade has live figures, the levels with who set them, and its story in order', async () => {
    const world = await exitWorld(db, { rules: { stop_pct: '1', target_pct: '2', trail_arm_pct: null } });
    const id = await world.open({ qty: '10', price: '100' });
    await world.quote('101');
    const api = as(world.user.id);
    expect((await api.trades.list({ state: 'live' })).items).toMatchObject([
      { id, statusText: 'Open', pnl: null },
    ]);
    const [figure] = await api.trades.live({ ids: [id] });
    expect(Number(figure?.pnl)).toBe(10);
    expect(Number(figure?.pnlPercent)).toBe(1);
    expect(figure?.levels[0]?.kind).toBe('target');
    const trade = await api.trades.get({ id });
    expect(trade.levels.map((level) => [level.kind, level.setBy])).toEqual([
      ['hard_stop', 'default'],
      ['stop', 'strategy'],
      ['target', 'strategy'],
      ['due', 'default'],
    ]);
    const times = trade.story.map((moment) => moment.at.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(trade.story.map((moment) => moment.title[0])).toEqual(
      expect.arrayContaining(['Delivered to this account', 'Approved: buy ', 'Order placed', 'Bought ']),
    );
    expect((await api.trades.candles({ id })).timeframe).toBe('1m');
  });

  it('closing by hand says what it would do, does it once, and refuses a second one', async () => {
    const world = await exitWorld(db);
    const id = await world.open({ qty: '10', price: '100' });
    await world.quote('102', { bid: '101.9', ask: '102.1' });
    const api = as(world.user.id);
    const half = { id, qty: '4', limitPrice: null };
    expect(await api.trades.previewClose(half)).toMatchObject({
      side: 'SELL',
      qty: '4',
      remaining: '6',
      price: '101.900000000000',
    });
    expect(Number((await api.trades.previewClose(half)).result)).toBeCloseTo(7.6, 8);
    expect((await api.trades.previewClose({ ...half, qty: '11' })).problem).toBe('Only 10 is open.');

    const key = randomUUID();
    jobs.length = 0;
    const all = { id, qty: null, limitPrice: null, key };
    expect(await api.trades.close(all)).toEqual({ status: 'ACCEPTED' });
    const enqueued = jobs.length;
    expect(enqueued).toBeGreaterThan(0);
    expect(await api.trades.close(all)).toEqual({ status: 'ACCEPTED' });
    expect(jobs).toHaveLength(enqueued);
    await expect(api.trades.close({ ...all, key: randomUUID() })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'An exit of this trade is already on its way.',
    });
    await world.work(jobs);
    const [order] = await world.orders(id);
    await world.fill(order.id, '10', '101.9');
    const trade = await api.trades.get({ id });
    expect(trade).toMatchObject({ status: 'CLOSED', exitReason: 'Closed by hand' });
    expect(Number(trade.pnl)).toBe(19);
    expect(trade.story.at(-1)?.title[0]).toBe('Closed: ');
    expect((await api.trades.list({ state: 'ended' })).items).toMatchObject([{ id }]);
  });

  it('a limit of one’s own rests, and can be taken back', async () => {
    const world = await exitWorld(db);
    const id = await world.open({ qty: '10', price: '100' });
    await world.quote('100');
    const api = as(world.user.id);
    jobs.length = 0;
    await api.trades.close({ id, qty: null, limitPrice: '120', key: randomUUID() });
    await world.work(jobs);
    const resting = await api.trades.get({ id });
    expect(resting.pendingExit).toMatchObject({
      reason: 'Closed by hand',
      orderType: 'LIMIT',
      limitPrice: '120.000000000000',
    });
    expect(resting.canWithdraw).toBe(true);
    expect((await api.trades.previewClose({ id, qty: null, limitPrice: null })).underWay).toBe(
      'Closed by hand',
    );
    expect(await api.trades.withdrawExit({ id })).toEqual({ status: 'WITHDRAWN' });
    const [order] = await world.orders(id);
    await world.report(order.id, 'CANCELLED');
    expect(await api.trades.get({ id })).toMatchObject({
      status: 'OPEN',
      pendingExit: undefined,
      canWithdraw: false,
    });
  });

  it('the chart begins with the latest price, before its first candle is complete', async () => {
    const world = await exitWorld(db);
    const id = await world.open({ price: '100' });
    await world.quote('101.5');
    const { candles } = await as(world.user.id).trades.candles({ id });
    expect(candles).toMatchObject([{ open: 101.5, close: 101.5 }]);
  });

  it('the candle that forms is drawn from the close of its neighbour to the latest price', async () => {
    const world = await exitWorld(db);
    const id = await world.open({ price: '100' });
    await world.quote('101.5');
    const candle = (ago: number, close: number) =>
      db.owner.query(
        `insert into public.candles (instrument_id, timeframe, opens_at, open, high, low, close)
         select instrument_id, '1m', date_bin('1 minute', source_time, 'epoch') - $2 * interval '1 minute', $3, $3, $3, $3
         from public.quotes where instrument_id = $1`,
        [world.instrument.id, ago, close],
      );
    const { trades } = as(world.user.id);
    const prices = async () =>
      (await trades.candles({ id })).candles.map(({ open, high, low, close }) => [open, high, low, close]);
    await candle(2, 98);
    // a gap between them: what the price did in it is not known
    expect(await prices()).toEqual([
      [98, 98, 98, 98],
      [101.5, 101.5, 101.5, 101.5],
    ]);
    await candle(1, 103);
    expect((await prices()).at(-1)).toEqual([103, 103, 101.5, 101.5]);
    await candle(0, 104);
    expect((await prices()).slice(1)).toEqual([
      [103, 103, 103, 103],
      [104, 104, 104, 104],
    ]);
  });

  it('without a quote and a candle there is an empty chart, not an error', async () => {
    const world = await exitWorld(db);
    const id = await world.open({ price: '100' });
    await db.owner.query('delete from public.quotes where instrument_id = $1', [world.instrument.id]);
    const api = as(world.user.id);
    expect((await api.trades.candles({ id })).candles).toEqual([]);
    expect(await api.trades.live({ ids: [id] })).toMatchObject([{ mark: null, isGood: false, pnl: null }]);
  });

  it('another person finds nothing to see or to close', async () => {
    const world = await exitWorld(db);
    const id = await world.open();
    const stranger = await insertUser(db.owner);
    const api = as(stranger.id);
    expect((await api.trades.list({ state: 'live' })).items).toEqual([]);
    expect(await api.trades.live({ ids: [id] })).toEqual([]);
    const input = { id, qty: null, limitPrice: null };
    const asks = [
      () => api.trades.get({ id }),
      () => api.trades.candles({ id }),
      () => api.trades.previewClose(input),
      () => api.trades.close({ ...input, key: randomUUID() }),
      () => api.trades.withdrawExit({ id }),
    ];
    for (const ask of asks) await expect(ask()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
