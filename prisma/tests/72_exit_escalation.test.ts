import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { type ExitWorld, exitWorld, type TestJob } from './exit-world.ts';

const t = useDatabase();
const SECOND = 1_000;

const short = async (w: ExitWorld, trade: string) =>
  (await w.intents(trade)).map((x) => `${x.exit_reason} ${x.status}`);

describe('escalation', () => {
  it('to a market exit waits in APPROVED until the old order is terminal, and then takes what is open', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.price('97');
    const [stop] = await w.orders(id);
    await w.price('94');
    expect(await short(w, id)).toEqual(['STOP_LOSS SUPERSEDED', 'HARD_STOP APPROVED']);
    expect((await w.orders(id)).map((o) => o.status)).toEqual(['CANCEL_REQUESTED']);
    await w.fill(stop.id, '4', '94.5');
    const { jobs } = await w.report(stop.id, 'CANCELLED');
    expect(jobs.map((j) => j.name)).toEqual(['order.place']);
    await w.work(jobs);
    const hard = (await w.orders(id))[1];
    expect([hard.order_type, Number(hard.qty)]).toEqual(['MARKET', 6]);
    await w.fill(hard.id, '6', '93');
    expect(await w.tradeOf(id)).toMatchObject({ status: 'CLOSED', exit_reason: 'HARD_STOP' });
    await t.expectInvariantsHold();
  });

  it('ends with the reason of the old order when that fills after all', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.price('97');
    const [stop] = await w.orders(id);
    await w.price('94');
    await w.fill(stop.id, '10', '94.5');
    expect(await short(w, id)).toEqual(['STOP_LOSS FILLED', 'HARD_STOP CANCELLED']);
    expect(await w.orders(id)).toHaveLength(1);
    expect(await w.tradeOf(id)).toMatchObject({
      status: 'CLOSED',
      exit_reason: 'STOP_LOSS',
      exit_trigger_price: '97.500000000000',
    });
    await t.expectInvariantsHold();
  });

  it('goes on asking when the old order refuses its cancel', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.price('97');
    const [stop] = await w.orders(id);
    await w.price('94');
    await w.report(stop.id, 'CANCEL_REFUSED');
    expect(await short(w, id)).toEqual(['STOP_LOSS SUPERSEDED', 'HARD_STOP APPROVED']);
    expect((await w.restSweep()).jobs).toEqual([{ name: 'order.cancel', id: stop.id }]);
    expect((await w.orders(id))[0].status).toBe('CANCEL_REQUESTED');
    await w.work((await w.report(stop.id, 'CANCELLED')).jobs);
    expect(await short(w, id)).toEqual(['STOP_LOSS SUPERSEDED', 'HARD_STOP PLACED']);
    await w.fill((await w.orders(id))[1].id, '10', '93');
  });

  it('while the old order is UNKNOWN waits until it is known', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.quote('97', { bid: '97', ask: '97' });
    const raised = await w.sweep();
    const intent = raised.jobs.find((j) => j.name === 'exit.qualify') as TestJob;
    const placed = await w.qualify(intent.id);
    const order = placed.jobs[0]?.id ?? '';
    await w.call('fn.orders_claim(array[$1]::uuid[], $2)', [order, 'w']);
    await w.report(order, 'LOST');
    await w.price('94');
    expect(await short(w, id)).toEqual(['STOP_LOSS SUPERSEDED', 'HARD_STOP APPROVED']);
    expect((await w.orders(id))[0]).toMatchObject({ status: 'UNKNOWN' });
    await t.advanceClock(10 * SECOND);
    await w.call('fn.unprotected_refresh()', []);
    expect((await w.tradeOf(id)).unprotected_reason).toBe('EXIT_UNKNOWN');
    await w.report(order, 'OPEN', { broker_order_id: 'late' });
    expect((await w.orders(id))[0]).toMatchObject({ status: 'CANCEL_REQUESTED' });
    await w.work((await w.report(order, 'CANCELLED')).jobs);
    expect(await short(w, id)).toEqual(['STOP_LOSS SUPERSEDED', 'HARD_STOP PLACED']);
    await w.fill((await w.orders(id))[1].id, '10', '93');
    await t.expectInvariantsHold();
  });

  it('never replaces a market exit in flight', async () => {
    const w = await exitWorld(t, { rules: { rest_stop_s: 0 } });
    const id = await w.open();
    await w.price('97');
    expect(await w.price('94')).toEqual([]);
    await w.call(
      'fn.switch_throw($1, $2, $3, $4, null)',
      ['ACCOUNT', w.account.id, 'FLATTEN', 'test'],
      t.owner,
    );
    await w.sweep();
    expect(await short(w, id)).toEqual(['STOP_LOSS PLACED']);
    await w.fill((await w.orders(id))[0].id, '10', '94');
  });

  it('of a resting target: by an exit alert, since that ends at market, and by a stop', async () => {
    for (const [act, reason] of [
      [
        (w: ExitWorld, id: string) =>
          w.call('fn.trade_wish_set($1, $2, null, fn.clock())', [id, 'SIGNAL_EXIT'], t.owner),
        'SIGNAL_EXIT',
      ],
      [async (w: ExitWorld) => w.quote('97'), 'STOP_LOSS'],
    ] as const) {
      const w = await exitWorld(t, { rules: { target_pct: '5' } });
      const id = await w.open();
      await w.price('105');
      await act(w, id);
      await w.work((await w.sweep()).jobs);
      expect(await short(w, id)).toEqual(['TARGET_HIT SUPERSEDED', `${reason} APPROVED`]);
    }
  });

  it('is not for a less urgent reason: a target does not replace a stop, nor an exit alert one that rests', async () => {
    const w = await exitWorld(t, { rules: { target_pct: '5' } });
    const id = await w.open();
    await w.price('97');
    await w.call('fn.trade_wish_set($1, $2, null, fn.clock())', [id, 'SIGNAL_EXIT'], t.owner);
    expect(await w.price('106')).toEqual([]);
    expect(await short(w, id)).toEqual(['STOP_LOSS PLACED']);
  });

  it('that a late fill has made too large is cancelled and made anew for what is open', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.price('97');
    const [stop] = await w.orders(id);
    await w.price('94');
    await w.work((await w.report(stop.id, 'CANCELLED')).jobs);
    const hard = (await w.orders(id))[1];
    expect(Number(hard.qty)).toBe(10);
    await w.fill(stop.id, '3', '96');
    expect((await w.orders(id))[1]).toMatchObject({
      status: 'CANCEL_REQUESTED',
      cancel_cause: { code: 'RESIZED' },
    });
    await w.work((await w.report(hard.id, 'CANCELLED')).jobs);
    const anew = (await w.orders(id))[2];
    expect([anew.order_type, Number(anew.qty)]).toEqual(['MARKET', 7]);
    expect(await short(w, id)).toEqual(['STOP_LOSS SUPERSEDED', 'HARD_STOP PLACED']);
    await w.fill(anew.id, '7', '93');
    expect((await w.tradeOf(id)).status).toBe('CLOSED');
    await t.expectInvariantsHold();
  });
});
