import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { type ExitWorld, exitWorld, type TestJob } from './exit-world.ts';

const t = useDatabase();
const SECOND = 1_000;

/** The user closes by hand. Throws what the function refuses. */
async function close(
  w: ExitWorld,
  trade: string,
  qty: string | null = null,
  type = 'MARKET',
  limit: string | null = null,
) {
  return t.asActor(w.user.id, async (client) => {
    const { rows } = await client.query('select fn.trade_close_manual($1, $2, $3, $4) as out', [
      trade,
      qty,
      type,
      limit,
    ]);
    return rows[0].out as { status: string; jobs: TestJob[] };
  });
}
const short = async (w: ExitWorld, trade: string) =>
  (await w.intents(trade)).map((x) => `${x.exit_reason} ${x.status}`);

describe('closing by hand', () => {
  it('all of it goes at market and supersedes a stop that rests as a limit', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.price('97');
    const { status, jobs } = await close(w, id);
    expect(status).toBe('ACCEPTED');
    await w.work(jobs);
    expect(await short(w, id)).toEqual(['STOP_LOSS SUPERSEDED', 'MANUAL APPROVED']);
    await w.work((await w.report((await w.orders(id))[0].id, 'CANCELLED')).jobs);
    await w.fill((await w.orders(id))[1].id, '10', '97');
    expect(await w.tradeOf(id)).toMatchObject({ status: 'CLOSED', exit_reason: 'MANUAL' });
  });

  it('a part, or with a limit, answers "already closing" while a stop is in flight, and keeps no wish', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.price('97');
    await expect(close(w, id, '4')).rejects.toMatchObject({
      code: 'LK409',
      message: expect.stringContaining('ALREADY_CLOSING'),
    });
    await expect(close(w, id, null, 'LIMIT', '99')).rejects.toMatchObject({ code: 'LK409' });
    expect((await w.tradeOf(id)).exit_wish_reason).toBeNull();
  });

  it('a part supersedes a resting target, places its part, shrinks its wish and leaves the rest armed', async () => {
    const w = await exitWorld(t, { rules: { target_pct: '5' } });
    const id = await w.open();
    await w.price('105');
    await w.work((await close(w, id, '4')).jobs);
    await w.work((await w.report((await w.orders(id))[0].id, 'CANCELLED')).jobs);
    const part = (await w.orders(id))[1];
    expect([part.origin, part.order_type, Number(part.qty)]).toEqual(['MANUAL', 'MARKET', 4]);
    await w.fill(part.id, '1', '105');
    expect((await w.tradeOf(id)).exit_wish_qty).toBe('3.000000000000');
    await w.fill(part.id, '3', '105');
    expect(await w.tradeOf(id)).toMatchObject({
      status: 'OPEN',
      exit_wish_reason: null,
      open_qty: '6.000000000000',
    });
    expect(await w.price('97')).toEqual(['STOP_LOSS']);
    expect(Number((await w.orders(id))[2].qty)).toBe(6);
  });

  it('with a limit rests until it is withdrawn, and gives way to any stop', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.work((await close(w, id, null, 'LIMIT', '103.5')).jobs);
    const [limit] = await w.orders(id);
    expect([limit.order_type, Number(limit.limit_price)]).toEqual(['LIMIT', 103.5]);
    await t.advanceClock(600 * SECOND);
    expect((await w.restSweep()).jobs).toEqual([]);
    expect(await w.price('97')).toEqual(['STOP_LOSS']);
    expect(await short(w, id)).toEqual(['MANUAL SUPERSEDED', 'STOP_LOSS APPROVED']);
    const other = await w.open();
    await w.work((await close(w, other, null, 'LIMIT', '103.5')).jobs);
    const { rows } = await t.asActor(w.user.id, (client) =>
      client.query('select fn.trade_exit_withdraw($1) as out', [other]),
    );
    expect(rows[0].out.status).toBe('WITHDRAWN');
    await w.report((await w.orders(other))[0].id, 'CANCELLED');
    expect(await w.tradeOf(other)).toMatchObject({ status: 'OPEN', exit_wish_reason: null });
    expect(await short(w, other)).toEqual(['MANUAL CANCELLED']);
  });

  it('at market replaces a limit of the same hand', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.work((await close(w, id, null, 'LIMIT', '103.5')).jobs);
    await t.advanceClock(SECOND);
    await w.work((await close(w, id)).jobs);
    expect(await short(w, id)).toEqual(['MANUAL SUPERSEDED', 'MANUAL APPROVED']);
    await expect(close(w, id)).rejects.toMatchObject({ code: 'LK409' });
  });

  it('before the entry has filled is kept as a wish, withdraws the entry, and takes out what fills late', async () => {
    const w = await exitWorld(t);
    const id = await w.open({ filled: '0' });
    expect((await close(w, id)).status).toBe('WAITING');
    const { rows } = await t.owner.query('select * from public.orders where trade_id = $1', [id]);
    expect(rows[0].status).toBe('CANCEL_REQUESTED');
    await w.report(rows[0].id, 'CANCELLED');
    expect((await w.tradeOf(id)).status).toBe('CANCELLED');
    await w.fill(rows[0].id, '4', '100');
    expect(await w.tradeOf(id)).toMatchObject({ status: 'OPEN', exit_wish_reason: 'MANUAL' });
    await w.price('100');
    expect(await short(w, id)).toEqual(['MANUAL PLACED']);
    expect(Number((await w.orders(id))[0].qty)).toBe(4);
    await w.fill((await w.orders(id))[0].id, '4', '100');
    expect((await w.tradeOf(id)).status).toBe('CLOSED');
  });

  it.each([
    [['0', 'MARKET', null], 'above 0'],
    [['NaN', 'MARKET', null], 'above 0'],
    [['Infinity', 'MARKET', null], 'above 0'],
    [['11', 'MARKET', null], 'more than is open'],
    [['1.5', 'MARKET', null], 'multiple of 1'],
    [[null, 'LIMIT', null], 'needs a limit'],
    [[null, 'LIMIT', '-1'], 'above 0'],
    [[null, 'STOP', null], 'MARKET or LIMIT'],
  ] as const)('refuses %j', async ([qty, type, limit], text) => {
    const w = await exitWorld(t);
    await expect(close(w, await w.open(), qty, type, limit)).rejects.toMatchObject({
      code: 'LK400',
      message: expect.stringContaining(text),
    });
  });

  it('of somebody else, or of nothing, is not found; of a closed trade it is a conflict', async () => {
    const [mine, theirs] = [await exitWorld(t), await exitWorld(t)];
    const [id, foreign] = [await mine.open(), await theirs.open()];
    await expect(close(mine, foreign)).rejects.toMatchObject({ code: 'LK404' });
    await expect(close(mine, mine.user.id)).rejects.toMatchObject({ code: 'LK404' });
    const withdraw = t.asActor(mine.user.id, (client) =>
      client.query('select fn.trade_exit_withdraw($1)', [foreign]),
    );
    await expect(withdraw).rejects.toMatchObject({ code: 'LK404' });
    await mine.work((await close(mine, id)).jobs);
    await mine.fill((await mine.orders(id))[0].id, '10', '100');
    await expect(close(mine, id)).rejects.toMatchObject({
      code: 'LK409',
      message: expect.stringContaining('TRADE_NOT_OPEN'),
    });
  });
});
