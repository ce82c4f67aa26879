import { describe, expect, it } from 'vitest';
import { applyWorld, wishOf } from '#prisma/tests/apply-world.ts';
import { insertAccount, insertSubscription } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { one, withTx } from '#server/db.ts';
import { applyChunk } from '#server/pipeline/1-signal/store.ts';

const db = useDatabase();
const webhookWorld = () => applyWorld(db);
const signal = (id: string) => one(db.owner, 'select * from public.signals where id = $1', [id]);
const at = (seconds: number): string => new Date(Date.parse(db.now()) + seconds * 1000).toISOString();
const names = (jobs: readonly { name: string }[]) => jobs.map((job) => job.name).sort();

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
