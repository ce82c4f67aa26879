import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertUser } from '#prisma/tests/factories.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import { stopListening } from '#server/api/events/wake.ts';
import { callerOf } from '#server/api/root.ts';
import type { Queryable } from '#server/db.ts';

const db = useDatabase({ clock: null });

beforeAll(() => {
  Object.assign(globalThis, { lockstepWebPool: db.web });
  process.env.DATABASE_URL_WEB = db.url('lockstep_web');
});

afterAll(stopListening);

/** A live stream of this person: takes one event after the other. */
async function listen(userId: string, lastEventId?: string, stillHere = async () => true) {
  const actor = {
    userId,
    role: 'user' as const,
    sessionId: randomUUID(),
    email: '',
    name: '',
    timeZone: 'UTC',
  };
  const context = { actor, stillHere, queue: () => Promise.reject(new Error('unused')) };
  const stream = await callerOf(context).events.onEvent({ lastEventId });
  const events = stream[Symbol.asyncIterator]();
  const next = async () => {
    const { value } = await events.next();
    if (!value) throw new Error('the stream ended');
    const [id, data] = value as unknown as [string, { topic: string; entity: string }];
    return { id, ...data };
  };
  return { next, first: await next(), last: () => events.next(), end: () => events.return?.() };
}

const emit = (on: Queryable, userId: string, topic: string) =>
  on.query('select fn.event_append($1, $2, $3, null, null)', [userId, topic, 'test']);

describe('the live stream', () => {
  it('gives a person his own events and nobody else’s', async () => {
    const [ada, ben] = [await insertUser(db.owner), await insertUser(db.owner)];
    const live = await listen(ada.id);
    expect(live.first.topic).toBe('ready');
    await emit(db.worker, ben.id, 'for ben');
    await emit(db.worker, ada.id, 'for ada');
    expect((await live.next()).topic).toBe('for ada');
    await live.end?.();
  });

  it('does not lose what commits late, and gives it in the order in which it may be read', async () => {
    const ada = await insertUser(db.owner);
    const live = await listen(ada.id);
    const slow = await db.worker.connect();
    await slow.query('begin');
    await emit(slow, ada.id, 'began first');
    await emit(db.worker, ada.id, 'committed first');
    await slow.query('commit');
    slow.release();
    expect([(await live.next()).topic, (await live.next()).topic]).toEqual([
      'began first',
      'committed first',
    ]);
    await live.end?.();
  });

  it('resumes after the last id without a gap or a repeat', async () => {
    const ada = await insertUser(db.owner);
    const before = await listen(ada.id);
    await emit(db.worker, ada.id, 'one');
    const { id } = await before.next();
    await before.end?.();
    await emit(db.worker, ada.id, 'two');
    await emit(db.worker, ada.id, 'three');
    const after = await listen(ada.id, id);
    expect([(await after.next()).topic, (await after.next()).topic]).toEqual(['two', 'three']);
    await after.end?.();
  });

  it('answers an id that it does not know with a reset', async () => {
    const ada = await insertUser(db.owner);
    for (const id of ['nonsense', '999999999999-1']) {
      const live = await listen(ada.id, id);
      expect(live.first.topic).toBe('reset');
      await live.end?.();
    }
  });

  it('ends at once with its session: what ends one is an event of settings', async () => {
    const ada = await insertUser(db.owner);
    let isHere = true;
    const live = await listen(ada.id, undefined, async () => isHere);
    await emit(db.worker, ada.id, 'settings');
    expect((await live.next()).topic).toBe('settings');
    // still logged in: it goes on
    await emit(db.worker, ada.id, 'more');
    expect((await live.next()).topic).toBe('more');
    isHere = false;
    await emit(db.worker, ada.id, 'settings');
    const began = performance.now();
    expect((await live.next()).topic).toBe('settings');
    expect((await live.last()).done).toBe(true);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
