import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ExitWorld, exitWorld } from '#prisma/tests/exit-world.ts';
import { insertAccount, insertSubscription, insertWebhookSource, type Row } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { sha256 } from '#server/crypto.ts';
import { one, withTx } from '#server/db.ts';
import { applySignals } from '#server/pipeline/1-signal/apply-signal.ts';
import { acceptItems, applyChunk } from '#server/pipeline/1-signal/store.ts';
import type { Job } from '#server/queue.ts';

const db = useDatabase();

/** A world whose strategy has a webhook; `say` accepts an alert, `apply` works its job off and returns the jobs. */
async function webhookWorld(over: { instrument?: Row; sizing?: Row } = {}) {
  const w = await exitWorld(db, { instrument: over.instrument });
  if (over.sizing) {
    await db.owner.query(
      'update public.subscriptions set sizing_mode = $2, sizing_value = $3 where id = $1',
      [w.subscription.id, over.sizing.sizing_mode, over.sizing.sizing_value],
    );
  }
  const source = await insertWebhookSource(db.owner, w.strategy);
  const jobs: Job[] = [];
  const ctx = {
    pool: db.worker,
    queue: { enqueue: async (_: unknown, more: readonly Job[]) => void jobs.push(...more) },
  };
  const say = async (action: string, row: Row = {}): Promise<{ id: string; jobs: Job[] }> => {
    const [answer] = await withTx(db.web, (client) =>
      acceptItems(client, [
        {
          token_hash: sha256(source.token).toString('hex'),
          request_id: 'test',
          elapsed_us: 1,
          body_hash: 'aa',
          key: randomBytes(6).toString('hex'),
          symbol: w.instrument.symbol,
          action,
          ...row,
        },
      ]),
    );
    if (!answer?.signalId) throw new Error(JSON.stringify(answer));
    return { id: answer.signalId, jobs: answer.jobs };
  };
  const apply = async (...ids: string[]): Promise<Job[]> => {
    jobs.length = 0;
    await applySignals(ctx, ids);
    return [...jobs];
  };
  return { ...w, say, apply, source };
}

const signal = (id: string) => one(db.owner, 'select * from public.signals where id = $1', [id]);
const at = (seconds: number): string => new Date(Date.parse(db.now()) + seconds * 1000).toISOString();
const names = (jobs: readonly { name: string }[]) => jobs.map((job) => job.name).sort();
const wishOf = async (w: ExitWorld, trade: string) => {
  const row = await w.tradeOf(trade);
  return { reason: row.exit_wish_reason, qty: row.exit_wish_qty };
};

describe('an exit alert, applied', () => {
  it('asks for the exit of every live trade at once and ends the entries before it', async () => {
    const w = await webhookWorld();
    const trade = await w.open();
    const { signal_id: entry } = await w.tradeOf(trade);
    const exit = await w.say('EXIT');
    expect(exit.jobs).toEqual([{ name: 'signal.apply', id: exit.id }]);
    const jobs = await w.apply(exit.id);
    expect(await wishOf(w, trade)).toEqual({ reason: 'SIGNAL_EXIT', qty: null });
    expect(await w.intents(trade)).toMatchObject([{ exit_reason: 'SIGNAL_EXIT', status: 'PENDING' }]);
    expect(names(jobs)).toContain('exit.qualify');
    expect(await signal(String(entry))).toMatchObject({ status: 'SUPERSEDED', superseded_by: exit.id });
    expect((await signal(exit.id)).applied_at).not.toBeNull();
  });

  it('changes nothing the second time', async () => {
    const w = await webhookWorld();
    const trade = await w.open();
    const exit = await w.say('EXIT');
    await w.apply(exit.id);
    expect(await w.apply(exit.id)).toEqual([]);
    expect(await w.intents(trade)).toHaveLength(1);
  });

  it('goes by its own time: what was entered after it stays', async () => {
    const w = await webhookWorld();
    await db.advanceClock(10_000);
    const trade = await w.open();
    const exit = await w.say('EXIT', { signal_time: at(-5) });
    await w.apply(exit.id);
    expect(await wishOf(w, trade)).toEqual({ reason: null, qty: null });
    expect(await w.intents(trade)).toEqual([]);
  });

  it('of one direction leaves the other alone', async () => {
    const w = await webhookWorld();
    const trade = await w.open({ direction: 'SHORT' });
    const exit = await w.say('EXIT', { direction: 'LONG' });
    await w.apply(exit.id);
    expect(await wishOf(w, trade)).toEqual({ reason: null, qty: null });
    expect(await signal(String((await w.tradeOf(trade)).signal_id))).toMatchObject({ status: 'PUBLISHED' });
  });

  it('withdraws an entry that is not filled and leaves its wish for a late fill', async () => {
    const w = await webhookWorld();
    const trade = await w.open({ filled: '0' });
    const exit = await w.say('EXIT');
    const jobs = await w.apply(exit.id);
    expect(names(jobs)).toContain('order.cancel');
    expect(await wishOf(w, trade)).toEqual({ reason: 'SIGNAL_EXIT', qty: null });
  });

  it('expires the deliveries that wait for a decision, and a fan-out that comes late does nothing', async () => {
    const w = await webhookWorld();
    const fanned = await w.say('ENTRY', { direction: 'LONG' });
    await w.call('fn.signal_fanout($1)', [fanned.id]);
    const exit = await w.say('EXIT');
    await w.apply(exit.id);
    const deliveries = await rowsOf(
      db.owner,
      'select status, reason from public.signal_deliveries where signal_id = $1',
      [fanned.id],
    );
    expect(deliveries).toEqual([{ status: 'EXPIRED', reason: 'SUPERSEDED' }]);

    const late = await w.say('ENTRY', { direction: 'LONG' });
    const exit2 = await w.say('EXIT');
    await w.apply(exit2.id);
    expect(await w.call('fn.signal_fanout($1)', [late.id])).toMatchObject({ deliveries: 0 });
  });
});

