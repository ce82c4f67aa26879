/**
 * Brings everything up in order, keeps it up, and takes it down in order: database, pages, web, worker.
 *
 * Entry point: supervise (used by start.ts and dev.ts). Invariants: whatever fails at the start is said in one line
 * and leaves nothing running; Ctrl-C, a TERM or the end of npm itself stops everything; ready.json exists only while
 * all is up.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { WORKER_FLAGS } from '#jobs/worker-flags.ts';
import { seedDemo } from '#prisma/seed.ts';
import { buildWhenNeeded } from '#scripts/build.ts';
import { type Child, keepAlive } from '#scripts/child.ts';
import { checkDatabase, type Database, openDatabase } from '#scripts/database.ts';
import { derived, type Home, openHome, type Secrets, secretsOf, writeWhole } from '#scripts/home.ts';
import { ancestorMatching, freePort, isAlive, waitUntil } from '#scripts/processes.ts';
import { type Demo, readyText, welcome } from '#scripts/ready.ts';
import { lineOf, Trouble } from '#scripts/trouble.ts';
import { type Env, readEnv } from '#server/env.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const READY_WITHIN_MS = 120_000;
const NPM_WATCH_MS = 1_000;

export type Mode = 'production' | 'development';

/** Runs until it is told to stop; the promise resolves with the exit code. */
export async function supervise(mode: Mode): Promise<number> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const undo: (() => Promise<void> | void)[] = [];
  const stopping = Promise.withResolvers<number>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stopping.resolve(0));
  watchNpm(() => stopping.resolve(0));

  let code = 0;
  try {
    const started = bringUp(mode, say, undo, stopping.resolve);
    const outcome = await Promise.race([started.then(() => null), stopping.promise]);
    code = outcome ?? (await stopping.promise);
  } catch (error) {
    process.stderr.write(`${lineOf(error)}\n`);
    code = 1;
  }
  if (code === 0) say('Stopping …');
  for (const step of undo.reverse()) await step();
  return code;
}

async function bringUp(
  mode: Mode,
  say: (line: string) => void,
  undo: (() => Promise<void> | void)[],
  end: (code: number) => void,
): Promise<void> {
  const env = readEnv();
  const home = await openHome(env.LOCKSTEP_HOME);
  undo.push(() => home.lock.release());
  if ((await freePort(env.PORT, env.HOST)) !== env.PORT) {
    throw new Trouble(`Port ${env.PORT} is in use: stop what listens there, or set PORT to another one.`);
  }
  await checkDatabase(env);
  const secrets = await secretsOf(home);
  const building = mode === 'production' ? buildWhenNeeded(say) : Promise.resolve(false);
  building.catch(() => undefined);
  const database = await openDatabase(env, home.dir, say);
  undo.push(() => database.stop());
  const demo = await demoOf(env, database, secrets);
  await building;

  const publicUrl =
    env.LOCKSTEP_PUBLIC_URL ?? `http://${isLoopback(env.HOST) ? 'localhost' : env.HOST}:${env.PORT}`;
  const settings = { mode, env, home, database, secrets, publicUrl };
  const giveUp = (name: string) => (words: string) => {
    process.stderr.write(
      `The ${name} process does not start: ${words} (${path.join(home.logs, `${name}.log`)})\n`,
    );
    end(1);
  };
  const children = [webProcess, workerProcess].map((make) => make(settings, say, giveUp));
  undo.push(async () => {
    await Promise.all(children.map((child) => child.stop()));
  });
  await untilReady(env, home);
  for (const child of children) child.ready();
  if (demo) {
    undo.push(() => rm(home.readyFile, { force: true }));
    await writeWhole(home.readyFile, readyText(publicUrl, database.urls.owner, demo));
  }
  say(welcome(publicUrl, home.dir, demo));
}

interface Settings {
  mode: Mode;
  env: Env;
  home: Home;
  database: Database;
  secrets: Secrets;
  publicUrl: string;
}

type GiveUp = (name: string) => (words: string) => void;

function webProcess(s: Settings, say: (line: string) => void, giveUp: GiveUp): Child {
  return keepAlive({
    name: 'web',
    args: ['--import', path.join(ROOT, 'scripts/exit-with-parent.ts'), path.join(ROOT, 'server/http.ts')],
    env: {
      ...commonEnv(s),
      DATABASE_URL_WEB: s.database.urls.web,
      LOCKSTEP_PUBLIC_URL: s.publicUrl,
      NEXTAUTH_SECRET: s.env.NEXTAUTH_SECRET ?? s.secrets.session,
      NEXTAUTH_URL: s.env.NEXTAUTH_URL ?? s.publicUrl,
    },
    logFile: path.join(s.home.logs, 'web.log'),
    say,
    onHopeless: giveUp('web'),
  });
}

function workerProcess(s: Settings, say: (line: string) => void, giveUp: GiveUp): Child {
  return keepAlive({
    name: 'worker',
    args: [
      ...WORKER_FLAGS,
      '--import',
      path.join(ROOT, 'scripts/exit-with-parent.ts'),
      path.join(ROOT, 'jobs/worker.ts'),
    ],
    env: {
      ...commonEnv(s),
      DATABASE_URL_WORKER: s.database.urls.worker,
      DATABASE_URL_PAPER: s.database.urls.paper,
    },
    logFile: path.join(s.home.logs, 'worker.log'),
    say,
    onHopeless: giveUp('worker'),
  });
}

/** The owner's connection string and the other process's log-in are nobody's business but the supervisor's. */
function commonEnv(s: Settings): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('DATABASE_URL'));
  return {
    ...Object.fromEntries(kept),
    NODE_ENV: s.mode,
    LOCKSTEP_READY_FILE: s.home.readyFile,
    NEXT_TELEMETRY_DISABLED: '1',
    LOCKSTEP_EMBEDDED: s.database.isEmbedded ? '1' : '0',
  };
}

async function demoOf(env: Env, database: Database, secrets: Secrets): Promise<Demo | null> {
  const wanted = env.LOCKSTEP_DEMO ?? (database.isEmbedded ? '1' : '0');
  return wanted === '1' ? seedDemo(database.urls.owner, (purpose) => derived(secrets.demo, purpose)) : null;
}

async function untilReady(env: Env, home: Home): Promise<void> {
  const host = isLoopback(env.HOST) || env.HOST === '0.0.0.0' ? '127.0.0.1' : env.HOST;
  let last = 'no answer yet';
  const ready = await waitUntil(
    async () => {
      try {
        const answer = await fetch(`http://${host}:${env.PORT}/api/ready`, {
          signal: AbortSignal.timeout(5_000),
        });
        last = await answer.text();
        return answer.ok;
      } catch {
        return false;
      }
    },
    READY_WITHIN_MS,
    100,
  );
  if (!ready)
    throw new Trouble(`Web and worker were not ready in time: ${last.slice(0, 200)} (logs in ${home.logs}).`);
}

const isLoopback = (host: string): boolean => ['127.0.0.1', 'localhost', '::1'].includes(host);

/** A killed npm leaves its script running: then nobody could stop us with Ctrl-C any more. */
function watchNpm(onGone: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const npm = ancestorMatching(/\bnpm(-cli\.js)?\b/);
  if (npm === null) return;
  setInterval(() => {
    if (!isAlive(npm)) onGone();
  }, NPM_WATCH_MS).unref();
}
