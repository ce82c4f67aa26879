import { describe, expect, it } from 'vitest';
import { applyWorld, wishOf } from '#prisma/tests/apply-world.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { one } from '#server/db.ts';
import type { Job } from '#server/queue.ts';

const db = useDatabase();
const webhookWorld = () => applyWorld(db);
const signal = (id: string) => one(db.owner, 'select * from public.signals where id = $1', [id]);
const at = (seconds: number): string => new Date(Date.parse(db.now()) + seconds * 1000).toISOString();
const names = (jobs: readonly { name: string }[]) => jobs.map((job) => job.name).sort();

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