describe('a burst on one strategy and symbol', () => {
  it('of exits is applied with its newest: what that covers has nothing left to do', async () => {
    const w = await webhookWorld();
    const trade = await w.open();
    const exits = [];
    for (let n = 0; n < 20; n += 1) exits.push(await w.say(n % 2 ? 'EXIT' : 'CANCEL'));
    const last = await w.say('EXIT');
    const [first] = await withTx(db.worker, async (client) => [await applyChunk(client, last.id, 500)]);
    expect(first).toMatchObject({ done: true, before: null });
    for (const exit of exits) expect((await signal(exit.id)).applied_at).not.toBeNull();
    expect(await w.intents(trade)).toHaveLength(1);
  });

  it('of entries leaves the newest alone to fan out', async () => {
    const w = await webhookWorld();
    const entries = [];
    for (let n = 0; n < 10; n += 1) entries.push(await w.say('ENTRY', { direction: 'LONG' }));
    const ids = entries.map((entry) => entry.id);
    const jobs = await w.apply(...ids.reverse());
    expect(jobs).toEqual([{ name: 'signal.fanout', id: ids[0] }]);
    const statuses = await rowsOf(
      db.owner,
      'select status, count(*)::int as n from public.signals where id = any ($1) group by 1 order by 1',
      [ids],
    );
    expect(statuses).toEqual([
      { status: 'PUBLISHED', n: 1 },
      { status: 'SUPERSEDED', n: 9 },
    ]);
  });

  it('of both is applied in the order of acceptance where nothing covers the other', async () => {
    const w = await webhookWorld();
    const long = await w.open();
    const short = await w.say('ENTRY', { direction: 'SHORT' });
    const back = await w.say('ENTRY', { direction: 'LONG' });
    expect(names(await w.apply(back.id))).toEqual(['exit.qualify', 'signal.fanout', 'signal.fanout']);
    expect(await wishOf(w, long)).toEqual({ reason: 'SIGNAL_EXIT', qty: null });
    expect(await signal(short.id)).toMatchObject({ status: 'SUPERSEDED', superseded_by: back.id });
  });

  it('clears the head, so that the next entry fans out at once; a late exit does not', async () => {
    const w = await webhookWorld();
    await w.apply((await w.say('ENTRY', { direction: 'LONG' })).id, (await w.say('EXIT')).id);
    const entry = await w.say('ENTRY', { direction: 'LONG' });
    expect(names(entry.jobs)).toEqual(['signal.fanout']);
    await w.apply((await w.say('EXIT', { signal_time: at(-10) })).id);
    expect(await signal(entry.id)).toMatchObject({ status: 'PUBLISHED' });
    expect(names((await w.say('ENTRY', { direction: 'LONG' })).jobs)).toEqual(['signal.apply']);
  });
});

describe('a cancel, applied', () => {
  it('withdraws what is unfilled and touches nothing that is open', async () => {
    const w = await webhookWorld();
    const trade = await w.open({ qty: '10', filled: '4' });
    const cancel = await w.say('CANCEL');
    const jobs = await w.apply(cancel.id);
    expect(names(jobs)).toEqual(['order.cancel']);
    expect(await wishOf(w, trade)).toEqual({ reason: null, qty: null });
    expect((await w.tradeOf(trade)).status).toBe('OPEN');
  });
});

