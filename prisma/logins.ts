/**
 * The passwords of the log-in roles, taken from the connection strings and stored as SCRAM verifiers.
 *
 * Entry points: loginsFrom, setPasswords. Invariant: a password never travels in a statement, where a server's
 * log would keep it; only its verifier does (RFC 5802, RFC 7677).
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { assertLogin, type Env, paperUrl } from '#server/env.ts';

const ITERATIONS = 4096;

export interface Login {
  role: string;
  url: string;
}

/** The log-ins that the environment gives. Throws an Error of one line when a URL names another role. */
export function loginsFrom(env: Env): Login[] {
  return [
    { role: 'lockstep_web', url: assertLogin(env, 'DATABASE_URL_WEB') },
    { role: 'lockstep_worker', url: assertLogin(env, 'DATABASE_URL_WORKER') },
    { role: 'lockstep_paper', url: paperUrl(env) },
  ];
}

/** Gives each log-in the password of its URL, unless it already works. */
export async function setPasswords(owner: pg.ClientBase, logins: Login[]): Promise<void> {
  for (const { role, url } of logins) {
    const password = decodeURIComponent(new URL(url).password);
    if (password === '' || (await works(url))) continue;
    await owner.query(
      `alter role ${pg.escapeIdentifier(role)} password ${pg.escapeLiteral(verifier(password))}`,
    );
  }
}

async function works(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function verifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
