import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { type ExitWorld, exitWorld, type TestJob } from './exit-world.ts';

const t = useDatabase();
const SECOND = 1_000;

const short = async (w: ExitWorld, trade: string) =>
  (await w.intents(trade)).map((x) => `${x.exit_reason} ${x.status}`);

describe('wishes', () => {
  it('of an alert go out at once, rest 15 s and then go at market', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.call('fn.trade_wish_set($1, $2, null, fn.clock())', [id, 'SIGNAL_EXIT'], t.owner);
    await w.price('100');
    expect((await w.intents(id))[0]).toMatchObject({
      exit_reason: 'SIGNAL_EXIT',
      status: 'PLACED',
      rest_seconds: 15,
      rest_then: 'MARKET',
      from_wish: true,
    });
  });

  it('are raised again until they are done, and a partial one shrinks by its own fills only', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.call('fn.trade_wish_set($1, $2, 4, fn.clock())', [id, 'SIGNAL_EXIT'], t.owner);
    await w.price('100');
    const [first] = await w.orders(id);
    expect(Number(first.qty)).toBe(4);
    await w.fill(first.id, '1', '100');
    await w.report(first.id, 'EXPIRED');
    expect((await w.tradeOf(id)).exit_wish_qty).toBe('3.000000000000');
    await t.advanceClock(30 * SECOND);
    await w.price('100');
    const second = (await w.orders(id))[1];
    expect(Number(second.qty)).toBe(3);
    await w.fill(second.id, '3', '100');
    expect(await w.tradeOf(id)).toMatchObject({ status: 'OPEN', exit_wish_reason: null });
  });
});

describe('HALT and FLATTEN', () => {
  it('FLATTEN takes out every open trade in its scope as long as it stands, and lifting sends nothing', async () => {
    const [w, other] = [await exitWorld(t), await exitWorld(t)];
    const [a, b, c] = [await w.open(), await w.open(), await other.open()];
    const late = await w.open({ filled: '0' });
    const [entry] = (await t.owner.query('select id from public.orders where trade_id = $1', [late])).rows;
    await t.asActor(w.user.id, (client) =>
      client.query(`select fn.switch_set('USER', null, 'FLATTEN', 'enough')`),
    );
    expect((await w.price('100')).sort()).toEqual(['KILL_SWITCH', 'KILL_SWITCH']);
    for (const id of [a, b]) {
      const [order] = await w.orders(id);
      expect(order.order_type).toBe('MARKET');
      await w.fill(order.id, '10', '100');
    }
    expect(await other.intents(c)).toEqual([]);
    await w.fill(entry?.id, '10', '100');
    await w.price('100');
    expect(await short(w, late)).toEqual(['KILL_SWITCH PLACED']);
    await t.asActor(w.user.id, (client) => client.query(`select fn.switch_set('USER', null, 'OFF', null)`));
    await w.fill((await w.orders(late))[0].id, '10', '100');
    const after = await t.owner.query('select count(*)::int as n from public.orders where user_id = $1', [
      w.user.id,
    ]);
    await w.price('100');
    const later = await t.owner.query('select count(*)::int as n from public.orders where user_id = $1', [
      w.user.id,
    ]);
    expect(later.rows).toEqual(after.rows);
  });

  it('HALT withdraws resting entries and leaves exits going on', async () => {
    const w = await exitWorld(t);
    const [resting, open] = [await w.open({ filled: '3' }), await w.open()];
    const { rows } = await t.asActor(w.user.id, (client) =>
      client.query(`select fn.switch_set('ACCOUNT', $1, 'HALT', 'news') as out`, [w.account.id]),
    );
    expect(rows[0].out.jobs.map((j: TestJob) => j.name)).toEqual(['order.cancel']);
    const entry = await t.owner.query(
      `select status, cancel_cause from public.orders where trade_id = $1 and kind = 'ENTRY'`,
      [resting],
    );
    expect(entry.rows).toEqual([{ status: 'CANCEL_REQUESTED', cancel_cause: { code: 'HALTED' } }]);
    expect(await w.price('97')).toHaveLength(2);
    expect(await short(w, open)).toEqual(['STOP_LOSS PLACED']);
  });

  it("a switch needs a reason and a scope of one's own; the platform is an admin's, and what he set on an account he lifts", async () => {
    const [mine, theirs] = [await exitWorld(t), await exitWorld(t)];
    const set = (who: string, scope: string, target: string | null, state: string, reason: string | null) =>
      t.asActor(who, (client) =>
        client.query('select fn.switch_set($1, $2, $3, $4)', [scope, target, state, reason]),
      );
    await expect(set(mine.user.id, 'ACCOUNT', mine.account.id, 'HALT', ' ')).rejects.toMatchObject({
      code: 'LK400',
    });
    await expect(set(mine.user.id, 'ACCOUNT', mine.account.id, 'STOP', 'x')).rejects.toMatchObject({
      code: 'LK400',
    });
    await expect(set(mine.user.id, 'ACCOUNT', theirs.account.id, 'HALT', 'x')).rejects.toMatchObject({
      code: 'LK404',
    });
    await expect(set(mine.user.id, 'USER', theirs.user.id, 'HALT', 'x')).rejects.toMatchObject({
      code: 'LK404',
    });
    await expect(set(mine.user.id, 'PLATFORM', null, 'FLATTEN', 'x')).rejects.toMatchObject({
      code: 'LK403',
    });
    const admin = t.asActor(mine.user.id, (client) =>
      client.query(`select fn.switch_set_admin('PLATFORM', null, 'HALT', 'x')`),
    );
    await expect(admin).rejects.toMatchObject({ code: '42501' });
    await t.asActor(
      theirs.user.id,
      (client) =>
        client.query(`select fn.switch_set_admin('ACCOUNT', $1, 'HALT', 'checks')`, [mine.account.id]),
      'admin',
    );
    await expect(set(mine.user.id, 'ACCOUNT', mine.account.id, 'OFF', null)).rejects.toMatchObject({
      code: 'LK403',
    });
    const { rows } = await t.owner.query(
      'select state, reason, set_by from public.switches where user_broker_id = $1',
      [mine.account.id],
    );
    expect(rows).toEqual([{ state: 'HALT', reason: 'checks', set_by: theirs.user.id }]);
  });
});
