/**
 * LOCKSTEP_HOME: what an installation keeps beside its database, and the lock that makes it one supervisor's.
 *
 * Entry points: openHome, secretsOf, derived. Invariant: secrets lie in one file that only their owner reads.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { holderOf, type Lock, takeLock } from '#scripts/lock.ts';
import { Trouble } from '#scripts/trouble.ts';
import { hmacSha256 } from '#server/crypto.ts';

/** A supervisor that is just stopping gets this long to be gone. */
const PREDECESSOR_WITHIN_MS = 20_000;

export interface Home {
  dir: string;
  logs: string;
  readyFile: string;
  lock: Lock;
}

export interface Secrets {
  /** Signs session cookies. */
  session: string;
  /** What the demo's passwords and webhook tokens are derived from. */
  demo: string;
}

/** Makes the directory and takes it for this process. Throws Trouble when another supervisor has it. */
export async function openHome(where: string): Promise<Home> {
  const dir = path.resolve(where);
  const logs = path.join(dir, 'logs');
  await mkdir(logs, { recursive: true });
  await chmod(dir, 0o711);
  await chmod(logs, 0o700);
  const lockFile = path.join(dir, 'supervisor.pid');
  const lock = await takeLock(lockFile, PREDECESSOR_WITHIN_MS);
  if (!lock) {
    throw new Trouble(
      `Lockstep is already running on ${dir} (process ${holderOf(lockFile)}): stop it, or set another LOCKSTEP_HOME.`,
    );
  }
  const readyFile = path.join(dir, 'ready.json');
  await rm(readyFile, { force: true });
  return { dir, logs, readyFile, lock };
}

/** The secrets of this home, made at its first start. */
export async function secretsOf(home: Home): Promise<Secrets> {
  const file = path.join(home.dir, 'secrets.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secrets = {
    session: randomBytes(32).toString('base64url'),
    demo: randomBytes(32).toString('base64url'),
  };
  await writeWhole(file, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

/** A secret for one purpose out of another: 256 bits as 43 characters. */
export function derived(secret: string, purpose: string): string {
  return hmacSha256(secret, purpose).toString('base64url');
}

/** Writes a file that only its owner reads, whole or not at all. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
