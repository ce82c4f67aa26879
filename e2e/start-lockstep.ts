/**
 * Starts a whole installation as `npm start` does, in a home of its own on a free port, and stops it afterwards.
 * What it says of itself (ready.json) is what the stories use. LOCKSTEP_E2E_READY names one that already runs.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../scripts/processes.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
/** A first start on a slow machine builds the pages and creates the database. */
const READY_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 20_000;

export default async function startLockstep(): Promise<() => Promise<void>> {
  if (process.env.LOCKSTEP_E2E_READY) return async () => undefined;
  const home = await mkdtemp(path.join(tmpdir(), 'lockstep-e2e-'));
  const port = await freePort();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    LOCKSTEP_HOME: home,
    PORT: String(port),
    HOST: '127.0.0.1',
    // the https proxy of the stories
    TRUSTED_PROXY: '127.0.0.1',
  };
  for (const name of ['DATABASE_URL', 'DATABASE_URL_WEB', 'DATABASE_URL_WORKER', 'DATABASE_URL_PAPER'])
    delete env[name];
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(String(data)));
  const ready = path.join(home, 'ready.json');
  const stop = () => end(child, home);
  try {
    await untilReady(child, ready, said);
  } catch (error) {
    await stop();
    throw error;
  }
  process.env.LOCKSTEP_E2E_READY = ready;
  return stop;
}

async function untilReady(child: ChildProcess, file: string, said: string[]): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`Lockstep did not start:\n${said.join('')}`);
    if (await readFile(file, 'utf8').catch(() => null)) return;
    await delay(200);
  }
  throw new Error(`Lockstep was not ready within ${READY_WITHIN_MS / 1000} s:\n${said.join('')}`);
}

async function end(child: ChildProcess, home: string): Promise<void> {
  if (child.exitCode === null) {
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await Promise.race([closed, delay(STOP_WITHIN_MS)]);
    if (child.exitCode === null) child.kill('SIGKILL');
  }
  await rm(home, { recursive: true, force: true });
}
