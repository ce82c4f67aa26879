import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { EXIT_CODES } from '#server/pipeline/7-exit/qualify-exit.ts';
import { type ExitWorld, exitWorld } from './exit-world.ts';

const t = useDatabase();
const SECOND = 1_000;

/** The broker refuses the live exit order of a trade. */
async function refuse(w: ExitWorld, trade: string): Promise<void> {
  const order = (await w.orders(trade)).at(-1);
  await w.report(order.id, 'REJECTED', { code: 'INSUFFICIENT_QTY', text: 'no' });
}

describe('the cooldown of a reason', () => {
  it('lasts 30 s after a withdrawn target, to the millisecond, whatever the clock of the caller says', async () => {
    const w = await exitWorld(t, { rules: { target_pct: '5' } });
    const id = await w.open();
    expect(await w.price('105')).toEqual(['TARGET_HIT']);
    await t.advanceClock(10 * SECOND);
    const [order] = await w.orders(id);
    await w.call('fn.order_cancel_request($1, $2::jsonb)', [order.id, '{"code": "TEST"}']);
    await w.report(order.id, 'CANCELLED');
    expect((await w.intents(id)).at(-1)).toMatchObject({ status: 'CANCELLED', code: 'WITHDRAWN' });
    expect((await w.tradeOf(id)).status).toBe('OPEN');
    await t.advanceClock(20 * SECOND - 1);
    expect(await w.price('105')).toEqual([]);
    await t.advanceClock(1);
    expect(await w.price('105')).toEqual(['TARGET_HIT']);
    expect((await w.intents(id)).map((x) => x.episode_id)).toEqual([1, 2]);
  });

  it('of a stop is 1 s after a failure, doubling to 30 s, and from the sixth failure in a row on up to 10 minutes', async () => {
    const w = await exitWorld(t, { rules: { hard_stop_pct: null, rest_stop_s: 0 } });
    const id = await w.open();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      expect(await w.price('97')).toEqual(['STOP_LOSS']);
      await refuse(w, id);
      const last = (await w.intents(id)).at(-1);
      expect(last).toMatchObject({ status: 'FAILED', code: 'INSUFFICIENT_QTY' });
      waits.push(last.cooldown_ms);
      await t.advanceClock(last.cooldown_ms - 1);
      expect(await w.price('97')).toEqual([]);
      await t.advanceClock(1);
    }
    expect(waits.map((ms) => ms / SECOND)).toEqual([1, 2, 4, 8, 16, 60, 120, 240, 480, 600, 600, 600]);
    const alerts = await t.owner.query(
      `select user_id, severity, cleared_at is null as open from public.alerts where entity_id = $1 and code = 'EXIT_FAILED' order by raised_at, id`,
      [id],
    );
    expect(alerts.rows.filter((a) => a.user_id === null)).toHaveLength(8);
    expect(alerts.rows.filter((a) => a.open)).toHaveLength(2);
    expect(new Set(alerts.rows.map((a) => a.severity))).toEqual(new Set(['CRITICAL']));
    // it never gives up, and a success clears it
    await w.price('97');
    await w.fill((await w.orders(id)).at(-1).id, '10', '97');
    const open = await t.owner.query(
      `select 1 from public.alerts where entity_id = $1 and code = 'EXIT_FAILED' and cleared_at is null`,
      [id],
    );
    expect(open.rows).toEqual([]);
    expect((await w.tradeOf(id)).status).toBe('CLOSED');
    await t.expectInvariantsHold();
  });

  it('of one reason does not hold back another', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.price('97');
    await refuse(w, id);
    expect(await w.price('94')).toEqual(['HARD_STOP']);
    await w.fill((await w.orders(id)).at(-1).id, '10', '94');
  });
});

