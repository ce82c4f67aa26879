/**
 * Every procedure of the API × (nobody, somebody disabled, an API token, a stranger with the ids of another person, a
 * researcher), as it leaves the process. Nothing of the other person may be told, and nothing of his may change.
 */
import { randomBytes } from 'node:crypto';
import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MATRIX } from '#prisma/tests/access-matrix.ts';
import { type AccessWorld, accessWorld, PROCEDURES, procedureOf, wire } from '#prisma/tests/access-world.ts';
import { insertRow, insertUser } from '#prisma/tests/factories.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import { contextOf } from '#server/api/context.ts';
import { stopListening } from '#server/api/events/wake.ts';
import type { Context } from '#server/api/trpc.ts';
import { API_SCOPES, newApiToken } from '#server/api-token.ts';
import { sha256 } from '#server/crypto.ts';
import type { Role } from '#server/web-db.ts';

const db = useDatabase();
const SECRET = 'a secret of the test, long enough to sign';
let world: AccessWorld;

beforeAll(async () => {
  Object.assign(globalThis, { lockstepWebPool: db.web });
  process.env.DATABASE_URL_WEB = db.url('lockstep_web');
  process.env.NEXTAUTH_SECRET = SECRET;
  world = await accessWorld(db);
});
afterAll(stopListening);

const noQueue = async () => ({ enqueue: async () => undefined });

/** A request with the cookie of a fresh session, read as the web process reads it. */
async function sessionOf(role: Role, more: { revoked?: boolean; of?: string } = {}) {
  const user = more.of ? { id: more.of } : await insertUser(db.owner, { role });
  const secret = randomBytes(32).toString('base64url');
  if (!more.of) await insertRow(db.owner, 'user_secrets', { user_id: user.id, password_hash: 'none' });
  await insertRow(db.owner, 'user_sessions', {
    user_id: user.id,
    role,
    token_hash: sha256(secret),
    created_at: db.now(),
    last_seen_at: db.now(),
    expires_at: new Date(Date.parse(db.now()) + 12 * 3_600_000),
    ...(more.revoked ? { revoked_at: db.now(), revoked_reason: 'LOGOUT' } : {}),
  });
  const cookie = `lockstep.session=${await encode({ token: { secret }, secret: SECRET })}`;
  const context = async (): Promise<Context> => ({
    ...(await contextOf(new Headers({ cookie }))),
    queue: noQueue,
  });
  return { id: user.id, context };
}

const withHeaders = async (headers: Record<string, string>): Promise<Context> => ({
  ...(await contextOf(new Headers(headers))),
  queue: noQueue,
});

/** A stream's refusal is its first event: HTTP has had its status by then. */
function expectStatus(
  { status, text }: { status: number; text: string },
  wanted: number,
  name: string,
): void {
  if (procedureOf(name).type === 'subscription')
    expect(text, name).toMatch(new RegExp(`"httpStatus\\\\?":${wanted}`));
  else expect(status, `${name}: ${text}`).toBe(wanted);
}

describe('the matrix', () => {
  it('knows every procedure of the API, and no other', () => {
    expect(Object.keys(MATRIX).sort()).toEqual([...PROCEDURES].sort());
  });
});

describe('without a session', () => {
  const nobodies: [string, () => Promise<Context>][] = [
    ['nobody', () => withHeaders({})],
    ['a forged cookie', () => withHeaders({ cookie: 'lockstep.session=eyJhbGciOiJub25lIn0..x.y.z' })],
    [
      'a cookie signed with another secret',
      async () => {
        const forged = await encode({ token: { secret: 'x' }, secret: 'some other secret of that length' });
        return withHeaders({ cookie: `lockstep.session=${forged}` });
      },
    ],
    ['a session that was ended', async () => (await sessionOf('admin', { revoked: true })).context()],
    [
      'a disabled admin',
      async () => {
        const { id, context } = await sessionOf('admin');
        expect((await context()).actor?.userId).toBe(id);
        await db.owner.query(
          `update public.users set status = 'DISABLED', disabled_at = now() where id = $1`,
          [id],
        );
        return context();
      },
    ],
    [
      'an API token with every scope',
      async () => {
        const { token, hash } = newApiToken();
        const row = { user_id: world.ids.user, name: 'All', token_hash: hash, scopes: API_SCOPES };
        await insertRow(db.owner, 'api_tokens', row);
        return withHeaders({ authorization: `Bearer ${token}` });
      },
    ],
  ];

  it.each(nobodies)('%s gets 401 from every procedure', async (_, begin) => {
    const context = await begin();
    const before = await world.fingerprint();
    for (const name of PROCEDURES) {
      const [reach] = MATRIX[name] ?? [];
      const answer = await wire(context, name, world.ids);
      expectStatus(answer, reach === 'ANYONE' ? 404 : 401, name);
      expect(world.leaks(answer.text, name), name).toEqual([]);
      expect(answer.text, name).not.toMatch(/stack|select |public\.|node_modules/i);
    }
    expect(await world.fingerprint()).toEqual(before);
  });
});

