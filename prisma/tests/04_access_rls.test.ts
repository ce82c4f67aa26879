/**
 * The same matrix with the procedures' checks switched off: row-level security, the grants and the functions' own
 * comparison with the actor are all that is left, and must be enough.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MATRIX } from '#prisma/tests/access-matrix.ts';
import { type AccessWorld, accessWorld, PROCEDURES, wire } from '#prisma/tests/access-world.ts';
import { insertRow, insertUser } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { stopListening } from '#server/api/events/wake.ts';
import type { Context } from '#server/api/trpc.ts';
import type { Role } from '#server/web-db.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

vi.mock('#server/api/roles.ts', async () => {
  const { member } = await import('#server/api/trpc.ts');
  return { trader: member, admin: member };
});
vi.mock('#server/api/confirmed.ts', () => ({ assertConfirmed: async () => undefined }));

const db = useDatabase();
let world: AccessWorld;

beforeAll(async () => {
  // every refusal by a grant is told to the log with its stack: here they are what is wanted
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  Object.assign(globalThis, { lockstepWebPool: db.web });
  process.env.DATABASE_URL_WEB = db.url('lockstep_web');
  world = await accessWorld(db);
});
afterAll(stopListening);

const contextFor = (userId: string, role: Role, sessionId: string): Context => ({
  actor: { userId, role, sessionId, email: 'x@example.test', name: 'X', timeZone: 'UTC' },
  stillHere: async () => true,
  queue: async () => ({ enqueue: async () => undefined }),
});

async function strangerOf(role: Role): Promise<Context> {
  const user = await insertUser(db.owner, { role });
  await insertRow(db.owner, 'user_secrets', { user_id: user.id, password_hash: 'none' });
  const session = await insertRow(db.owner, 'user_sessions', {
    user_id: user.id,
    role,
    token_hash: Buffer.from(user.id.replaceAll('-', '').repeat(2), 'hex'),
    created_at: db.now(),
    last_seen_at: db.now(),
    expires_at: new Date(Date.parse(db.now()) + 12 * 3_600_000),
  });
  return contextFor(user.id, role, session.id);
}

describe('with no check in any procedure', () => {
  const strangers: [string, () => Promise<Context>][] = [
    ['a user', () => strangerOf('user')],
    ['a researcher', () => strangerOf('researcher')],
    ['nobody', async () => contextFor(NOBODY, 'user', NOBODY)],
  ];

  it.each(strangers)('%s learns nothing of another person and changes nothing', async (_, begin) => {
    const context = await begin();
    const before = await world.fingerprint();
    const platform = await sharedRows();
    const connections = vi.spyOn(db.web, 'connect');
    for (const name of PROCEDURES) {
      const [reach, stranger] = MATRIX[name] ?? [];
      const asked = connections.mock.calls.length;
      const answer = await wire(context, name, world.ids);
      // no check of a role and no refused input stood before it: the database was asked
      expect(connections.mock.calls.length, `${name}: ${answer.text}`).toBeGreaterThan(asked);
      expect(answer.text, name).not.toMatch(/Only an admin may do this|has no accounts of his own|Log in to/);
      expect(world.leaks(answer.text, name), `${name}: ${answer.text}`).toEqual([]);
      if (stranger === 'NOT_FOUND') expect([403, 404], `${name}: ${answer.text}`).toContain(answer.status);
      if (reach === 'ADMIN' && stranger === 'OWN') expect(answer.status, name).toBe(403);
    }
    expect(await world.fingerprint()).toEqual(before);
    expect(await sharedRows()).toEqual(platform);
    connections.mockRestore();
  });
});

/** What everybody stands on: flags, the default rules, the platform's switch and limits, who is an admin. */
const sharedRows = () =>
  rowsOf(
    db.owner,
    `select (select json_agg(f order by f.name) from public.feature_flags f) as flags,
      (select json_agg(s order by s.id) from public.switches s where s.user_id is null) as switches,
      (select json_agg(i order by i.id) from public.invitations i) as invitations,
      (select count(*) from public.users u where u.role = 'admin') as admins`,
  );
