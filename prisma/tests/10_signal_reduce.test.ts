import { describe, expect, it } from 'vitest';
import { applyWorld, wishOf } from '#prisma/tests/apply-world.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { one } from '#server/db.ts';

const db = useDatabase();

describe('closing a part', () => {
  it.each([
    ['a quarter of 10', '10', '1', { reduce_quantity: '5', position_after: '15' }, '2.000000000000'],
    ['a third of 9', '9', '1', { reduce_quantity: '1', position_after: '-2' }, '3.000000000000'],
    ['down to a lot of 0.5', '10', '0.5', { reduce_quantity: '1', position_after: '2' }, '3.000000000000'],
    [
      'exactly, without losing to rounding',
      '0.3',
      '0.1',
      { reduce_quantity: '5', position_after: '10' },
      '0.100000000000',
    ],
    ['nothing below a lot', '2', '1', { reduce_quantity: '1', position_after: '9' }, null],
  ])('%s', async (_name, qty, lot, row, wished) => {
    const w = await applyWorld(db, { instrument: { lot_size: lot } });
    const trade = await w.open({ qty, direction: row.position_after.startsWith('-') ? 'SHORT' : 'LONG' });
    const direction = (await w.tradeOf(trade)).direction;
    const exit = await w.say('EXIT', { direction, ...row });
    await w.apply(exit.id);
    expect(await wishOf(w, trade)).toEqual({ reason: wished === null ? null : 'SIGNAL_EXIT', qty: wished });
  });

  it('takes the oldest trade first, across the whole account', async () => {
    const w = await applyWorld(db);
    const old = await w.open({ qty: '4' });
    await db.advanceClock(1_000);
    const young = await w.open({ qty: '6' });
    const exit = await w.say('EXIT', { direction: 'LONG', reduce_quantity: '7', position_after: '3' });
    await w.apply(exit.id);
    expect((await wishOf(w, old)).qty).toBe('4.000000000000');
    expect((await wishOf(w, young)).qty).toBe('3.000000000000');
  });

  it('is done once, however often it is applied, and a second part adds to the first', async () => {
    const w = await applyWorld(db);
    const trade = await w.open({ qty: '8' });
    const half = { direction: 'LONG', reduce_quantity: '1', position_after: '1' };
    const first = await w.say('EXIT', half);
    await w.apply(first.id, first.id);
    expect((await wishOf(w, trade)).qty).toBe('4.000000000000');
    const second = await w.say('EXIT', half);
    await w.apply(second.id);
    expect((await wishOf(w, trade)).qty).toBe('6.000000000000');
  });

  it('without the size afterwards closes quantity × multiplier where the account sizes by the signal', async () => {
    const w = await applyWorld(db, { sizing: { sizing_mode: 'SIGNAL_QTY', sizing_value: 2 } });
    const trade = await w.open({ qty: '10' });
    const exit = await w.say('EXIT', { direction: 'LONG', reduce_quantity: '3' });
    await w.apply(exit.id);
    expect((await wishOf(w, trade)).qty).toBe('6.000000000000');
  });

  it('without the size afterwards is refused elsewhere, and the owner is told', async () => {
    const w = await applyWorld(db);
    const trade = await w.open({ qty: '10' });
    const exit = await w.say('EXIT', { direction: 'LONG', reduce_quantity: '3' });
    await w.apply(exit.id);
    expect(await wishOf(w, trade)).toEqual({ reason: null, qty: null });
    const alerts = await rowsOf(db.owner, 'select code from public.alerts where entity_id = $1', [trade]);
    expect(alerts).toEqual([{ code: 'REDUCE_NEEDS_POSITION_SIZE' }]);
  });

  it('keeps the entries before it: the rest is still wanted', async () => {
    const w = await applyWorld(db);
    const entry = await w.say('ENTRY', { direction: 'LONG' });
    const exit = await w.say('EXIT', { direction: 'LONG', reduce_quantity: '1', position_after: '1' });
    await w.apply(exit.id);
    const kept = await one(db.owner, 'select status from public.signals where id = $1', [entry.id]);
    expect(kept).toEqual({ status: 'PUBLISHED' });
  });
});
