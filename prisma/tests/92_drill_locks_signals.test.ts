import { beforeAll, describe, expect, it } from 'vitest';
import {
  insertAccount,
  insertRow,
  insertSignal,
  insertSubscription,
  insertWebhookSource,
} from '#prisma/tests/factories.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import { afterWaiting, holds, ordered, passesBy, waitsInOrder } from '#prisma/tests/lock-probe.ts';
import { insertEntry, orderWorld, type World } from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';

const db = useDatabase({ max: 8 });
let world: World;
beforeAll(async () => {
  world = await orderWorld(db);
});

const signalOf = (row: Record<string, unknown> = {}) =>
  insertSignal(db.owner, world.strategy, world.instrument, db.now(), row);

describe('fn.account_gate', () => {
  it.each([
    ['the platform’s switch', `public.switches where scope = 'PLATFORM' and $1::uuid is not null`],
    [
      'the user’s switch',
      `public.switches where scope = 'USER' and user_id = (select user_id from public.user_brokers where id = $1)`,
    ],
    ['the account’s switch', `public.switches where scope = 'ACCOUNT' and user_broker_id = $1`],
    ['the account', 'public.user_brokers where id = $1'],
    [
      'the user (fn.users_hold)',
      'public.users where id = (select user_id from public.user_brokers where id = $1)',
    ],
  ])('holds %s', async (_, rows) => {
    const { id } = world.account;
    await holds(db, ['select fn.account_gate(array[$1]::uuid[])', [id]], rows, [id]);
  });
});

describe('fn.switch_throw', () => {
  it('reads the clock after it waited for the claims under way', async () => {
    const { id } = world.account;
    const { out } = await afterWaiting(
      db,
      [`select from public.switches where user_broker_id = $1 for share`, [id]],
      (client) =>
        one<{ out: { since: string } }>(
          client,
          `select fn.switch_throw('ACCOUNT', $1, 'HALT', 'x', null) as out`,
          [id],
        ),
      () => db.advanceClock(5_000),
    );
    expect(new Date(out.since).toISOString()).toBe(db.now());
    await db.owner.query(`select fn.switch_throw('ACCOUNT', $1, 'OFF', null, null)`, [id]);
  });
});

describe('a batch of alerts', () => {
  it.each([
    ['fn.signal_heads_lock', 'heads', 'public.signal_heads where strategy_id = $1'],
    [
      'fn.webhook_buckets_lock',
      'buckets',
      'public.webhook_buckets where source_id in (select id from public.webhook_sources where strategy_id = $1)',
    ],
  ])('%s holds the %s of the batch', async (name, _, rows) => {
    const source = await insertWebhookSource(db.owner, world.strategy);
    const row = {
      strategy_id: world.strategy.id,
      instrument_id: world.instrument.id,
      source_id: source.id,
      refused: false,
      test: false,
    };
    const batch = 'array[jsonb_populate_record(null::fn.alert_row, $1)]';
    // the heads' lock makes what is missing, buckets included
    await db.owner.query(`select fn.signal_heads_lock(${batch})`, [JSON.stringify(row)]);
    const call = [`select ${name}(${batch})`, [JSON.stringify(row)]] as const;
    await db.owner.query('delete from public.webhook_buckets where source_id <> $1', [source.id]);
    await holds(db, [call[0], [...call[1]]], rows, [world.strategy.id]);
  });
});