describe('an exit waits', () => {
  it.each([
    [
      'BROKER_DISCONNECTED',
      `update public.user_brokers set connection = 'DISCONNECTED' where id = $1`,
      `update public.user_brokers set connection = 'CONNECTED' where id = $1`,
    ],
    [
      'BROKER_SESSION_EXPIRED',
      `update public.user_brokers set connection = 'SESSION_EXPIRED' where id = $1`,
      `update public.user_brokers set connection = 'CONNECTED' where id = $1`,
    ],
  ])('for %s, is alerted once, and goes by itself when that is over', async (code, break_, mend) => {
    const w = await exitWorld(t);
    const id = await w.open();
    await t.owner.query(break_, [w.account.id]);
    expect(await w.price('97')).toEqual(['STOP_LOSS']);
    expect((await w.intents(id))[0]).toMatchObject({ status: 'PENDING', waits_for: code });
    for (let i = 0; i < 3; i += 1) {
      await t.advanceClock(5 * SECOND);
      expect(await w.price('97')).toEqual([]);
    }
    await w.call('fn.unprotected_refresh()', []);
    expect((await w.tradeOf(id)).unprotected_reason).toBe(code);
    const alerts = await t.owner.query(
      `select repeated from public.alerts where entity_id = $1 and code = 'EXIT_WAITS'`,
      [id],
    );
    expect(alerts.rows).toEqual([{ repeated: 0 }]);
    await t.owner.query(mend, [w.account.id]);
    await w.price('96', { bid: '96', ask: '96.1' });
    expect((await w.intents(id))[0]).toMatchObject({ status: 'PLACED', waits_for: null });
    expect(Number((await w.orders(id))[0].limit_price)).toBe(96);
    await w.call('fn.unprotected_refresh()', []);
    expect((await w.tradeOf(id)).unprotected_reason).toBeNull();
    await w.fill((await w.orders(id))[0].id, '10', '96');
  });

  it('for a frozen instrument', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await t.owner.query(`update public.instruments set status = 'FROZEN' where id = $1`, [w.instrument.id]);
    await w.price('97');
    expect((await w.intents(id))[0]).toMatchObject({ status: 'PENDING', waits_for: 'INSTRUMENT_FROZEN' });
    await t.owner.query(`update public.instruments set status = 'ACTIVE' where id = $1`, [w.instrument.id]);
    await w.price('97');
    expect((await w.intents(id))[0]).toMatchObject({ status: 'PLACED' });
  });

  it('for the market to open, and is priced anew then; a target whose condition is gone is cancelled instead', async () => {
    const monday = t.now();
    const w = await exitWorld(t, {
      rules: { target_pct: '5' },
      instrument: { market: 'XNYS', asset_class: 'EQUITY' },
    });
    const [stop, target] = [await w.open(), await w.open()];
    // raised in the last moment of the session, decided after it
    await t.setClock('2026-03-02T20:54:59Z');
    await w.quote('105');
    const raised = await w.raise({ trade_id: target, last: '105' }, { trade_id: stop, last: '97' });
    expect(raised.raised).toHaveLength(2);
    await t.setClock('2026-03-02T21:00:00Z');
    await w.work(raised.jobs);
    for (const id of [stop, target])
      expect((await w.intents(id))[0]).toMatchObject({ status: 'PENDING', waits_for: 'MARKET_CLOSED' });
    await t.setClock('2026-03-03T14:29:59.999Z');
    await w.work((await w.sweep()).jobs);
    expect((await w.intents(stop))[0]).toMatchObject({ status: 'PENDING' });
    await t.setClock('2026-03-03T14:30:01Z');
    await w.price('99', { bid: '98.99', ask: '99.01' });
    expect((await w.intents(target))[0]).toMatchObject({ status: 'CANCELLED', code: 'CONDITION_GONE' });
    expect((await w.intents(stop))[0]).toMatchObject({ status: 'PLACED', exit_reason: 'STOP_LOSS' });
    expect(Number((await w.orders(stop))[0].limit_price)).toBe(98.99);
    await t.setClock(monday);
  });

  it('is not raised by a price outside the session at all', async () => {
    const before = t.now();
    const w = await exitWorld(t, { instrument: { market: 'XNYS', asset_class: 'EQUITY' } });
    const id = await w.open();
    await t.setClock('2026-03-02T21:00:00Z');
    expect(await w.price('90')).toEqual([]);
    expect((await w.raise({ trade_id: id, last: '90' })).raised).toEqual([]);
    await t.setClock('2026-03-03T14:30:00Z');
    expect(await w.price('90')).toEqual(['HARD_STOP']);
    await t.setClock(before);
  });
});

