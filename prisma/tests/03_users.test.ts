import { beforeAll, describe, expect, it } from 'vitest';
import { type ConfigWorld, configWorld } from '#prisma/tests/config-world.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { entryWorld } from '#prisma/tests/intent-world.ts';
import { isPasswordOf } from '#server/crypto.ts';

const db = useDatabase();
let world: ConfigWorld;
beforeAll(() => {
  world = configWorld(db);
});

const HOUR = 3_600_000;

describe('users', () => {
  it('are an admin’s to list and change, nobody else’s', async () => {
    const [root, ada, lab] = [
      await world.person('admin'),
      await world.person(),
      await world.person('researcher'),
    ];
    expect((await root.api.users.list({ search: ada.email })).map((user) => user.id)).toEqual([ada.id]);
    for (const other of [ada, lab]) {
      await expect(other.api.users.list({})).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(other.api.users.setRole({ id: other.id, role: 'admin' })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
      await expect(
        db.asActor(other.id, (client) => client.query(`select fn.user_role_set($1, 'admin')`, [other.id])),
      ).rejects.toMatchObject({ code: '42501' });
    }
    await expect(world.nobody.users.list({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('get another role, and their sessions end', async () => {
    const [root, ada] = [await world.person('admin'), await world.person()];
    await root.api.users.setRole({ id: ada.id, role: 'researcher' });
    expect((await root.api.users.list({ search: ada.email }))[0]).toMatchObject({
      role: 'researcher',
      sessions: 0,
    });
    expect((await world.acts(root)).at(-1)).toMatchObject({
      act: 'user.role',
      detail: { role: ['user', 'researcher'] },
    });
    await expect(root.api.users.setRole({ id: crypto.randomUUID(), role: 'user' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('that are disabled are out, their resting entries withdrawn, and come back without sessions', async () => {
    const root = await world.person('admin');
    const { followers } = await entryWorld(db, { accounts: 1 });
    const userId = followers[0]?.user_id ?? '';
    await expect(
      root.api.users.setStatus({ id: userId, status: 'DISABLED', reason: ' ' }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await root.api.users.setStatus({ id: userId, status: 'DISABLED', reason: 'left' });
    const reasons = await rowsOf<{ code: string }>(db.worker, 'select code from fn.account_operational($1)', [
      followers[0]?.id,
    ]);
    expect(reasons.map((row) => row.code)).toEqual(['USER_INACTIVE']);
    await root.api.users.setStatus({ id: userId, status: 'ACTIVE' });
    expect(
      await rowsOf(db.worker, 'select code from fn.account_operational($1)', [followers[0]?.id]),
    ).toEqual([]);
  });

  it('include one active admin at least, who does not change himself', async () => {
    const [root, second] = [await world.person('admin'), await world.person('admin')];
    await db.owner.query(`update public.users set role = 'user' where role = 'admin' and id <> all ($1)`, [
      [root.id, second.id],
    ]);
    await expect(
      root.api.users.setStatus({ id: root.id, status: 'DISABLED', reason: 'me' }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    const both = await Promise.allSettled([
      root.api.users.setRole({ id: second.id, role: 'user' }),
      second.api.users.setRole({ id: root.id, role: 'user' }),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(
      await rowsOf(db.owner, `select 1 from public.users where role = 'admin' and status = 'ACTIVE'`),
    ).toHaveLength(1);
  });

  it('are not changed from a session that has not given its password lately', async () => {
    const [root, ada] = [await world.person('admin', { stale: true }), await world.person()];
    await expect(root.api.users.setRole({ id: ada.id, role: 'admin' })).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
  });
});

describe('an invitation', () => {
  const accept = (token: string, name = 'Cleo') =>
    world.nobody.invitations.accept({ token, name, timeZone: 'Asia/Kolkata', password: 'correct horse' });

  it('by link becomes a user with his password, once', async () => {
    const root = await world.person('admin');
    const invited = await root.api.invitations.create({ email: 'Cleo@Example.test', role: 'user' });
    expect(await world.nobody.invitations.read({ token: invited.token })).toMatchObject({
      email: 'cleo@example.test',
      role: 'user',
    });
    const results = await Promise.allSettled([accept(invited.token), accept(invited.token)]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    const [user] = await rowsOf<{ id: string; password_hash: string; role: string; time_zone: string }>(
      db.owner,
      `select u.id, u.role, u.time_zone, s.password_hash from public.users u
       join public.user_secrets s on s.user_id = u.id where u.email = 'cleo@example.test'`,
    );
    expect(user).toMatchObject({ role: 'user', time_zone: 'Asia/Kolkata' });
    expect(await isPasswordOf(user?.password_hash ?? '', 'correct horse')).toBe(true);
    expect(
      await rowsOf(db.owner, `select 1 from public.switches where scope = 'USER' and user_id = $1`, [
        user?.id,
      ]),
    ).toHaveLength(1);
    await expect(world.nobody.invitations.read({ token: invited.token })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await root.api.invitations.list())[0]).toMatchObject({ state: 'ACCEPTED' });
    expect((await world.acts(user ?? { id: '' })).map((act) => act.act)).toEqual(['invitation.accept']);
  });

  it('ends when revoked, replaced or run out', async () => {
    const root = await world.person('admin');
    const invite = (email: string) => root.api.invitations.create({ email, role: 'user', hours: 1 });
    const revoked = await invite('dora@example.test');
    await root.api.invitations.revoke({ id: revoked.id });
    const first = await invite('emil@example.test');
    const second = await invite('emil@example.test');
    const late = await invite('fay@example.test');
    for (const gone of [revoked, first]) {
      await expect(accept(gone.token)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await accept(second.token, 'Emil');
    await db.advanceClock(HOUR);
    await expect(accept(late.token)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(
      (await root.api.invitations.list())
        .map((found) => found.state)
        .slice(0, 4)
        .sort(),
    ).toEqual(['ACCEPTED', 'EXPIRED', 'REVOKED', 'REVOKED']);
  });

  it('goes to strangers alone, and comes from admins alone', async () => {
    const [root, ada] = [await world.person('admin'), await world.person()];
    await expect(root.api.invitations.create({ email: ada.email, role: 'user' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(
      ada.api.invitations.create({ email: 'x@example.test', role: 'admin' }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