describe('an entry, applied', () => {
  it('fans out at once when nothing is in its way', async () => {
    const w = await webhookWorld();
    const entry = await w.say('ENTRY', { direction: 'LONG' });
    expect(entry.jobs).toEqual([{ name: 'signal.fanout', id: entry.id }]);
  });

  it('supersedes an older one first', async () => {
    const w = await webhookWorld();
    const first = await w.say('ENTRY', { direction: 'LONG' });
    await w.call('fn.signal_fanout($1)', [first.id]);
    const second = await w.say('ENTRY', { direction: 'LONG' });
    expect(names(second.jobs)).toEqual(['signal.apply']);
    expect(await w.apply(second.id)).toEqual([{ name: 'signal.fanout', id: second.id }]);
    expect(await signal(first.id)).toMatchObject({ status: 'SUPERSEDED', superseded_by: second.id });
    const [delivery] = await rowsOf(
      db.owner,
      'select status, reason from public.signal_deliveries where signal_id = $1',
      [first.id],
    );
    expect(delivery).toEqual({ status: 'EXPIRED', reason: 'SUPERSEDED' });
  });

  it('of the other direction turns the position around: the old trade gets its exit, and lives as long as its alert may be old', async () => {
    const w = await webhookWorld();
    const long = await w.open();
    const entry = await w.say('ENTRY', { direction: 'SHORT' });
    const jobs = await w.apply(entry.id);
    expect(names(jobs)).toEqual(['exit.qualify', 'signal.fanout']);
    expect(await wishOf(w, long)).toEqual({ reason: 'SIGNAL_EXIT', qty: null });
    expect((await signal(entry.id)).expires_at.toISOString()).toBe(at(300));
    await w.call('fn.signal_fanout($1)', [entry.id]);
    const [delivery] = await rowsOf(
      db.owner,
      'select status, waits_for_trade_id from public.signal_deliveries where signal_id = $1',
      [entry.id],
    );
    expect(delivery).toEqual({ status: 'PENDING', waits_for_trade_id: long });
  });

  it('waits until the exit before it is applied, whichever job comes first', async () => {
    const w = await webhookWorld();
    const trade = await w.open();
    const exit = await w.say('EXIT');
    const entry = await w.say('ENTRY', { direction: 'LONG' });
    expect(names(entry.jobs)).toEqual(['signal.apply']);
    await w.apply(entry.id);
    expect((await signal(exit.id)).applied_at).not.toBeNull();
    expect(await wishOf(w, trade)).toEqual({ reason: 'SIGNAL_EXIT', qty: null });
    expect(await signal(entry.id)).toMatchObject({ status: 'PUBLISHED' });
  });

  it('of the same second as an exit that came before it is not ended by that exit', async () => {
    const w = await webhookWorld();
    const exit = await w.say('EXIT', { signal_time: at(0) });
    const entry = await w.say('ENTRY', { direction: 'LONG', signal_time: at(0) });
    await w.apply(exit.id, entry.id);
    expect(await signal(entry.id)).toMatchObject({ status: 'PUBLISHED' });
  });

  it('that only adds ends nothing', async () => {
    const w = await webhookWorld();
    const first = await w.say('ENTRY', { direction: 'LONG' });
    const add = await w.say('ADD', { direction: 'LONG' });
    expect(add.jobs).toEqual([{ name: 'signal.fanout', id: add.id }]);
    expect(await signal(first.id)).toMatchObject({ status: 'PUBLISHED' });
  });
});

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
    const w = await webhookWorld({ instrument: { lot_size: lot } });
    const trade = await w.open({ qty, direction: row.position_after.startsWith('-') ? 'SHORT' : 'LONG' });
    const direction = (await w.tradeOf(trade)).direction;
    const exit = await w.say('EXIT', { direction, ...row });
    await w.apply(exit.id);
    expect(await wishOf(w, trade)).toEqual({ reason: wished === null ? null : 'SIGNAL_EXIT', qty: wished });
  });

  it('takes the oldest trade first, across the whole account', async () => {
    const w = await webhookWorld();
    const old = await w.open({ qty: '4' });
    await db.advanceClock(1_000);
    const young = await w.open({ qty: '6' });
    const exit = await w.say('EXIT', { direction: 'LONG', reduce_quantity: '7', position_after: '3' });
    await w.apply(exit.id);
    expect((await wishOf(w, old)).qty).toBe('4.000000000000');
    expect((await wishOf(w, young)).qty).toBe('3.000000000000');
  });

  it('is done once, however often it is applied, and a second part adds to the first', async () => {
    const w = await webhookWorld();
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
    const w = await webhookWorld({ sizing: { sizing_mode: 'SIGNAL_QTY', sizing_value: 2 } });
    const trade = await w.open({ qty: '10' });
    const exit = await w.say('EXIT', { direction: 'LONG', reduce_quantity: '3' });
    await w.apply(exit.id);
    expect((await wishOf(w, trade)).qty).toBe('6.000000000000');
  });

  it('without the size afterwards is refused elsewhere, and the owner is told', async () => {
    const w = await webhookWorld();
    const trade = await w.open({ qty: '10' });
    const exit = await w.say('EXIT', { direction: 'LONG', reduce_quantity: '3' });
    await w.apply(exit.id);
    expect(await wishOf(w, trade)).toEqual({ reason: null, qty: null });
    const alerts = await rowsOf(db.owner, 'select code from public.alerts where entity_id = $1', [trade]);
    expect(alerts).toEqual([{ code: 'REDUCE_NEEDS_POSITION_SIZE' }]);
  });

  it('keeps the entries before it: the rest is still wanted', async () => {
    const w = await webhookWorld();
    const entry = await w.say('ENTRY', { direction: 'LONG' });
    const exit = await w.say('EXIT', { direction: 'LONG', reduce_quantity: '1', position_after: '1' });
    await w.apply(exit.id);
    expect(await signal(entry.id)).toMatchObject({ status: 'PUBLISHED' });
  });
});

