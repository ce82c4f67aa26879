/**
 * One process at a time, by a file that holds its id; a file of a process that is gone counts as none.
 *
 * Entry point: takeLock. Used for a home directory (one supervisor) and for the production build.
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { commandOf, isAlive, waitUntil } from '#scripts/processes.ts';

export interface Lock {
  release: () => void;
}

/** The id of the process that holds the lock, or null. A reused id is told apart by its command line. */
export function holderOf(file: string): number | null {
  try {
    const [pid = '', script = ''] = readFileSync(file, 'utf8').split('\n');
    const id = Number(pid);
    return id > 0 && id !== process.pid && isAlive(id) && commandOf(id).includes(script) ? id : null;
  } catch {
    return null;
  }
}

/** Takes the lock, waiting at most `withinMs`; null when another process still holds it then. */
export async function takeLock(file: string, withinMs: number): Promise<Lock | null> {
  const script = process.argv[1] ?? 'node';
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, `${process.pid}\n${script.split('/').slice(-2).join('/')}\n`);
  try {
    const taken = await waitUntil(() => tryLink(mine, file), withinMs, 200);
    return taken ? { release: () => rmSync(file, { force: true }) } : null;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** A link is made whole or not at all, so nobody ever reads half a lock. */
function tryLink(mine: string, file: string): boolean {
  if (holderOf(file) === null) rmSync(file, { force: true });
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
