import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConfigWorld, configWorld, type Person } from '#prisma/tests/config-world.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { logIn } from '#server/api/session/log-in.ts';
import { API_SCOPES, readTokenHolder } from '#server/api-token.ts';
import { sha256 } from '#server/crypto.ts';
import { one } from '#server/db.ts';
import { codeAt, stepAt } from '#server/totp.ts';

const db = useDatabase();
let world: ConfigWorld;
beforeAll(() => {
  world = configWorld(db);
});

const MINUTE = 60_000;

/** The first step of a log-in: what fn.login_begin hands out for the right password. */
async function firstStep(email: string) {
  const { b } = await one<{ b: { attempt: number; hash: string } }>(
    db.web,
    'select fn.login_begin($1, null) as b',
    [email],
  );
  return { attempt: String(b.attempt), passwordHash: b.hash };
}

const succeed = (login: { attempt: string; passwordHash: string }, secret: string) =>
  db.web.query('select fn.login_succeed($1, $2, $3, null, null)', [
    login.attempt,
    login.passwordHash,
    sha256(secret),
  ]);

describe('a profile', () => {
  it('takes a name and a time zone, and says what changed', async () => {
    const ada = await world.person();
    await ada.api.profile.set({ name: ' Ada L. ', timeZone: 'Europe/Berlin' });
    expect(await ada.api.profile.get()).toMatchObject({
      name: 'Ada L.',
      timeZone: 'Europe/Berlin',
      secondFactor: { on: false, recoveryLeft: 0 },
    });
    await expect(ada.api.profile.set({ name: 'Ada', timeZone: 'Mars/Olympus' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    const [act] = await world.acts(ada);
    expect(act).toMatchObject({ act: 'profile.set', detail: { time_zone: ['UTC', 'Europe/Berlin'] } });
    expect(await world.heard(ada, ada.id)).toBe(1);
  });

  it('is nobody’s without a session', async () => {
    await expect(world.nobody.profile.get()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});

describe('the password', () => {
  it('given again confirms the session for ten minutes', async () => {
    const ada = await world.person('user', { stale: true });
    const act = () => ada.api.profile.beginSecondFactor();
    await expect(act()).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    await expect(ada.api.profile.confirm({ password: 'a guess' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(act()).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    await ada.api.profile.confirm({ password: ada.password });
    await act();
    await db.advanceClock(10 * MINUTE + 1);
    await expect(act()).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
  });

  it('is locked after five guesses here as at the log-in', async () => {
    const ada = await world.person();
    for (let n = 0; n < 5; n += 1) {
      await expect(ada.api.profile.confirm({ password: `guess ${n}` })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    }
    await expect(ada.api.profile.confirm({ password: ada.password })).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
    });
  });

  it('of one person confirms no session of another', async () => {
    const [ada, ben] = [await world.person(), await world.person()];
    const proof = await firstStep(ada.email);
    const confirm = (session: string) =>
      db.asActor(ben.id, (client) =>
        client.query('select fn.session_confirm($1, $2, $3)', [proof.attempt, proof.passwordHash, session]),
      );
    await expect(confirm(ben.sessionId)).rejects.toMatchObject({ code: 'LK403' });
    await expect(confirm(ada.sessionId)).rejects.toMatchObject({ code: 'LK404' });
  });

  it('changes with the old one alone, and the other sessions end', async () => {
    const ada = await world.person();
    await succeed(await firstStep(ada.email), `other of ${ada.id}`);
    await expect(
      ada.api.profile.changePassword({ current: 'wrong', next: 'a longer one' }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await ada.api.profile.changePassword({ current: ada.password, next: 'a longer one' })).toEqual({
      sessionsEnded: 1,
    });
    expect((await ada.api.profile.sessions()).map((session) => session.current)).toEqual([true]);
    await expect(ada.api.profile.confirm({ password: ada.password })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await ada.api.profile.confirm({ password: 'a longer one' });
  });
});

describe('sessions', () => {
  it('are listed, ended one by one or all but the present one, and never another’s', async () => {
    const [ada, ben] = [await world.person(), await world.person()];
    for (const n of [1, 2, 3]) await succeed(await firstStep(ada.email), `${n} of ${ada.id}`);
    const sessions = await ada.api.profile.sessions();
    expect(sessions).toHaveLength(4);
    const other = sessions.find((session) => !session.current);
    await ada.api.profile.endSession({ id: other?.id ?? '' });
    expect(await ada.api.profile.endOtherSessions()).toEqual({ ended: 2 });
    expect((await ada.api.profile.sessions()).map((session) => session.id)).toEqual([ada.sessionId]);
    await expect(ben.api.profile.endSession({ id: ada.sessionId })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await ada.api.profile.sessions()).toHaveLength(1);
  });
});

describe('the second factor', () => {
  async function withFactor() {
    const ada = await world.person();
    const { secret } = await ada.api.profile.beginSecondFactor();
    const now = () => codeAt(secret, stepAt(Date.parse(db.now())));
    const { recoveryCodes } = await ada.api.profile.enableSecondFactor({ code: now() });
    await db.advanceClock(30_000);
    return { ada, now, recoveryCodes };
  }

  /** What the log-in says to the right password and this code. */
  const enter = (person: Person, code: string) =>
    logIn({
      email: person.email,
      password: person.password,
      code,
      address: null,
      userAgent: 'a browser',
      tokenHash: sha256(randomUUID()),
    }).then(
      () => 'IN',
      (error: Error) => error.message,
    );

  it('counts once its first code was right', async () => {
    const ada = await world.person();
    const { secret, uri } = await ada.api.profile.beginSecondFactor();
    expect(uri).toContain(secret);
    await expect(ada.api.profile.enableSecondFactor({ code: '000000' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    expect((await ada.api.profile.get()).secondFactor.on).toBe(false);
    expect(await enter(ada, '')).toBe('IN');
    await ada.api.profile.enableSecondFactor({ code: codeAt(secret, stepAt(Date.parse(db.now()))) });
    expect((await ada.api.profile.get()).secondFactor).toEqual({ on: true, recoveryLeft: 10 });
    await expect(ada.api.profile.beginSecondFactor()).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is asked for at the log-in, and the database lets nobody past it', async () => {
    const { ada, now } = await withFactor();
    expect(await enter(ada, '')).toBe('CODE_NEEDED');
    expect(await enter(ada, '123 456')).toBe('CODE_WRONG');
    await expect(succeed(await firstStep(ada.email), `past ${ada.id}`)).rejects.toMatchObject({
      code: 'LK403',
    });
    expect(await enter(ada, now())).toBe('IN');
  });

  it('takes no code twice, not even at the same moment', async () => {
    const { ada, now } = await withFactor();
    const code = now();
    expect((await Promise.all([enter(ada, code), enter(ada, code)])).sort()).toEqual(['CODE_WRONG', 'IN']);
    expect(await enter(ada, code)).toBe('CODE_WRONG');
  });

  it('locks after five wrong codes, whatever the next one is', async () => {
    const { ada, now } = await withFactor();
    for (let n = 0; n < 5; n += 1) expect(await enter(ada, '000000')).toBe('CODE_WRONG');
    expect(await enter(ada, now())).toBe('LOCKED');
  });

  it('can be passed with a recovery code, each once, and the person is told', async () => {
    const { ada, recoveryCodes } = await withFactor();
    const code = recoveryCodes[3]?.toLowerCase() ?? '';
    expect(await enter(ada, code)).toBe('IN');
    expect(await enter(ada, code)).toBe('CODE_WRONG');
    expect((await ada.api.profile.get()).secondFactor.recoveryLeft).toBe(9);
    const alerts = await rowsOf(db.owner, 'select code from public.alerts where user_id = $1', [ada.id]);
    expect(alerts).toEqual([{ code: 'RECOVERY_CODE_USED' }]);
    const fresh = await ada.api.profile.renewRecoveryCodes();
    expect(await enter(ada, recoveryCodes[0] ?? '')).toBe('CODE_WRONG');
    expect(await enter(ada, fresh.recoveryCodes[0] ?? '')).toBe('IN');
  });

  it('tells its secret to nobody without the hash that proves the password', async () => {
    const { ada } = await withFactor();
    const { attempt } = await firstStep(ada.email);
    await expect(db.web.query('select fn.login_factor($1, $2)', [attempt, 'a guess'])).rejects.toMatchObject({
      code: 'LK403',
    });
  });

  it('goes off with the password given lately', async () => {
    const { ada } = await withFactor();
    await ada.api.profile.disableSecondFactor();
    expect((await ada.api.profile.get()).secondFactor).toEqual({ on: false, recoveryLeft: 0 });
    expect(await enter(ada, '')).toBe('IN');
  });
});

describe('an API token', () => {
  const holderOf = (token: string) => readTokenHolder(db.web, `Bearer ${token}`);

  it('is shown once, holds its scopes, and notes its use', async () => {
    const ada = await world.person();
    const { id, token } = await ada.api.apiTokens.create({
      name: 'Script',
      scopes: ['trades:read', 'pnl:read'],
      days: null,
    });
    expect(await holderOf(token)).toMatchObject({
      tokenId: id,
      userId: ada.id,
      scopes: ['pnl:read', 'trades:read'],
    });
    const [listed] = await ada.api.apiTokens.list();
    expect(listed).toMatchObject({ id, live: true, lastUsedAt: new Date(db.now()) });
    const stored = await rowsOf(
      db.owner,
      'select to_jsonb(t)::text as row from public.api_tokens t where id = $1',
      [id],
    );
    expect(JSON.stringify(stored)).not.toContain(token);
    expect(JSON.stringify(await world.acts(ada))).not.toContain(token);
  });

  it('ends when revoked, run out, or with its person', async () => {
    const [ada, ben, root] = [await world.person(), await world.person(), await world.person('admin')];
    const short = await ada.api.apiTokens.create({ name: 'Short', scopes: ['orders:read'], days: 1 });
    const lasting = await ada.api.apiTokens.create({ name: 'Lasting', scopes: ['orders:read'], days: null });
    const his = await ben.api.apiTokens.create({ name: 'His', scopes: ['orders:read'], days: null });
    await expect(ben.api.apiTokens.revoke({ id: lasting.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await ada.api.apiTokens.revoke({ id: lasting.id });
    expect(await holderOf(lasting.token)).toBeNull();
    await root.api.users.setStatus({ id: ben.id, status: 'DISABLED', reason: 'left' });
    expect(await holderOf(his.token)).toBeNull();
    expect(await holderOf(short.token)).not.toBeNull();
    await db.advanceClock(24 * 60 * MINUTE + 1);
    expect(await holderOf(short.token)).toBeNull();
    expect(await readTokenHolder(db.web, 'Bearer nothing')).toBeNull();
  });

  it('knows the scopes that the table knows', async () => {
    const [{ definition = '' } = {}] = await rowsOf<{ definition: string }>(
      db.owner,
      `select pg_get_constraintdef(oid) as definition from pg_constraint where conname = 'api_token_has_known_scopes'`,
    );
    expect([...definition.matchAll(/'([a-z]+:[a-z]+)'/g)].map((found) => found[1]).sort()).toEqual(
      [...API_SCOPES].sort(),
    );
  });
});
