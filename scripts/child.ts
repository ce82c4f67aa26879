/**
 * A process that is kept alive: started, restarted with growing pauses when it dies, stopped with a limit.
 *
 * Entry point: keepAlive. Invariant: the child is in a session of its own, so that Ctrl-C reaches the supervisor
 * alone, which then stops its children in order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 30_000;
/**
 * A child that ran this long was healthy: the next pause is the first again. Longer, and kills ten seconds apart made the
 * pauses grow to half a minute, in which no alert is taken.
 */
const HEALTHY_AFTER_MS = 5_000;
const STOP_WITHIN_MS = 15_000;
const LOG_BYTES_MAX = 20 * 1024 * 1024;
/** Deaths before it was ever ready, after which the start gives up. */
const STILLBIRTHS_MAX = 3;

export interface ChildOptions {
  name: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Says what happened, one line each. */
  say: (line: string) => void;
  /** Called once when the child keeps dying before `isReady()`; with its last words. */
  onHopeless: (lastWords: string) => void;
}

export interface Child {
  pid: () => number | undefined;
  ready: () => void;
  stop: () => Promise<void>;
}

/** Starts the child and keeps it alive until `stop`. */
export function keepAlive(options: ChildOptions): Child {
  let child: ChildProcess | null = null;
  let pause = FIRST_PAUSE_MS;
  let stopping = false;
  let isReady = false;
  let stillbirths = 0;
  let timer: NodeJS.Timeout | undefined;

  const start = (): void => {
    rotate(options.logFile);
    const log = openSync(options.logFile, 'a');
    const started = performance.now();
    child = spawn(process.execPath, options.args, {
      env: options.env,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    child.once('exit', (code, signal) => {
      child = null;
      if (stopping) return;
      if (!isReady) {
        stillbirths += 1;
        if (stillbirths >= STILLBIRTHS_MAX) return options.onHopeless(lastWords(options.logFile));
      }
      if (performance.now() - started > HEALTHY_AFTER_MS) pause = FIRST_PAUSE_MS;
      options.say(`${options.name} ended (${signal ?? `code ${code}`}); starting it again.`);
      timer = setTimeout(start, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    });
  };

  start();
  return {
    pid: () => child?.pid,
    ready: () => {
      isReady = true;
    },
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      if (child) await stopOne(child);
    },
  };
}

async function stopOne(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(force);
}

function rotate(file: string): void {
  try {
    if (statSync(file).size > LOG_BYTES_MAX) renameSync(file, `${file}.1`);
  } catch {
    // the first start has no log yet
  }
}

/** The last line of a log that says something; for a JSON line its message. */
function lastWords(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-40);
  const telling = lines.findLast((line) => /error|takes|cannot|failed/i.test(line)) ?? lines.at(-1) ?? '';
  try {
    const parsed = JSON.parse(telling) as { msg?: string; err?: { message?: string } };
    return parsed.err?.message ?? parsed.msg ?? telling;
  } catch {
    return telling.trim();
  }
}
