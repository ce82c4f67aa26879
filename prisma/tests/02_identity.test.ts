import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { insertUser } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { one } from '#server/db.ts';

const db = useDatabase();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Begun = { verdict: string; attempt?: number; hash?: string | null; until?: string };

const token = (name: string): Buffer => createHash('sha256').update(name).digest();

async function person(row: Record<string, unknown> = {}) {
  const user = await insertUser(db.owner, row);
  const stored = `hash of ${user.email}`;
  await db.owner.query('insert into public.user_secrets (user_id, password_hash) values ($1, $2)', [
    user.id,
    stored,
  ]);
  return { id: user.id, email: user.email, stored };
}

const begin = async (email: string, address: string | null = null) =>
  (await one<{ b: Begun }>(db.web, 'select fn.login_begin($1, $2) as b', [email, address])).b;

const succeed = (attempt: number | undefined, hash: string | null | undefined, secret: string) =>
  db.web.query('select fn.login_succeed($1, $2, $3, $4, $5)', [
    attempt,
    hash,
    token(secret),
    'a browser',
    null,
  ]);

const touch = async (secret: string, active = true) =>
  (
    await one<{ who: { userId: string; role: string } | null }>(
      db.web,
      'select fn.session_touch($1, $2) as who',
      [token(secret), active],
    )
  ).who;

async function logIn(who: { email: string }, secret: string) {
  const { attempt, hash } = await begin(who.email);
  await succeed(attempt, hash, secret);
}

describe('log-in', () => {
  it('hands out the hash to compare with, and the right password begins a session', async () => {
    const ada = await person();
    const begun = await begin(` ${ada.email.toUpperCase()} `);
    expect(begun).toMatchObject({ verdict: 'CHECK', hash: ada.stored });
    await succeed(begun.attempt, begun.hash, 'ada');
    expect(await touch('ada')).toMatchObject({ userId: ada.id, role: 'user' });
  });

  it('locks out for 15 minutes after five failures, whatever the password then is', async () => {
    const ada = await person();
    for (let n = 0; n < 5; n += 1) expect((await begin(ada.email)).verdict).toBe('CHECK');
    expect((await begin(ada.email)).verdict).toBe('LOCKED');
    await db.advanceClock(14 * MINUTE);
    expect((await begin(ada.email)).verdict).toBe('LOCKED');
    await db.advanceClock(MINUTE + 1);
    expect((await begin(ada.email)).verdict).toBe('CHECK');
  });

  it('ten guesses at once are still five', async () => {
    const ada = await person();
    const verdicts = await Promise.all(Array.from({ length: 10 }, () => begin(ada.email)));
    expect(verdicts.filter((one) => one.verdict === 'CHECK')).toHaveLength(5);
  });

  it('an unknown e-mail counts and locks the same way, without a hash', async () => {
    for (let n = 0; n < 5; n += 1)
      expect(await begin('nobody@example.test')).toMatchObject({ verdict: 'CHECK', hash: null });
    expect((await begin('nobody@example.test')).verdict).toBe('LOCKED');
  });

  it('a success forgets the failures before it', async () => {
    const ada = await person();
    for (let n = 0; n < 4; n += 1) await begin(ada.email);
    await logIn(ada, 'again');
    await db.advanceClock(1);
    for (let n = 0; n < 5; n += 1) expect((await begin(ada.email)).verdict).toBe('CHECK');
  });

  it('an address that failed thirty times waits, whoever it tries', async () => {
    for (let n = 0; n < 30; n += 1) await begin(`guess${n}@example.test`, '192.0.2.7');
    expect((await begin('other@example.test', '192.0.2.7')).verdict).toBe('SLOW_DOWN');
    expect((await begin('other@example.test', '192.0.2.8')).verdict).toBe('CHECK');
  });

  it('a session needs the stored hash, a fresh attempt, and an active user', async () => {
    const ada = await person();
    const begun = await begin(ada.email);
    await expect(succeed(begun.attempt, 'a guess', 'x1')).rejects.toMatchObject({ code: 'LK403' });
    await succeed(begun.attempt, begun.hash, 'x2');
    await expect(succeed(begun.attempt, begun.hash, 'x3')).rejects.toMatchObject({ code: 'LK403' });
    const gone = await person({ status: 'DISABLED', disabled_at: db.now() });
    expect(await begin(gone.email)).toMatchObject({ verdict: 'CHECK', hash: null });
  });
});

