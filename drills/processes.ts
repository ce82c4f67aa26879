/**
 * The product's processes under a drill: the real web process and the real worker, kept alive by the supervisor's own code.
 *
 * Entry points: startWeb, startWorker. Invariant: a process that a drill did not ask to end and that ends is counted,
 * so that "nothing died" can be asserted.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildWhenNeeded } from '#scripts/build.ts';
import { keepAlive } from '#scripts/child.ts';
import { isAlive, waitUntil } from '#scripts/processes.ts';
import type { Login } from './server.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const PRELOAD = path.join(ROOT, 'scripts/exit-with-parent.ts');
const UP_WITHIN_MS = 60_000;

export interface Process {
  name: string;
  pid: () => number;
  /** Sends a signal to the process as it is now. */
  kill: (signal: NodeJS.Signals) => void;
  /** SIGKILL, and resolves once it is gone; it is started again by its supervisor. */
  murder: () => Promise<void>;
  /** Ends that nobody ordered. */
  deaths: () => string[];
  log: () => string;
  /** Resident memory in MiB; 0 while it is down. */
  memory: () => number;
  stop: () => Promise<void>;
}

export interface ProcessOptions {
  name: string;
  dir: string;
  url: (login: Login) => string;
  env?: Record<string, string>;
  /** Modules loaded before the process's own. */
  preload?: string[];
}

/** The connection string with the process's name in pg_stat_activity. */
export function named(url: string, name: string): string {
  return `${url}?application_name=${name}`;
}

function startProcess(options: ProcessOptions, script: string, env: Record<string, string>): Process {
  const { name, dir } = options;
  const logFile = path.join(dir, `${name}.log`);
  const kept = Object.entries(process.env).filter(
    ([key]) => !/^(DATABASE_URL|NODE_OPTIONS|VITEST)/.test(key),
  );
  const ordered = new Set<number>();
  const deaths: string[] = [];
  const preload = [PRELOAD, ...(options.preload ?? [])].flatMap((file) => ['--import', file]);
  const child = keepAlive({
    name,
    args: [...preload, path.join(ROOT, script)],
    env: { ...Object.fromEntries(kept), NODE_ENV: 'production', LOG_LEVEL: 'info', ...env, ...options.env },
    logFile,
    say: (line) => {
      if (!ordered.delete(last)) deaths.push(line);
    },
    onHopeless: (words) => deaths.push(`hopeless: ${words}`),
  });
  child.ready();
  let last = child.pid() ?? 0;
  const pid = (): number => {
    last = child.pid() ?? last;
    return last;
  };
  return {
    name,
    pid,
    kill: (signal) => void process.kill(pid(), signal),
    murder: async () => {
      const victim = pid();
      ordered.add(victim);
      process.kill(victim, 'SIGKILL');
      await waitUntil(() => child.pid() !== victim || !isAlive(victim), 10_000, 10);
    },
    deaths: () => deaths,
    log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''),
    memory: () => memoryOf(child.pid()),
    stop: () => child.stop(),
  };
}

function memoryOf(pid: number | undefined): number {
  try {
    const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The web process on a port, pages included; `pages: false` starts the webhook alone, which is ready at once. */
export async function startWeb(options: ProcessOptions & { port: number; pages: boolean }): Promise<Process> {
  // which pages it serves does not matter here, so an older build will do
  if (options.pages && !existsSync(path.join(ROOT, '.next/BUILD_ID'))) await buildWhenNeeded(() => undefined);
  const started = startProcess(options, options.pages ? 'server/http.ts' : 'drills/webhook-process.ts', {
    PORT: String(options.port),
    DATABASE_URL_WEB: named(options.url('lockstep_web'), options.name),
    NEXTAUTH_SECRET: 'the drills have nothing to keep secret at all',
    NEXTAUTH_URL: `http://127.0.0.1:${options.port}`,
    NEXT_TELEMETRY_DISABLED: '1',
  });
  await untilAnswers(started, options.port);
  return started;
}

/** Waits until the port answers alerts. Throws with the log when it does not. */
export async function untilAnswers(web: Process, port: number): Promise<void> {
  const up = await waitUntil(
    async () => {
      const url = `http://127.0.0.1:${port}/api/webhook/schema.json`;
      return (await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => null))?.ok ?? false;
    },
    UP_WITHIN_MS,
    50,
  );
  if (!up) await giveUp(web);
}

async function giveUp(one: Process): Promise<never> {
  await one.stop();
  throw new Error(`${one.name} does not start: ${one.log().slice(-400)}`);
}

/** A worker with every role. Resolves when it says that it works. */
export async function startWorker(options: ProcessOptions): Promise<Process> {
  const started = startProcess(options, 'jobs/worker.ts', {
    DATABASE_URL_WORKER: named(options.url('lockstep_worker'), options.name),
    DATABASE_URL_PAPER: named(options.url('lockstep_paper'), options.name),
  });
  const up = await waitUntil(() => started.log().includes('"working"'), UP_WITHIN_MS, 50);
  if (!up) await giveUp(started);
  return started;
}
