/**
 * People who change settings through the API: each with a session of his own, as the log-in would have made it.
 *
 * Entry point: configWorld. `api` is the router's caller; what it enqueues is collected in `jobs`; `act` reads his audit trail.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { insertRow, insertUser } from '#prisma/tests/factories.ts';
import { rowsOf, type TestDatabase } from '#prisma/tests/harness.ts';
import { callerOf } from '#server/api/root.ts';
import { hashPassword } from '#server/crypto.ts';
import type { Job } from '#server/queue.ts';
import type { Actor, Role } from '#server/web-db.ts';

export interface Person {
  id: string;
  email: string;
  sessionId: string;
  password: string;
  api: ReturnType<typeof callerOf>;
}

export interface ConfigWorld {
  jobs: Job[];
  /** A user with password and a fresh session; `stale` makes the session older than ten minutes. */
  person: (role?: Role, options?: { stale?: boolean }) => Promise<Person>;
  /** The API without a session. */
  nobody: ReturnType<typeof callerOf>;
  /** What a person did, oldest first. */
  acts: (person: {
    id: string;
  }) => Promise<{ act: string; entity: string; detail: Record<string, unknown> }[]>;
  /** Topics of the events that his pages hear of this entity. */
  heard: (person: { id: string }, entityId: string) => Promise<number>;
}

const STALE_MS = 11 * 60_000;

/** Call it in beforeAll: the pages' pool becomes this database's. */
export function configWorld(db: TestDatabase): ConfigWorld {
  Object.assign(globalThis, { lockstepWebPool: db.web });
  const jobs: Job[] = [];
  const callerFor = (actor: Actor | null) =>
    callerOf({
      actor,
      stillHere: async () => true,
      queue: async () => ({ enqueue: async (_client, more) => void jobs.push(...more) }),
    });

  return {
    jobs,
    nobody: callerFor(null),
    person: async (role = 'user', { stale = false } = {}) => {
      const user = await insertUser(db.owner, { role });
      const password = randomUUID();
      await insertRow(db.owner, 'user_secrets', {
        user_id: user.id,
        password_hash: await hashPassword(password),
      });
      const begun = new Date(Date.parse(db.now()) - (stale ? STALE_MS : 0)).toISOString();
      const session = await insertRow(db.owner, 'user_sessions', {
        token_hash: randomBytes(32),
        user_id: user.id,
        role,
        created_at: begun,
        last_seen_at: begun,
        expires_at: new Date(Date.parse(db.now()) + 12 * 3_600_000).toISOString(),
      });
      const actor = {
        userId: user.id,
        role,
        sessionId: session.id,
        email: user.email,
        name: 'X',
        timeZone: 'UTC',
      };
      return { id: user.id, email: user.email, sessionId: session.id, password, api: callerFor(actor) };
    },
    acts: ({ id }) =>
      rowsOf(
        db.owner,
        'select act, entity, detail from public.audit_log where actor_user_id = $1 order by seq',
        [id],
      ),
    heard: async ({ id }, entityId) => {
      const [row] = await rowsOf<{ n: number }>(
        db.owner,
        'select count(*)::int as n from public.event_log where user_id = $1 and entity_id = $2',
        [id, entityId],
      );
      return row?.n ?? 0;
    },
  };
}