describe('a session', () => {
  it('ends after 12 hours whatever happens', async () => {
    const ada = await person();
    await logIn(ada, 'day');
    for (let hour = 0; hour < 11; hour += 1) {
      await db.advanceClock(HOUR);
      expect(await touch('day')).not.toBeNull();
    }
    await db.advanceClock(HOUR);
    expect(await touch('day')).toBeNull();
  });

  it('ends after 2 idle hours; what a page asks by itself is not activity', async () => {
    const ada = await person();
    await logIn(ada, 'idle');
    await db.advanceClock(HOUR);
    expect(await touch('idle', false)).not.toBeNull();
    await db.advanceClock(HOUR);
    expect(await touch('idle', false)).toBeNull();
    expect(await touch('idle')).toBeNull();
  });

  it('ends with the next request when the user is disabled or gets another role', async () => {
    const ada = await person();
    const ben = await person();
    await logIn(ada, 'ada-2');
    await logIn(ben, 'ben-2');
    await db.owner.query(`update public.users set status = 'DISABLED', disabled_at = now() where id = $1`, [
      ada.id,
    ]);
    await db.owner.query(`update public.users set role = 'admin' where id = $1`, [ben.id]);
    expect(await touch('ada-2')).toBeNull();
    expect(await touch('ben-2')).toBeNull();
    const reasons = await rowsOf<{ revoked_reason: string }>(
      db.owner,
      'select revoked_reason from public.user_sessions where user_id = any ($1) order by revoked_reason',
      [[ada.id, ben.id]],
    );
    expect(reasons.map((row) => row.revoked_reason)).toEqual(['ROLE_CHANGED', 'USER_DISABLED']);
  });

  it('ends with logging out, once', async () => {
    const ada = await person();
    await logIn(ada, 'out');
    await db.web.query('select fn.session_end($1)', [token('out')]);
    await db.web.query('select fn.session_end($1)', [token('out')]);
    expect(await touch('out')).toBeNull();
    const acts = await rowsOf<{ act: string }>(
      db.owner,
      'select act from public.audit_log where actor_user_id = $1 order by seq',
      [ada.id],
    );
    expect(acts.map((row) => row.act)).toEqual(['LOGIN', 'LOGOUT']);
  });

  it('is not to be found by its id: the web cannot read the hashes', async () => {
    await expect(db.web.query('select token_hash from public.user_sessions')).rejects.toMatchObject({
      code: '42501',
    });
  });
});

describe('the audit chain', () => {
  it('is whole after acts at once, and a change or a gap shows', async () => {
    const ada = await person();
    const act = (n: number) =>
      db.asActor(ada.id, (client) =>
        client.query(`select fn.audit_append('TEST', 'thing', null, $1)`, [{ n }]),
      );
    await Promise.all(Array.from({ length: 20 }, (_, n) => act(n)));
    const broken = () => rowsOf<{ problem: string }>(db.owner, 'select problem from fn.audit_verify()');
    expect(await broken()).toEqual([]);
    const { seq } = await one<{ seq: string }>(db.owner, 'select min(seq) + 5 as seq from public.audit_log');
    // what the guard keeps everybody from doing, the owner included
    await db.owner.query('alter table public.audit_log disable trigger user');
    await db.owner.query(`update public.audit_log set detail = '{"n": 99}' where seq = $1`, [seq]);
    expect(await broken()).toEqual([{ problem: 'ROW_CHANGED' }]);
    await db.owner.query('delete from public.audit_log where seq = $1', [seq]);
    expect(await broken()).toEqual([{ problem: 'ROW_MISSING' }]);
  });

  it('needs a person', async () => {
    await expect(db.web.query(`select fn.audit_append('X', 'y', null, '{}')`)).rejects.toMatchObject({
      code: 'LK403',
    });
  });
});

describe('an idempotency key', () => {
  it('answers a repeat with the first answer, and refuses other content', async () => {
    const ada = await person();
    const key = randomUUID();
    const ask = (content: string) =>
      db.asActor(ada.id, async (client) => {
        const { before } = await one<{ before: unknown }>(
          client,
          'select fn.idempotency_begin($1, $2) as before',
          [key, token(content)],
        );
        if (before === null)
          await client.query('select fn.idempotency_finish($1, $2)', [key, { done: content }]);
        return before;
      });
    const [first, second] = await Promise.all([ask('close 1'), ask('close 1')]);
    expect([first, second].filter((answer) => answer === null)).toHaveLength(1);
    expect(await ask('close 1')).toEqual({ done: 'close 1' });
    await expect(ask('close 2')).rejects.toMatchObject({ code: 'LK409' });
  });

  it('belongs to its person', async () => {
    const [ada, ben] = [await person(), await person()];
    const key = randomUUID();
    const ask = (id: string) =>
      db.asActor(id, (client) =>
        one<{ b: unknown }>(client, 'select fn.idempotency_begin($1, $2) as b', [key, token('x')]),
      );
    expect((await ask(ada.id)).b).toBeNull();
    expect((await ask(ben.id)).b).toBeNull();
  });
});
