import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { exitWorld } from './exit-world.ts';

const t = useDatabase();
const SECOND = 1_000;

describe('a limit that rests', () => {
  it('goes to market after rest_seconds for a stop, for the rest of the quantity', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.price('97');
    const [limit] = await w.orders(id);
    await w.fill(limit.id, '4', '97');
    await t.advanceClock(5 * SECOND - 1);
    expect((await w.restSweep()).jobs).toEqual([]);
    await t.advanceClock(1);
    expect((await w.restSweep()).jobs).toEqual([{ name: 'order.cancel', id: limit.id }]);
    expect((await w.orders(id))[0]).toMatchObject({ status: 'CANCEL_REQUESTED' });
    await w.work((await w.report(limit.id, 'CANCELLED')).jobs);
    const market = (await w.orders(id))[1];
    expect([market.order_type, Number(market.qty), market.status]).toEqual(['MARKET', 6, 'PLACED']);
    expect(await w.intents(id)).toHaveLength(1);
    await w.fill(market.id, '6', '96');
    expect((await w.intents(id))[0]).toMatchObject({ status: 'FILLED' });
    expect(await w.tradeOf(id)).toMatchObject({ status: 'CLOSED', exit_reason: 'STOP_LOSS' });
  });

  it('asks again when its cancel is refused, and is done when it fills meanwhile', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.price('97');
    const [limit] = await w.orders(id);
    await t.advanceClock(5 * SECOND);
    await w.restSweep();
    await w.report(limit.id, 'CANCEL_REFUSED');
    expect((await w.restSweep()).jobs).toEqual([{ name: 'order.cancel', id: limit.id }]);
    await w.fill(limit.id, '10', '97');
    expect(await w.orders(id)).toHaveLength(1);
    expect((await w.tradeOf(id)).status).toBe('CLOSED');
  });

  it('is withdrawn after rest_seconds for a target, and the trade is OPEN again with what is left', async () => {
    const w = await exitWorld(t, { rules: { target_pct: '5' } });
    const id = await w.open();
    await w.price('105');
    const [limit] = await w.orders(id);
    await w.fill(limit.id, '3', '105');
    await t.advanceClock(30 * SECOND);
    await w.restSweep();
    await w.report(limit.id, 'CANCELLED');
    expect((await w.intents(id))[0]).toMatchObject({
      status: 'CANCELLED',
      code: 'WITHDRAWN',
      filled_qty: '3.000000000000',
    });
    expect(await w.tradeOf(id)).toMatchObject({ status: 'OPEN', open_qty: '7.000000000000' });
    await t.expectInvariantsHold();
  });

  it('of a market that closed goes on resting until it opens', async () => {
    const before = t.now();
    const w = await exitWorld(t, { instrument: { market: 'XNYS', asset_class: 'EQUITY' } });
    const id = await w.open();
    await t.setClock('2026-03-02T20:59:58Z');
    await w.price('97');
    await t.setClock('2026-03-02T22:00:00Z');
    expect((await w.restSweep()).jobs).toEqual([]);
    await t.setClock('2026-03-03T14:30:00Z');
    expect((await w.restSweep()).jobs).toHaveLength(1);
    expect((await w.intents(id))[0]).toMatchObject({ order_type: 'MARKET' });
    await t.setClock(before);
  });
});
