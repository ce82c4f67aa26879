/**
 * The web's way into the database: one transaction per request, in the name of the person who asks.
 * Entry points: webPool, asActor (with the role's sight), asSelf (own rows alone). Invariants: row-level security sees the actor (`lockstep.actor`) and, for
 * admins and researchers, a database role of their own, both set by the message that begins the transaction.
 */
import { type Client, openPool, type Pool } from '#server/db.ts';

export type Role = 'user' | 'researcher' | 'admin';

/** Who asks: established from the session by server/auth.ts. */
export interface Actor {
  sessionId: string;
  userId: string;
  email: string;
  name: string;
  role: Role;
  timeZone: string;
}

/** Connections of the pages; the webhook has its own pool, so that neither starves the other. */
const POOL_SIZE = 8;

const DATABASE_ROLE: Record<Role, string | null> = {
  user: null,
  researcher: 'lockstep_web_researcher',
  admin: 'lockstep_web_admin',
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

// The pages' bundle and the process's own modules are two instances in one process: they share through this.
const shared = globalThis as typeof globalThis & { lockstepWebPool?: Pool };

/** The pool of log-in lockstep_web, opened on first use. Throws when DATABASE_URL_WEB is not set. */
export function webPool(): Pool {
  if (shared.lockstepWebPool) return shared.lockstepWebPool;
  const url = process.env.DATABASE_URL_WEB;
  if (!url) throw new Error('DATABASE_URL_WEB is not set: the pages need the log-in lockstep_web');
  shared.lockstepWebPool = openPool({
    url,
    max: POOL_SIZE,
    name: 'lockstep-pages',
    onError: (error) => process.stderr.write(`lost a database connection of the pages: ${error.message}\n`),
  });
  return shared.lockstepWebPool;
}

/** The statements that begin a transaction for an actor: one message, nothing from outside but a checked uuid. */
export function beginFor(actor: Pick<Actor, 'userId' | 'role'>): string {
  if (!UUID.test(actor.userId)) throw new Error('an actor has a uuid');
  const role = DATABASE_ROLE[actor.role];
  const taken = role ? `set local role ${role};` : '';
  return `begin;${taken}select set_config('lockstep.actor', '${actor.userId}', true)`;
}

/**
 * Runs `work` as the person alone: his own rows, whatever his role. Every page that shows or moves a person's own
 * trades uses this, so that not even an admin's session reaches somebody else's through it.
 */
export const asSelf = <T>(actor: Pick<Actor, 'userId'>, work: (client: Client) => Promise<T>): Promise<T> =>
  asActor({ userId: actor.userId, role: 'user' }, work);

/** Runs `work` in one transaction that sees what this actor may see: committed when it returns, else undone. */
export async function asActor<T>(
  actor: Pick<Actor, 'userId' | 'role'>,
  work: (client: Client) => Promise<T>,
  pool: Pool = webPool(),
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query(beginFor(actor));
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