describe('an exit is refused', () => {
  it('for a symbol on the hold list, unless it is by hand', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await t.owner.query('update public.user_brokers set hold_symbols = array[$2] where id = $1', [
      w.account.id,
      w.instrument.symbol,
    ]);
    await w.price('97');
    expect((await w.intents(id))[0]).toMatchObject({ status: 'REJECTED', code: 'NO_SELL_SYMBOL' });
    await w.call('fn.unprotected_refresh()', []);
    expect((await w.tradeOf(id)).unprotected_reason).toBe('NO_SELL_SYMBOL');
    const { rows } = await t.asActor(w.user.id, (client) =>
      client.query('select fn.trade_close_manual($1) as out', [id]),
    );
    await w.work(rows[0].out.jobs);
    expect((await w.intents(id)).at(-1)).toMatchObject({ status: 'PLACED', exit_reason: 'MANUAL' });
    await w.fill((await w.orders(id))[0].id, '10', '97');
  });

  it('when the position at hand has the other direction, or all of it is locked elsewhere', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await t.owner.query('update public.positions set qty = -10 where user_broker_id = $1', [w.account.id]);
    await w.price('97');
    expect((await w.intents(id))[0]).toMatchObject({ status: 'REJECTED', code: 'DIRECTION_MISMATCH' });
    await t.owner.query('update public.positions set qty = 10 where user_broker_id = $1', [w.account.id]);
    await t.owner.query(
      `insert into public.orders (user_id, user_broker_id, instrument_id, trade_id, kind, origin, side, order_type, stop_price, qty, status, client_order_id, created_at, updated_at)
       values ($1, $2, $3, $4, 'PROTECTION', 'NATIVE', 'SELL', 'STOP', 90, 10, 'PLACED', $5, $6, $6)`,
      [w.user.id, w.account.id, w.instrument.id, id, `native-${id}`, t.now()],
    );
    await t.advanceClock(SECOND);
    await w.price('97');
    expect((await w.intents(id))[1]).toMatchObject({ status: 'REJECTED', code: 'QTY_NOT_AVAILABLE' });
    await t.owner.query(
      `update public.orders set status = 'CANCELLED', ended_at = $2 where client_order_id = $1`,
      [`native-${id}`, t.now()],
    );
    await t.advanceClock(2 * SECOND);
    await w.price('97');
    expect((await w.intents(id))[2]).toMatchObject({ status: 'PLACED' });
  });

  it('as a target in the last 5 minutes of the session, while a stop goes through', async () => {
    const before = t.now();
    const w = await exitWorld(t, {
      rules: { target_pct: '5' },
      instrument: { market: 'XNYS', asset_class: 'EQUITY' },
    });
    const [a, b] = [await w.open(), await w.open()];
    await t.setClock('2026-03-02T20:54:59.999Z');
    await w.raise({ trade_id: a, last: '105' }).then((r) => w.work(r.jobs));
    expect((await w.intents(a))[0]).toMatchObject({ status: 'PLACED' });
    await t.setClock('2026-03-02T20:55:00Z');
    await w.raise({ trade_id: b, last: '105' }).then((r) => w.work(r.jobs));
    expect((await w.intents(b))[0]).toMatchObject({ status: 'REJECTED', code: 'OUTSIDE_EXIT_WINDOW' });
    await w.raise({ trade_id: b, last: '97' }).then((r) => w.work(r.jobs));
    expect((await w.intents(b))[1]).toMatchObject({ status: 'PLACED', exit_reason: 'STOP_LOSS' });
    await t.setClock(before);
  });

  it('never by a halt, a disabled account, a freeze or a flag', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await t.owner.query(
      `update public.user_brokers set status = 'DISABLED', disabled_at = $2, frozen_at = $2, frozen_reason = 'x' where id = $1`,
      [w.account.id, t.now()],
    );
    await t.owner.query(`update public.users set status = 'DISABLED', disabled_at = $2 where id = $1`, [
      w.user.id,
      t.now(),
    ]);
    await w.call('fn.switch_throw($1, $2, $3, $4, null)', ['ACCOUNT', w.account.id, 'HALT', 'test'], t.owner);
    await w.price('97');
    expect((await w.intents(id))[0]).toMatchObject({ status: 'PLACED' });
    await w.fill((await w.orders(id))[0].id, '10', '97');
    expect((await w.tradeOf(id)).status).toBe('CLOSED');
  });

  it('with codes that are all registered', async () => {
    const { rows } = await t.owner.query(
      `select distinct m[1] as code from pg_proc p, regexp_matches(p.prosrc, '''(?:REFUSE|WAIT|CANCEL)'', ''([A-Z_]+)''', 'g') m where p.proname = 'exit_verdict'`,
    );
    expect(rows.length).toBeGreaterThan(9);
    for (const { code } of rows) expect(Object.keys(EXIT_CODES)).toContain(code);
  });
});