describe('stage 1', () => {
  it.each([
    [
      'fn.signals_supersede',
      'select fn.signals_supersede(s, fn.clock()) from public.signals s where s.id = $1',
      {},
    ],
    [
      'fn.signal_cover',
      'select fn.signal_cover(s, fn.clock()) from public.signals s where s.id = $1',
      { applied_at: null },
    ],
  ])('%s takes the older words in id order', async (_, text, row) => {
    const first = await signalOf({ ...row, direction: 'LONG' });
    const second = await signalOf({ ...row, direction: 'LONG' });
    await db.advanceClock(1_000);
    const newest = await signalOf({ action: 'EXIT', direction: null, applied_at: null, expires_at: null });
    await waitsInOrder(db, [text, [newest.id]], 'public.signals', {
      key: 'id',
      touch: 'symbol',
      ...ordered(first.id, second.id),
    });
  });

  it('fn.signal_apply_hold holds the older words of the head', async () => {
    const older = await signalOf({ action: 'EXIT', direction: null, applied_at: null, expires_at: null });
    await db.advanceClock(1_000);
    const newer = await signalOf({ action: 'EXIT', direction: null, applied_at: null, expires_at: null });
    await holds(db, ['select fn.signal_apply_hold($1)', [newer.id]], 'public.signals where id = $1', [
      older.id,
    ]);
  });

  it('fn.signals_expire passes a signal by that somebody works on', async () => {
    const late = await signalOf({
      applied_at: db.now(),
      fanned_out_at: null,
      expected_deliveries: null,
      expires_at: new Date(Date.parse(db.now()) + 1),
    });
    await db.advanceClock(1_000);
    await passesBy(
      db,
      ['select from public.signals where id = $1 for update', [late.id]],
      ['select fn.signals_expire()'],
    );
    const { rows } = await db.owner.query('select fn.signals_expire() as out');
    // it was this one that was passed by
    expect(rows[0].out).toMatchObject({ expired: 1 });
  });

  it('fn.webhook_failure_count passes old counters by that somebody forgets already', async () => {
    const old = new Date(Date.parse(db.now()) - 3 * 86_400_000);
    await insertRow(db.owner, 'webhook_failures', {
      address: '192.0.2.1',
      reason: 'X',
      minute: old,
      count: 1,
    });
    await passesBy(
      db,
      ['select from public.webhook_failures where minute = $1 for update', [old]],
      [`select fn.webhook_failure_count('192.0.2.2', 'X', 10)`],
    );
  });
});

describe('stages 2 and 3', () => {
  it.each([
    ['fn.signal_hold', 'select fn.signal_hold($1)'],
    ['fn.signals_hold', 'select fn.signals_hold(array[$1]::uuid[])'],
  ])('%s holds the signal', async (_, text) => {
    const { id } = await signalOf();
    await holds(db, [text, [id]], 'public.signals where id = $1', [id]);
  });

  it.each([
    ['fn.deliveries_expire', `select fn.deliveries_expire(array[$1]::uuid[], null, 'SUPERSEDED')`, 'signal'],
    ['fn.deliveries_end', `select fn.deliveries_end($1, 'SUPERSEDED', fn.clock())`, 'deliveries'],
    ['fn.deliveries_decided', 'select fn.deliveries_decided($1, fn.clock())', 'deliveries'],
    ['fn.delivery_wake', 'select fn.delivery_wake($1)', 'trade'],
  ])('%s takes deliveries in id order', async (_, text, by) => {
    const signal = await signalOf({ fanned_out_at: db.now(), expected_deliveries: 2 });
    const { tradeId } = await insertEntry(db, world);
    const ids: string[] = [];
    for (let n = 0; n < 2; n += 1) {
      const account = await insertAccount(db.owner, world.userId);
      const subscription = await insertSubscription(db.owner, account, world.strategy.id);
      const delivery = await insertRow(db.owner, 'signal_deliveries', {
        user_id: world.userId,
        user_broker_id: account.id,
        instrument_id: world.instrument.id,
        signal_id: signal.id,
        subscription_id: subscription.id,
        strategy_id: world.strategy.id,
        direction: 'SHORT',
        status: 'PENDING',
        created_at: db.now(),
        expires_at: signal.expires_at,
        waits_for_trade_id: by === 'trade' ? tradeId : null,
      });
      ids.push(delivery.id);
    }
    const value = { signal: signal.id, deliveries: ids, trade: tradeId }[by];
    await waitsInOrder(db, [text, [value]], 'public.signal_deliveries', {
      key: 'id',
      touch: 'expires_at',
      ...ordered(ids[0] ?? '', ids[1] ?? ''),
    });
    await db.owner.query(
      `update public.signal_deliveries set status = 'EXPIRED', reason = 'X', expired_at = fn.clock() where id = any ($1)`,
      [ids],
    );
  });

  it.each([
    ['fn.account_days_open', 'select fn.account_days_open(array[$1]::uuid[], fn.clock())', 'account_days'],
    ['fn.account_exposure_lock', 'select fn.account_exposure_lock(array[$1]::uuid[])', 'account_exposure'],
  ])('%s holds the account’s row', async (_, text, table) => {
    const { id } = world.account;
    await db.owner.query(text, [id]);
    await holds(db, [text, [id]], `public.${table} where user_broker_id = $1`, [id]);
  });
});
