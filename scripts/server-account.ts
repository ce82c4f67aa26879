/**
 * The account that PostgreSQL runs under, and places that it can reach.
 *
 * Entry points: serverAccount, reachableDirectory, reachableBinaries. PostgreSQL refuses to run as root; whoever
 * starts us as root, perhaps from a directory that is closed to everybody else, gets a server under another account
 * whose files lie where that account can go. For everybody else nothing is moved.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Account {
  uid?: number;
  gid?: number;
}

export interface Binaries {
  initdb: string;
  postgres: string;
}

const PUBLIC_PLACES = ['/var/lib/lockstep', path.join(tmpdir(), 'lockstep')];

/** Nobody in particular when we are not root; otherwise `postgres`, made when missing, or `nobody`. */
export function serverAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const existing = idsOf('postgres');
  if (existing) return existing;
  try {
    execFileSync('groupadd', ['--system', 'postgres'], { stdio: 'ignore' });
    execFileSync('useradd', ['--system', '-g', 'postgres', '-M', 'postgres'], { stdio: 'ignore' });
  } catch {
    // a container without these tools: any unprivileged account that exists will do
  }
  const account = idsOf('postgres') ?? idsOf('nobody');
  if (!account)
    throw new Error('PostgreSQL cannot run as root, and there is no account "postgres" or "nobody".');
  return account;
}

/** `dir`, or the public directory that a link in its place points to when the account cannot get there. */
export async function reachableDirectory(dir: string, account: Account): Promise<string> {
  const linked = await readlink(dir).catch(() => null);
  if (linked !== null && existsSync(linked)) return linked;
  if (linked !== null) await rm(dir, { force: true });
  await mkdir(dir, { recursive: true });
  if (account.uid === undefined) return dir;
  // the account must be able to pass, not to look around
  await chmod(dir, 0o711);
  if (canReach(dir, account)) return dir;
  const moved = path.join(await publicPlace(), `data-${randomBytes(6).toString('hex')}`);
  await mkdir(moved, { mode: 0o711 });
  await rm(dir, { recursive: true });
  await symlink(moved, dir);
  return moved;
}

/** The binaries, copied once to a public place when the account cannot reach them. */
export async function reachableBinaries(binaries: Binaries, account: Account): Promise<Binaries> {
  if (account.uid === undefined || canReach(binaries.postgres, account)) return binaries;
  const native = path.dirname(path.dirname(binaries.postgres));
  const { version } = JSON.parse(readFileSync(path.join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = path.join(await publicPlace(), `postgres-${version}`);
  if (!existsSync(copy)) {
    const making = `${copy}.${process.pid}`;
    await cp(native, making, { recursive: true, verbatimSymlinks: true });
    // another process may have been faster; then its copy is as good
    await rename(making, copy).catch(() => rm(making, { recursive: true, force: true }));
  }
  const inCopy = (file: string): string => path.join(copy, path.relative(native, file));
  return { initdb: inCopy(binaries.initdb), postgres: inCopy(binaries.postgres) };
}

/** Asks as that account; modes alone would not tell about access lists. */
function canReach(place: string, account: Account): boolean {
  return spawnSync('sh', ['-c', 'test -x "$1"', 'sh', place], { ...account, cwd: '/' }).status === 0;
}

async function publicPlace(): Promise<string> {
  for (const place of PUBLIC_PLACES) {
    try {
      await mkdir(place, { recursive: true });
      await chmod(place, 0o755);
      return place;
    } catch {
      // read-only system directories: the next one
    }
  }
  throw new Error(
    `PostgreSQL cannot run as root, and no place is open to another account (${PUBLIC_PLACES.join(', ')}).`,
  );
}

function idsOf(name: string): Account | null {
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`));
    const [, , uid, gid] = (line ?? '').split(':');
    return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
  } catch {
    return null;
  }
}