describe('many accounts', () => {
  it('are worked off in chunks that survive a crash between them', async () => {
    const w = await webhookWorld();
    for (let n = 0; n < 4; n += 1) {
      const account = await insertAccount(db.owner, w.user.id);
      await insertSubscription(db.owner, account, w.strategy.id);
    }
    const entry = await w.say('ENTRY', { direction: 'LONG' });
    await w.call('fn.signal_fanout($1)', [entry.id]);
    const exit = await w.say('EXIT');
    const pending = async () =>
      (
        await rowsOf(
          db.owner,
          `select 1 from public.signal_deliveries where signal_id = $1 and status = 'PENDING'`,
          [entry.id],
        )
      ).length;
    expect(await pending()).toBe(5);
    await withTx(db.worker, (client) => applyChunk(client, exit.id, 2));
    expect(await pending()).toBe(3);
    const lost = withTx(db.worker, async (client) => {
      await applyChunk(client, exit.id, 2);
      throw new Error('killed');
    });
    await expect(lost).rejects.toThrow('killed');
    expect(await pending()).toBe(3);
    await w.apply(exit.id);
    expect(await pending()).toBe(0);
    expect((await signal(exit.id)).applied_at).not.toBeNull();
  });

  it('are applied once when two workers have the same job', async () => {
    const w = await webhookWorld();
    const trade = await w.open();
    const exit = await w.say('EXIT');
    await Promise.all([w.apply(exit.id), w.apply(exit.id), w.apply(exit.id)]);
    expect(await w.intents(trade)).toHaveLength(1);
  });
});

describe('time that runs out', () => {
  it('expires an entry that never reached everyone, and leaves one that did', async () => {
    const w = await webhookWorld();
    const lost = await w.say('ENTRY', { direction: 'LONG' });
    const other = await webhookWorld();
    const half = await other.say('ENTRY', { direction: 'LONG' });
    await other.call('fn.signal_fanout($1)', [half.id]);
    const done = await webhookWorld();
    const trade = await done.open();
    await db.advanceClock(121_000);
    await w.call('fn.signals_expire()', []);
    expect(await signal(lost.id)).toMatchObject({ status: 'EXPIRED' });
    expect(await signal(half.id)).toMatchObject({ status: 'EXPIRED' });
    const [delivery] = await rowsOf(
      db.owner,
      'select status, reason from public.signal_deliveries where signal_id = $1',
      [half.id],
    );
    expect(delivery).toEqual({ status: 'EXPIRED', reason: 'SIGNAL_EXPIRED' });
    expect(await signal(String((await done.tradeOf(trade)).signal_id))).toMatchObject({
      status: 'PUBLISHED',
    });
  });

  it('asks again for what was left undone for 30 s', async () => {
    const w = await webhookWorld();
    const entry = await w.say('ENTRY', { direction: 'LONG' });
    const other = await webhookWorld();
    const exit = await other.say('EXIT');
    const mine = async () =>
      (await w.call<Job[]>('fn.signals_stuck(1000)', [])).filter((job) =>
        [entry.id, exit.id].includes(job.id),
      );
    expect(await mine()).toEqual([]);
    await db.advanceClock(31_000);
    expect(await mine()).toEqual([
      { name: 'signal.fanout', id: entry.id, key: entry.id },
      { name: 'signal.apply', id: exit.id, key: exit.id },
    ]);
  });
});