describe('the person himself', () => {
  /** A context of his own, as a log-in would have given it. */
  const himself = async () => (await sessionOf('user', { of: world.ids.user })).context;
  const queries = PROCEDURES.filter((name) => procedureOf(name).type === 'query');

  it('is shown by some procedure every word that would be a leak to another', async () => {
    const context = await himself();
    const texts: string[] = [];
    for (const name of queries) texts.push((await wire(await context(), name, world.ids)).text);
    const hidden = world.words.filter((word) => !texts.some((text) => text.includes(word)));
    // invitations are the admins', and a page needs no id of the person himself
    expect(hidden.sort()).toEqual([world.ids.invitation, world.ids.user, 'invited@example.test'].sort());
  });

  it('gets 401 from every procedure as soon as he is disabled, his own ids or not', async () => {
    const context = await himself();
    expect((await context()).actor?.userId).toBe(world.ids.user);
    expect((await wire(await context(), 'trades.get', world.ids)).status).toBe(200);
    const set = (status: string) =>
      db.owner.query(
        `update public.users set status = $2, disabled_at = case when $2 = 'DISABLED' then now() end where id = $1`,
        [world.ids.user, status],
      );
    await set('DISABLED');
    try {
      // the session ends with the first request
      expect((await context()).actor).toBeNull();
      const before = await world.fingerprint();
      for (const name of PROCEDURES) {
        const answer = await wire(await context(), name, world.ids);
        expectStatus(answer, MATRIX[name]?.[0] === 'ANYONE' ? 404 : 401, name);
        expect(world.leaks(answer.text), name).toEqual([]);
      }
      expect(await world.fingerprint()).toEqual(before);
    } finally {
      await set('ACTIVE');
    }
  });
});

describe('with the ids of somebody else', () => {
  it.each(['user', 'researcher'] as const)(
    'a %s gets 403 or 404, or an answer without anything of his',
    async (role) => {
      const before = await world.fingerprint();
      const { context } = await sessionOf(role);
      for (const name of PROCEDURES) {
        const [reach = 'ADMIN', stranger] = MATRIX[name] ?? [];
        const answer = await wire(await context(), name, world.ids);
        const forbidden = reach === 'ADMIN' || (reach === 'TRADER' && role === 'researcher');
        if (forbidden) expectStatus(answer, 403, name);
        else if (stranger === 'NOT_FOUND') expectStatus(answer, 404, name);
        else if (stranger === 'NOTHING') expect(answer.status, `${name}: ${answer.text}`).toBe(200);
        else expect(answer.status, `${name}: ${answer.text}`).toBeLessThan(500);
        expect(world.leaks(answer.text, name), name).toEqual([]);
        expect(answer.text, name).not.toMatch(/"stack"|select |public\.|node_modules/);
      }
      expect(await world.fingerprint()).toEqual(before);
    },
  );

  it('an admin reaches another person through the admin’s procedures alone', async () => {
    const before = await world.fingerprint();
    const { context } = await sessionOf('admin');
    for (const name of PROCEDURES) {
      const [reach = 'ADMIN', stranger] = MATRIX[name] ?? [];
      if (reach === 'ADMIN') continue;
      const answer = await wire(await context(), name, world.ids);
      if (stranger === 'NOT_FOUND') expectStatus(answer, 404, name);
      expect(world.leaks(answer.text, name), name).toEqual([]);
    }
    expect(await world.fingerprint()).toEqual(before);
  });

  it('there was something to find: what a stranger may not read, an admin’s list shows', async () => {
    const { context } = await sessionOf('admin');
    const seen = await wire(await context(), 'users.list', world.ids);
    expect(world.leaks(seen.text)).toContain(world.ids.user);
  });
});
